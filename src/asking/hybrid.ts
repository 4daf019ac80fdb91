import type { Anchors } from '../reasoning/reasoning.js';
import type { Retriever, ScoredFact } from '../retrieval/retrieval.js';
import type { AskRequest } from './asking.js';
import { type Page, type Proved, signalOf } from './page.js';
import { searchLimit } from './search-limit.js';

export interface HybridOutcome {
  readonly outcome: Proved;
  readonly retrieved: readonly ScoredFact[];
}

/** Retrieves by the text, then proves the goal with what came as anchors. */
export async function askHybrid(
  retriever: Retriever,
  request: AskRequest,
  text: string,
  page: Page,
  prove: (anchors: Anchors) => Promise<Proved>,
): Promise<HybridOutcome> {
  const { scope = 'ANCHORED', retrieval = {} } = request;
  const found = await retriever.search({
    knowledgeBase: page.knowledgeBase,
    revision: page.revision,
    pin: page.pin,
    text,
    options: retrieval,
    ...signalOf(request),
  });
  const similarities = new Map(found.facts.map(({ fact, similarity }) => [fact.id, similarity]));
  const outcome = await prove({ scope, similarities });
  // Under ALL no fact is hidden: those that were not retrieved count with their upper bound.
  const limit = scope === 'ALL' ? null : searchLimit(found);
  return {
    outcome: {
      ...outcome,
      total: limit === null ? outcome.total : null,
      complete: outcome.complete && limit === null,
      limitReached: outcome.limitReached ?? limit,
      embedMs: outcome.embedMs + found.embedMs,
      retrieveMs: outcome.retrieveMs + found.retrieveMs,
    },
    retrieved: found.facts,
  };
}
