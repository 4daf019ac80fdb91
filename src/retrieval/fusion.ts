/** A fact that at least one channel found, with what each channel makes of it. */
export interface Candidate {
  readonly fact: number;
  /** In [-1, 1]; undefined while the fact has no vector. */
  readonly cosine: number | undefined;
  /** BM25, 0 where the sentence shares no lexeme with the text. */
  readonly bm25: number;
}

export interface Fused extends Candidate {
  /** In (0, 1]. */
  readonly score: number;
}

export interface FusionWeights {
  /** How much the dense channel counts, in [0, 1]; the rest is the lexical channel's. */
  readonly dense: number;
  /** The highest BM25 that the text's lexemes could reach, see `bestPossibleBm25`. */
  readonly bestBm25: number;
}

/** Keeps a score above 0 where both channels have next to nothing to say. */
const LEAST_SCORE = 1e-9;

/**
 * score = dense · max(0, cosine) + (1 − dense) · bm25 / bestBm25, best first.
 *
 * Both terms are absolute: a fact's score doesn't depend on which other facts are candidates, so the scores of two
 * pages or filters compare. It is the cosine, not the calibrated similarity, since a calibration may be so steep that
 * it hardly tells good matches apart, and then drowns the words. The README of this folder has the figures.
 *
 * A fact without a vector gets nothing for meaning: its lexical part is its lower bound until the indexer has come by.
 * Ties go to the higher cosine, then to the smaller fact id, so the order of `candidates` is of no account.
 */
export function fuse(candidates: readonly Candidate[], weights: FusionWeights): Fused[] {
  return candidates
    .map((candidate) => ({ ...candidate, score: fusedScore(candidate, weights) }))
    .sort((a, b) => b.score - a.score || (b.cosine ?? -1) - (a.cosine ?? -1) || a.fact - b.fact);
}

function fusedScore({ cosine = 0, bm25 }: Candidate, { dense, bestBm25 }: FusionWeights): number {
  const lexical = bestBm25 > 0 ? bm25 / bestBm25 : 0;
  return Math.min(1, Math.max(LEAST_SCORE, dense * Math.max(0, cosine) + (1 - dense) * lexical));
}
