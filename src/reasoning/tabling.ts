import { indicatorOf, type Term } from '../prolog/term.js';
import { variablesOf } from '../prolog/variables.js';
import { bodyCalls } from './body-calls.js';
import { cuts, type DependencyGraph, recursivePredicates } from './dependencies.js';
import type { Rule } from './rule.js';

export type Recursion = 'none' | 'tabled' | 'descending';

/**
 * How a predicate's recursion ends. Tabled: SWI-Prolog keeps a table of its answers, so that cycles in the facts end.
 * Descending: it goes down a structure (a list's tail, a term's argument) or cuts, as list predicates do; a table would
 * store every step, and a cut would leave it with clauses unseen.
 */
export function recursionOf(rules: readonly Rule[], graph: DependencyGraph): ReadonlyMap<string, Recursion> {
  const recursive = recursivePredicates(graph);
  const clauses = new Map<string, Rule[]>();
  for (const rule of rules) {
    const indicator = indicatorOf(rule.head)!;
    clauses.set(indicator, [...(clauses.get(indicator) ?? []), rule]);
  }
  return new Map(
    [...clauses].map(([indicator, own]): [string, Recursion] => {
      if (!recursive.has(indicator)) return [indicator, 'none'];
      const descending = own.some((rule) => cuts(rule.body)) || own.some((rule) => descends(rule));
      return [indicator, descending ? 'descending' : 'tabled'];
    }),
  );
}

/** Whether the rule calls its own predicate with a proper part of one of its head's arguments in the same place. */
function descends({ head, body }: Rule): boolean {
  if (head.kind !== 'compound') return false;
  const indicator = indicatorOf(head)!;
  for (const { term } of bodyCalls(body, (called) => called === indicator)) {
    if (term.kind !== 'compound' || indicatorOf(term) !== indicator) continue;
    if (term.args.some((argument, i) => isPartOf(argument, head.args[i]!))) return true;
  }
  return false;
}

function isPartOf(argument: Term, whole: Term): boolean {
  return (
    argument.kind === 'variable' && whole.kind === 'compound' && variablesOf(whole).includes(argument.name)
  );
}
