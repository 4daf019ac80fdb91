/** A fact that at least one channel found, with what each channel makes of it. */
export interface Candidate {
  readonly fact: number;
  /** In [-1, 1]; undefined while the fact has no vector. */
  readonly cosine: number | undefined;
  /** Dot product of lexical weights, 0 where the sentence shares no token with the text. */
  readonly sparse: number;
  /** BM25, 0 where the sentence shares no lexeme with the text. */
  readonly bm25: number;
}

export interface Fused extends Candidate {
  /** In (0, 1]. */
  readonly score: number;
}

export interface FusionWeights {
  /** How much each channel counts: none below 0, together 1. */
  readonly dense: number;
  readonly sparse: number;
  readonly lexical: number;
  /** The text's lexical weights by themselves, see `SparseQuery.bestSparse`. */
  readonly bestSparse: number;
  /** The highest BM25 that the text's lexemes could reach, see `LexicalQuery.bestBm25`. */
  readonly bestBm25: number;
}

/** Keeps a score above 0 where all channels have next to nothing to say. */
const LEAST_SCORE = 1e-9;

/**
 * score = dense · max(0, cosine) + sparse · dot product / bestSparse + lexical · bm25 / bestBm25, no term above its weight;
 * best first.
 *
 * All terms are absolute: a fact's score doesn't depend on which other facts are candidates, so the scores of two pages or
 * filters compare. It is the cosine, not the calibrated similarity, since a calibration may be so steep that it hardly tells
 * good matches apart, and then drowns the words. The README of this folder has the figures.
 *
 * A fact without a vector gets nothing for meaning: its lexical part is its lower bound until the indexer has come by.
 * Ties go to the higher cosine, dot product, BM25, then to the smaller fact id, so the order of `candidates` is of no account.
 */
export function fuse(candidates: readonly Candidate[], weights: FusionWeights): Fused[] {
  return candidates
    .map((candidate) => ({ ...candidate, score: fusedScore(candidate, weights) }))
    .sort(byScore);
}

/** The order of `fuse`. */
export function byScore(a: Fused, b: Fused): number {
  return (
    b.score - a.score ||
    (b.cosine ?? -1) - (a.cosine ?? -1) ||
    b.sparse - a.sparse ||
    b.bm25 - a.bm25 ||
    a.fact - b.fact
  );
}

function fusedScore({ cosine = 0, sparse, bm25 }: Candidate, weights: FusionWeights): number {
  const score =
    weights.dense * Math.max(0, cosine) +
    weights.sparse * share(sparse, weights.bestSparse) +
    weights.lexical * share(bm25, weights.bestBm25);
  return Math.min(1, Math.max(LEAST_SCORE, score));
}

const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0);
