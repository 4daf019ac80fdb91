import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import type { Retriever } from '../retrieval/retrieval.js';
import { PrologEvaluator } from './prolog-evaluator.js';
import { RuleReasoner } from './reasoner.js';
import { ReasonerPool } from './reasoner-pool.js';
import type { Reasoner } from './reasoning.js';

export interface PoolSettings {
  readonly reasoner: 'swi' | 'tau';
  /** Threads at most. */
  readonly workers: number;
}

export interface ReasonerOptions {
  readonly pool: ReasonerPool;
  readonly knowledge: KnowledgeStore;
  readonly retriever: Retriever;
}

/**
 * Threads for a reasoner; the first is being started, which takes a while and needs nothing else. `openReasoner` waits
 * for it.
 */
export function startReasonerPool(settings: PoolSettings): ReasonerPool {
  const pool = new ReasonerPool(settings);
  // Whoever opens the reasoner is told.
  pool.warmUp().catch(() => undefined);
  return pool;
}

/** The reasoner stops its pool. @throws when the first thread can't be started */
export async function openReasoner({ pool, knowledge, retriever }: ReasonerOptions): Promise<Reasoner> {
  const evaluator = new PrologEvaluator({
    pool,
    retriever,
    feed: (knowledgeBase, since, until) => knowledge.factChanges(knowledgeBase, since, until),
    factsOf: async (knowledgeBase, ids) => {
      const facts = await knowledge.factsByIds(knowledgeBase, ids);
      return new Map(facts.flatMap((fact) => (fact === null ? [] : [[fact.id, fact]])));
    },
  });
  await pool.warmUp();
  return new RuleReasoner(knowledge, evaluator);
}
