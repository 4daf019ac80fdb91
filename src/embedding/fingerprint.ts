import { createHash } from 'node:crypto';
import type { OnnxModelEntry } from './registry.js';

/**
 * The name of a vector space: SHA-256, as 64 hexadecimal digits, over everything that a vector's numbers depend on.
 * Names, descriptions, calibration and fusion weight are left out: changing them needs no re-embedding.
 * @param checksums of the model's files, by path.
 * @param dimensions of the vectors, at most the model's.
 */
export function fingerprintOf(
  entry: OnnxModelEntry,
  checksums: ReadonlyMap<string, string>,
  dimensions: number,
): string {
  const parts = {
    version: 1,
    weights: [entry.files.model, ...entry.files.data].map(({ path }) => checksums.get(path)),
    tokenizer: checksums.get(entry.files.tokenizer.path),
    output: entry.graph.output,
    outputKind: entry.graph.outputKind,
    pooling: entry.pooling,
    layerNorm: entry.layerNorm,
    normalise: entry.normalise,
    prefixes: [entry.prefixes.query, entry.prefixes.passage],
    precision: entry.precision,
    dimensions,
    maxTokens: entry.maxTokens,
    // int8 results shift a little from one graph optimisation level to another.
    optimisation: 'all',
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
