import type { Embedder } from '../embedding/embedder.js';
import type { Fact } from '../knowledge/knowledge.js';
import type { Found, Ranks } from './candidates.js';
import type { NearestFound } from './nearest-facts.js';
import type { ChannelScore, ScoredFact } from './retrieval.js';

/** Of the channel DENSE alone. */
export function scoredByMeaning(near: NearestFound['facts'], embedder: Embedder): ScoredFact[] {
  return near.map(({ fact, cosine }, index) => {
    const similarity = embedder.similarityOf(cosine);
    return {
      fact,
      score: similarity,
      similarity,
      channels: [{ channel: 'DENSE', score: similarity, rank: index + 1 }],
    };
  });
}

/** The best of the fused candidates, with what each channel said. */
export function scoredFacts(
  best: readonly Found[],
  facts: readonly (Fact | null)[],
  ranks: Ranks,
): ScoredFact[] {
  return best.map(({ fact, score, similarity, sparse, bm25 }, index) => {
    const channels: ChannelScore[] = [];
    const dense = ranks.dense.get(fact);
    const weighted = ranks.sparse.get(fact);
    const lexical = ranks.lexical.get(fact);
    if (dense !== undefined) channels.push({ channel: 'DENSE', score: similarity!, rank: dense });
    if (weighted !== undefined) channels.push({ channel: 'SPARSE', score: sparse, rank: weighted });
    if (lexical !== undefined) channels.push({ channel: 'LEXICAL', score: bm25, rank: lexical });
    return { fact: facts[index]!, score, similarity: similarity ?? score, channels };
  });
}
