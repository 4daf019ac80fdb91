import type { FactBatch, FactKeys } from '../knowledge/knowledge.js';

/** Where reasoners get facts from (see knowledge/fact-batches.ts). */
export interface FactFeed {
  /** Every change of these predicates (indicators) in (since, until]; from 0, every fact that they ever had. */
  batches(
    knowledgeBase: number,
    since: number,
    until: number,
    predicates: readonly string[],
  ): AsyncIterable<FactBatch>;
  /** Facts by some arguments, as they stood at `until`, those that were retracted too; only those with greater ids than `after`. */
  byKeys(knowledgeBase: number, until: number, keys: FactKeys, after?: number): AsyncIterable<FactBatch>;
}
