import type { BodyGoal } from './datalog.js';

/** Predicates that a body calls; negated or counted over, where all their answers must be known before. */
export function* callsOf(
  body: readonly BodyGoal[],
  negated: boolean,
): Generator<{ callee: string; negated: boolean }> {
  for (const goal of body) {
    if (goal.kind === 'call') yield { callee: goal.predicate, negated };
    if (goal.kind !== 'negation' && goal.kind !== 'aggregate') continue;
    for (const alternative of goal.alternatives) yield* callsOf(alternative, true);
  }
}
