import { indicatorOf, type Term } from '../prolog/term.js';
import { metaPredicates } from './builtins.js';

/** What a body calls, as far as it can be seen before it runs. */
export interface BodyNeeds {
  /** Indicators of all its calls. */
  readonly calls: ReadonlySet<string>;
  /** Some goal comes to light only when it runs: it may call anything. */
  readonly isOpen: boolean;
}

/** @param isDefined names predicates that the knowledge base defines itself although a construct of that name exists */
export function needsOf(body: Term, isDefined: (indicator: string) => boolean): BodyNeeds {
  const calls = new Set<string>();
  let isOpen = false;
  const goals = [body];
  for (let goal = goals.pop(); goal !== undefined; goal = goals.pop()) {
    const indicator = indicatorOf(goal);
    if (indicator === undefined) {
      isOpen = true;
      continue;
    }
    const meta = isDefined(indicator) ? undefined : metaPredicates.get(indicator);
    if (meta === undefined || goal.kind !== 'compound') {
      calls.add(indicator);
      // nearest/3 looks its first argument up among the facts.
      if (indicator === 'nearest/3' && goal.kind === 'compound') goals.push(goal.args[0]!);
      continue;
    }
    for (const position of meta.goals ?? []) goals.push(goal.args[position]!);
    if (meta.closure === undefined) continue;
    const { position, extra } = meta.closure;
    const closure = goal.args[position]!;
    const called = extra === 0 ? undefined : indicatorWith(closure, extra);
    if (extra === 0) goals.push(closure);
    else if (called === undefined || (!isDefined(called) && metaPredicates.has(called))) isOpen = true;
    else calls.add(called);
  }
  return { calls, isOpen };
}

function indicatorWith(closure: Term, extra: number): string | undefined {
  if (closure.kind === 'atom') return `${closure.name}/${extra}`;
  return closure.kind === 'compound' ? `${closure.name}/${closure.args.length + extra}` : undefined;
}

/** What the rules of each predicate call. */
export function needsOfRules(
  rules: readonly { readonly head: Term; readonly body: Term }[],
): ReadonlyMap<string, BodyNeeds> {
  const defined = new Set(rules.map(({ head }) => indicatorOf(head)!));
  const needs = new Map<string, BodyNeeds>();
  for (const { head, body } of rules) {
    const own = needsOf(body, (indicator) => defined.has(indicator));
    const before = needs.get(indicatorOf(head)!);
    needs.set(indicatorOf(head)!, {
      calls: before === undefined ? own.calls : new Set([...before.calls, ...own.calls]),
      isOpen: own.isOpen || before?.isOpen === true,
    });
  }
  return needs;
}

/**
 * The predicates of `facts` whose facts a goal may ask for, directly or through rules: all of them where a goal comes to
 * light only when it runs.
 */
export function neededFacts(
  goal: Term,
  rules: ReadonlyMap<string, BodyNeeds>,
  facts: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const needs = needsOf(goal, (indicator) => rules.has(indicator));
  let { isOpen } = needs;
  const reached = new Set(needs.calls);
  for (const indicator of reached) {
    const own = rules.get(indicator);
    if (own === undefined) continue;
    isOpen ||= own.isOpen;
    for (const callee of own.calls) reached.add(callee);
  }
  if (isOpen) return facts;
  return new Map(
    [...reached].flatMap((indicator) => {
      const count = facts.get(indicator);
      return count === undefined ? [] : [[indicator, count] as const];
    }),
  );
}
