import type { GoalRequest } from './reasoning.js';

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
  /** In mode `all`: what a fact with a sentence counts when it was not retrieved. */
  readonly floor: number;
  readonly excluded: readonly number[];
  readonly assumed: readonly AssumedFact[];
  /** At most so many. */
  readonly answers: number;
  readonly inferences: number;
  readonly memoryBytes: number;
}

export function requestView(request: GoalRequest, assumed: readonly AssumedFact[]): RequestView {
  const { anchors, limits, revision } = request;
  const retrieved = [...(anchors?.similarities ?? [])];
  return {
    revision,
    mode: anchors === undefined ? 'plain' : (anchors.scope.toLowerCase() as RequestView['mode']),
    retrieved,
    floor: retrieved.reduce((least, [, similarity]) => Math.min(least, similarity), 1),
    excluded: request.without ?? [],
    assumed,
    answers: limits.answers,
    inferences: limits.inferences,
    memoryBytes: limits.memoryMb * 1024 * 1024,
  };
}
