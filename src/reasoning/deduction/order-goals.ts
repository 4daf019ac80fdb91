import type { BodyGoal } from './datalog.js';

/** What ordering asks about a goal, given the variables that are known by then. */
export interface GoalKnowledge {
  /** Whether the goal finds the values that it needs. */
  isReady(goal: BodyGoal, bound: ReadonlySet<number>): boolean;
  /** How many solutions it is expected to have; `times` is how often it is expected to run. */
  cost(goal: BodyGoal, bound: ReadonlySet<number>, times: number, isFirst: boolean): number;
  variablesOf(goal: BodyGoal): Iterable<number>;
  /** Whether the goal can raise no error and only looks at values: such a test may run before goals that stand before it. */
  isHarmless(goal: BodyGoal): boolean;
}

export interface PlacedGoal {
  readonly goal: BodyGoal;
  /** Place in the body as it was written. */
  readonly index: number;
}

/** Longer bodies run as they are written: to order them takes quadratic time. */
const MOST_GOALS = 100;

/**
 * Goals in the order in which they run: each time the cheapest that is ready, in the text's order among equals. What can
 * raise an error, negates or collects waits for everything that was written before it, so that no more errors come than
 * from left to right.
 */
export function orderGoals(
  goals: readonly BodyGoal[],
  known: Iterable<number>,
  knowledge: GoalKnowledge,
): PlacedGoal[] {
  if (goals.length > MOST_GOALS) {
    return goals.map((goal, index) => ({ goal, index })).filter(({ goal }) => goal.kind !== 'commit');
  }
  const bound = new Set(known);
  const left = goals.map((goal, index) => ({ goal, index })).filter(({ goal }) => goal.kind !== 'commit');
  const placed: PlacedGoal[] = [];
  let times = 1;
  while (left.length > 0) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, { goal }] of left.entries()) {
      const mayComeEarly = goal.kind === 'call' || (goal.kind === 'semantic' && goal.name !== 'similarity');
      if (i > 0 && !mayComeEarly && !knowledge.isHarmless(goal)) continue;
      if (!knowledge.isReady(goal, bound)) continue;
      const cost = knowledge.cost(goal, bound, times, placed.length === 0);
      if (cost < least) {
        least = cost;
        best = i;
      }
    }
    const [next] = left.splice(best, 1);
    placed.push(next!);
    if (Number.isFinite(least)) times *= Math.max(1, least);
    for (const variable of knowledge.variablesOf(next!.goal)) bound.add(variable);
  }
  return placed;
}
