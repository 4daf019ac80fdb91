import { CorollaryError } from '../../errors.js';
import { fingerprintOf } from '../fingerprint.js';
import { checksumsOf, filesOf, folderOf, missingFiles } from '../model-files.js';
import type { OnnxModelEntry, RegistryEntry, RemoteModelEntry } from '../registry.js';
import { remoteFingerprint } from './remote-fingerprint.js';

export interface RemoteSpace {
  readonly fingerprint: string;
  /** The model that the endpoint serves, if the registry says so and it is installed here too. */
  readonly local: OnnxModelEntry | undefined;
}

/**
 * @throws CorollaryError START_FAILED when the entry is at odds with the model that it names as `sameSpaceAs`;
 * EMBEDDING_SPACE_UNAVAILABLE when that model's fingerprint cannot be known
 */
export async function remoteSpaceOf(
  entry: RemoteModelEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  dimensions: number,
  modelsDirectory: string | undefined,
): Promise<RemoteSpace> {
  const same = entry.sameSpaceAs === undefined ? undefined : servedModel(entry, registry);
  if (same !== undefined) {
    const folder = folderOf(same, modelsDirectory);
    if ((await missingFiles(same, folder)).length === 0) {
      return { fingerprint: fingerprintOf(same, await checksumsOf(same, folder), dimensions), local: same };
    }
  }
  const fingerprint = remoteFingerprint(entry, registry, dimensions);
  if (fingerprint !== undefined) return { fingerprint, local: undefined };
  const unknown = filesOf(same!).flatMap(({ path, sha256 }) => (sha256 === undefined ? [path] : []));
  throw new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `The model ${entry.name} is said to be of the vector space of ${same!.name}, whose fingerprint is not known here: ` +
      `the registry has no checksum of ${unknown.join(', ')}, and the model is not installed. Install it, or take ` +
      '"sameSpaceAs" out of the entry.',
    { model: entry.name, sameSpaceAs: same!.name, unknown },
  );
}

function servedModel(entry: RemoteModelEntry, registry: ReadonlyMap<string, RegistryEntry>): OnnxModelEntry {
  const same = registry.get(entry.sameSpaceAs!);
  if (same?.runtime !== 'onnx')
    throw atOdds(entry, 'is to be of the vector space of one, but the registry has no such ONNX model');
  // Precision may differ: the probes show whether that matters.
  for (const field of ['dimensions', 'maxTokens', 'normalise', 'prefixes'] as const) {
    const [here, there] = [entry[field], same[field]].map((value) => JSON.stringify(value));
    if (here !== there) throw atOdds(entry, `has ${field} ${here}, but that model has ${there}`);
  }
  return same;
}

function atOdds({ name, sameSpaceAs }: RemoteModelEntry, what: string): CorollaryError {
  return new CorollaryError(
    'START_FAILED',
    `The model registry is wrong at ${name}: sameSpaceAs names ${sameSpaceAs}; the entry ${what}.`,
    { model: name, sameSpaceAs },
  );
}
