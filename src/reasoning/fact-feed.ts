import type { FactChange } from '../knowledge/knowledge.js';

/** Where reasoners get facts from: every change of a knowledge base in (since, until], in batches. */
export type FactFeed = (
  knowledgeBase: number,
  since: number,
  until: number,
) => AsyncIterable<readonly FactChange[]>;
