import type { Embedder } from '../embedder.js';
import { cosine, dot } from './checks/vector-arithmetic.js';
import { spearman } from './spearman.js';

export interface Comparison {
  readonly texts: number;
  /** Cosines of the two vectors of a text, where both models have as many dimensions; they say something only of two forms of one model. */
  readonly cosines?: { readonly mean: number; readonly least: number };
  /** Of a text's ten nearest others by the one model, the share that the other names too; the mean over all texts. */
  readonly overlap: number;
  /** Nearest others that were looked at: ten, or all where there are fewer. */
  readonly neighbours: number;
  /** Spearman's rank correlation of the similarities of all pairs. */
  readonly rankCorrelation: number;
}

const NEIGHBOURS = 10;

/**
 * How far two models agree on who is near to whom. Their vectors are never compared with each other, but for `cosines`.
 * @param texts at least three
 */
export async function compareModels(
  a: Embedder,
  b: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Comparison> {
  const vectorsOf = async (embedder: Embedder) =>
    (await embedder.embed(texts, 'passage', { bulk: true, signal })).map(({ dense }) => dense);
  const first = await vectorsOf(a);
  const second = await vectorsOf(b);
  const neighbours = Math.min(NEIGHBOURS, texts.length - 1);
  const count = (texts.length * (texts.length - 1)) / 2;
  const [similaritiesA, similaritiesB] = [new Float32Array(count), new Float32Array(count)];
  let pair = 0;
  let shared = 0;
  for (let i = 0; i < texts.length; i++) {
    signal.throwIfAborted();
    const [rowA, rowB] = [first.map((v) => dot(first[i]!, v)), second.map((v) => dot(second[i]!, v))];
    for (let j = i + 1; j < texts.length; j++, pair++) {
      similaritiesA[pair] = rowA[j]!;
      similaritiesB[pair] = rowB[j]!;
    }
    const near = new Set(nearest(rowA, i, neighbours));
    shared += nearest(rowB, i, neighbours).filter((j) => near.has(j)).length;
  }
  return {
    texts: texts.length,
    ...(a.dimensions === b.dimensions && { cosines: cosinesOf(first, second) }),
    overlap: shared / (texts.length * neighbours),
    neighbours,
    rankCorrelation: spearman(similaritiesA, similaritiesB),
  };
}

function nearest(similarities: readonly number[], self: number, count: number): number[] {
  return similarities
    .map((_, j) => j)
    .filter((j) => j !== self)
    .sort((i, j) => similarities[j]! - similarities[i]! || i - j)
    .slice(0, count);
}

function cosinesOf(
  first: readonly Float32Array[],
  second: readonly Float32Array[],
): Comparison['cosines'] & object {
  const all = first.map((vector, i) => cosine(vector, second[i]!));
  return { mean: all.reduce((sum, x) => sum + x, 0) / all.length, least: Math.min(...all) };
}
