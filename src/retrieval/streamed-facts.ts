import type { ActiveSpace } from './embedding-spaces.js';
import type { ScoredFact } from './retrieval.js';

/** A fact that retrieval brings, with what it counts: `ScoredFact.similarity`. */
export interface StreamedFact {
  readonly fact: number;
  /** In (0, 1]. */
  readonly similarity: number;
}

/**
 * What retrieval makes of a text, in falling similarity, a piece at a time: nothing is read before somebody wants it, and
 * what was read is kept. Every similarity is the one that `search` gives: the calibrated cosine; of a fact that has no
 * vector yet, and where DENSE is not among the channels, the fused score of the channels.
 *
 * The fused score, by which `search` ranks, falls in another order. What is read here has the order of what counts, so
 * words decide nothing beside meaning; `rerank`, which changes scores and no similarity, is of no account.
 */
export interface FactStream {
  /** How many facts may be read in all. */
  readonly topK: number;
  /** Whose vectors are compared, as it was when it was last looked at. Undefined where none are. */
  readonly space: ActiveSpace | undefined;
  /**
   * Every fact that is live and has a sentence has a similarity, so that none but the farthest are behind the last. Else
   * some facts never come: those that the filter or `minSimilarity` leave out, and those that have no vector yet.
   */
  readonly isWhole: boolean;
  /** `similaritiesOf` knows all facts: one that it leaves out never comes. */
  readonly canAsk: boolean;
  /** An index was asked: a fact may be missing from what was read, be it ever so similar. */
  readonly isApproximate: boolean;
  /** How many facts were read so far, those that were asked for included, and what it took. */
  readonly rowsRead: number;
  readonly embedMs: number;
  readonly retrieveMs: number;
  /**
   * At most `count` facts behind the first `from`; none where no more are to come, or `topK` have. Facts that come out of turn, since an index
   * had missed them, are behind those that were read before.
   * @throws CorollaryError CANCELLED
   */
  take(from: number, count: number): Promise<StreamedFacts>;
  /** Of some facts that are live at the revision. */
  similaritiesOf(facts: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** The facts that were read so far and those that were asked for and come, best first, with what each channel said. */
  scored(): Promise<readonly ScoredFact[]>;
}

export interface StreamedFacts {
  readonly facts: readonly StreamedFact[];
  /** There are no more behind them. */
  readonly isAll: boolean;
}

/** In the order of a stream. */
export const bySimilarity = (a: StreamedFact, b: StreamedFact) =>
  b.similarity - a.similarity || a.fact - b.fact;
