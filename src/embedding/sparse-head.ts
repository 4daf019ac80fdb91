import type { SparseVector } from './embedder.js';

/** What a tokenizer says of an id. */
export interface Vocabulary {
  readonly specialIds: ReadonlySet<number>;
  pieceOf(id: number): string;
}

/**
 * Lexical weights of a text (Chen et al. 2024, "M3-Embedding", section 3.2): for each token id the greatest weight at any
 * of its places, special tokens left out, as FlagEmbedding's `_process_token_weights` does it.
 * @param ids [tokens]
 * @param weights [tokens]
 * @throws Error when a weight is not finite.
 */
export function sparseVector(
  ids: readonly number[],
  weights: Float32Array,
  vocabulary: Vocabulary,
): SparseVector {
  const greatest = new Map<number, number>();
  ids.forEach((id, t) => {
    const weight = weights[t]!;
    if (!Number.isFinite(weight)) throw new Error('the model gave a lexical weight that is not finite');
    if (weight > (greatest.get(id) ?? 0) && !vocabulary.specialIds.has(id)) greatest.set(id, weight);
  });
  const rising = [...greatest].sort(([a], [b]) => a - b);
  return {
    ids: Uint32Array.from(rising, ([id]) => id),
    weights: Float32Array.from(rising, ([, weight]) => weight),
    pieces: rising.map(([id]) => vocabulary.pieceOf(id)),
  };
}
