import { createHash } from 'node:crypto';
import { fingerprintOf } from '../fingerprint.js';
import { filesOf } from '../model-files.js';
import type { RegistryEntry, RemoteModelEntry } from '../registry.js';

/**
 * The name of a remote model's vector space. Where the entry says that the endpoint serves a model of the registry it is
 * that model's, by the checksums that the registry gives; undefined when it gives not all of them. Else it is made of what
 * the entry says: an endpoint does not tell what it runs.
 */
export function remoteFingerprint(
  entry: RemoteModelEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  dimensions: number,
): string | undefined {
  if (entry.sameSpaceAs === undefined) {
    const { model } = entry.endpoint;
    const { prefixes, maxTokens, normalise, precision } = entry;
    const parts = { version: 1, remote: model, prefixes, maxTokens, normalise, precision, dimensions };
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  }
  const same = registry.get(entry.sameSpaceAs);
  if (same?.runtime !== 'onnx') return undefined;
  const files = filesOf(same);
  const checksums = new Map(
    files.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [[path, sha256]])),
  );
  return checksums.size < files.length ? undefined : fingerprintOf(same, checksums, dimensions);
}
