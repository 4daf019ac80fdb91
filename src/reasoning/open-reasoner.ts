import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import type { Retriever } from '../retrieval/retrieval.js';
import { DeductionEvaluator } from './deduction-evaluator.js';
import { PrologEvaluator, type PrologEvaluatorOptions } from './prolog-evaluator.js';
import { RuleReasoner } from './reasoner.js';
import { type PoolOptions, ReasonerPool } from './reasoner-pool.js';
import type { Reasoner } from './reasoning.js';
import { RememberedLookups } from './remembered-lookups.js';

export interface ReasonerOptions {
  readonly pool: ReasonerPool;
  readonly knowledge: KnowledgeStore;
  readonly retriever: Retriever;
}

/**
 * Threads for a reasoner; the first is being started, which takes a while and needs nothing else. `openReasoner` waits
 * for it.
 */
export function startReasonerPool(settings: PoolOptions): ReasonerPool {
  const pool = new ReasonerPool(settings);
  // Whoever opens the reasoner is told.
  pool.warmUp().catch(() => undefined);
  return pool;
}

/** The reasoner stops its pool. @throws when the first thread can't be started */
export async function openReasoner({ pool, knowledge, retriever }: ReasonerOptions): Promise<Reasoner> {
  const options = {
    pool,
    retriever,
    feed: new RememberedLookups({
      batches: (knowledgeBase, since, until, predicates) =>
        knowledge.factBatches(knowledgeBase, since, until, predicates),
      byKeys: (knowledgeBase, until, keys, after = 0) =>
        knowledge.factsByKeys(knowledgeBase, until, keys, { after }),
    }),
    factsOf: async (knowledgeBase, ids) => {
      const facts = await knowledge.factsByIds(knowledgeBase, ids);
      return new Map(facts.flatMap((fact) => (fact === null ? [] : [[fact.id, fact]])));
    },
  } satisfies PrologEvaluatorOptions;
  await pool.warmUp();
  return new RuleReasoner(knowledge, new PrologEvaluator(options), new DeductionEvaluator(options));
}
