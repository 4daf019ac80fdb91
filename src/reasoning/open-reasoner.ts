import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import type { Retriever } from '../retrieval/retrieval.js';
import { PrologEvaluator } from './prolog-evaluator.js';
import { RuleReasoner } from './reasoner.js';
import type { Reasoner } from './reasoning.js';

export interface ReasonerOptions {
  readonly reasoner: 'swi' | 'tau';
  /** Threads at most. */
  readonly workers: number;
  readonly knowledge: KnowledgeStore;
  readonly retriever: Retriever;
}

/** Starts one thread, so that a reasoner that can't run is found at the start. @throws when it can't */
export async function openReasoner({
  reasoner,
  workers,
  knowledge,
  retriever,
}: ReasonerOptions): Promise<Reasoner> {
  const evaluator = new PrologEvaluator({
    reasoner,
    workers,
    retriever,
    feed: (knowledgeBase, since, until) => knowledge.factChanges(knowledgeBase, since, until),
    predicateOf: async (knowledgeBase, ids) => {
      const facts = await knowledge.factsByIds(knowledgeBase, ids);
      return new Map(facts.flatMap((fact) => (fact === null ? [] : [[fact.id, fact]])));
    },
  });
  await evaluator.warmUp();
  return new RuleReasoner(knowledge, evaluator);
}
