import { byScore, type Candidate, type Fused } from './fusion.js';

/**
 * Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): the sum of 1 / (k + rank) over the channels that found the fact,
 * times (k + 1) / channels, which makes it 1 for a fact that all of them rank first and leaves the order as it is. Best
 * first; ties as in `fuse`.
 * @param ranks of each channel that was asked, from 1, by fact
 * @param k at least 0: the greater, the less the first ranks stand out
 */
export function fuseByRank(
  candidates: readonly Candidate[],
  ranks: readonly ReadonlyMap<number, number>[],
  k: number,
): Fused[] {
  return candidates
    .map((candidate) => {
      let sum = 0;
      for (const channel of ranks) {
        const rank = channel.get(candidate.fact);
        if (rank !== undefined) sum += 1 / (k + rank);
      }
      return { ...candidate, score: (sum * (k + 1)) / ranks.length };
    })
    .sort(byScore);
}
