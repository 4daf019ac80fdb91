import type { Anchors } from '../reasoning/reasoning.js';
import type { ScoredFact, StreamingRetriever } from '../retrieval/retrieval.js';
import type { AskRequest } from './asking.js';
import { type Page, type Proved, signalOf } from './page.js';

export interface HybridOutcome {
  readonly outcome: Proved;
  readonly retrieved: readonly ScoredFact[];
}

/** Proves the goal over what retrieval makes of the text, which is read as far as the page's answers take. */
export async function askHybrid(
  retriever: StreamingRetriever,
  request: AskRequest,
  text: string,
  page: Page,
  prove: (anchors: Anchors) => Promise<Proved>,
): Promise<HybridOutcome> {
  const { scope = 'ANCHORED', retrieval = {}, wanted } = request;
  const stream = await retriever.stream({
    knowledgeBase: page.knowledgeBase,
    revision: page.revision,
    pin: page.pin,
    text,
    options: retrieval,
    ...signalOf(request),
  });
  const outcome = await prove({ scope, stream });
  const retrieved = wanted?.retrieved === false ? [] : await stream.scored();
  return {
    outcome: {
      ...outcome,
      embedMs: outcome.embedMs + stream.embedMs,
      retrieveMs: outcome.retrieveMs + stream.retrieveMs,
    },
    retrieved,
  };
}
