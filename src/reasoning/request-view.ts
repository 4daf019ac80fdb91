import type { Anchors, GoalRequest } from './reasoning.js';

/** A fact that a request supposes. */
export interface AssumedFact {
  readonly predicate: string;
  readonly arity: number;
  /** Canonical text. */
  readonly prolog: string;
  readonly confidence: number;
}

/** How a request sees the facts, and within which limits: the same for every evaluator. */
export interface RequestView {
  readonly revision: number;
  readonly mode: 'plain' | 'anchored' | 'retrieved' | 'all';
  /** Of the facts that retrieval brought. */
  readonly retrieved: readonly (readonly [fact: number, similarity: number])[];
  /** More may be retrieved, see FactStream; absent where `retrieved` is all that there is. */
  readonly stream?: {
    readonly topK: number;
    readonly isAll: boolean;
    readonly isWhole: boolean;
    readonly canAsk: boolean;
  };
  /** Facts that retrieval never brings. */
  readonly never?: readonly number[];
  /** For Prolog: what a fact with a sentence counts while it is not known how similar it is; 0: it is not there. */
  readonly pending?: number;
  /** In mode `all`: what a fact with a sentence counts when it was not retrieved. */
  readonly floor: number;
  readonly excluded: readonly number[];
  readonly assumed: readonly AssumedFact[];
  /** At most so many. */
  readonly answers: number;
  readonly inferences: number;
  readonly memoryBytes: number;
}

/** Facts that a hybrid question begins with; more come when they are asked for. */
const FIRST_RETRIEVED = 32;

export async function requestView(
  request: GoalRequest,
  assumed: readonly AssumedFact[],
): Promise<RequestView> {
  const { anchors, limits, revision } = request;
  const of = anchors === undefined ? { retrieved: [] } : await retrievedBy(anchors);
  return {
    revision,
    mode: anchors === undefined ? 'plain' : (anchors.scope.toLowerCase() as RequestView['mode']),
    ...of,
    floor: of.retrieved.reduce((least, [, similarity]) => Math.min(least, similarity), 1),
    excluded: request.without ?? [],
    assumed,
    answers: limits.answers,
    inferences: limits.inferences,
    memoryBytes: limits.memoryMb * 1024 * 1024,
  };
}

async function retrievedBy(anchors: Anchors): Promise<Pick<RequestView, 'retrieved' | 'stream'>> {
  if ('similarities' in anchors) return { retrieved: [...anchors.similarities] };
  const { topK, isWhole, canAsk } = anchors.stream;
  const { facts, isAll } = await anchors.stream.take(0, Math.min(topK, FIRST_RETRIEVED));
  return {
    retrieved: facts.map(({ fact, similarity }) => [fact, similarity]),
    stream: { topK, isAll, isWhole, canAsk },
  };
}
