import type { SparseVector, TokenVectors } from './embedder.js';

type Lexical = Pick<SparseVector, 'ids' | 'weights'>;

/**
 * How much two texts have in common in words: the sum of the products of the weights over the ids that both have, at
 * least 0 (Chen et al. 2024, "M3-Embedding", section 3.2; FlagEmbedding's `compute_lexical_matching_score`).
 */
export function lexicalScore(a: Lexical, b: Lexical): number {
  let score = 0;
  let j = 0;
  for (let i = 0; i < a.ids.length; i++) {
    while (j < b.ids.length && b.ids[j]! < a.ids[i]!) j++;
    if (b.ids[j] === a.ids[i]) score += a.weights[i]! * b.weights[j]!;
  }
  return score;
}

/**
 * Late interaction: the mean over the query's tokens of the greatest dot product with any token of the passage, in
 * [-1, 1] (Khattab and Zaharia 2020, "ColBERT", with the mean for the sum: FlagEmbedding's `colbert_score`). It is not
 * symmetric. 0 when either has no token.
 */
export function lateInteractionScore(query: TokenVectors, passage: TokenVectors): number {
  const { width } = query;
  if (width !== passage.width) throw new Error(`token vectors of widths ${width} and ${passage.width}`);
  if (query.data.length === 0 || passage.data.length === 0) return 0;
  let sum = 0;
  for (let q = 0; q < query.data.length; q += width) {
    let best = Number.NEGATIVE_INFINITY;
    for (let p = 0; p < passage.data.length; p += width) {
      let product = 0;
      for (let d = 0; d < width; d++) product += query.data[q + d]! * passage.data[p + d]!;
      if (product > best) best = product;
    }
    sum += best;
  }
  return (sum * width) / query.data.length;
}
