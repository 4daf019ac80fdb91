import { indicatorOf, type Term } from '../prolog/term.js';
import { variablesOf } from '../prolog/variables.js';
import { bodyCalls } from './body-calls.js';
import { components, cuts, type DependencyGraph, recursivePredicates } from './dependencies.js';
import type { Rule } from './rule.js';

export type Recursion = 'none' | 'tabled' | 'descending';

/**
 * How a predicate's recursion ends. Tabled: SWI-Prolog keeps a table of its answers, so that cycles in the facts end.
 * Descending: it goes down a structure (a list's tail, a term's argument) or cuts, as list predicates do; a table would
 * store every step, and a cut would leave it with clauses unseen. Predicates that call each other are of one kind.
 */
export function recursionOf(rules: readonly Rule[], graph: DependencyGraph): ReadonlyMap<string, Recursion> {
  const recursive = recursivePredicates(graph);
  const clauses = new Map<string, Rule[]>();
  for (const rule of rules) {
    const indicator = indicatorOf(rule.head)!;
    const known = clauses.get(indicator);
    if (known === undefined) clauses.set(indicator, [rule]);
    else known.push(rule);
  }
  const kinds = new Map<string, Recursion>();
  for (const members of components(graph)) {
    const group = new Set(members);
    const own = members.flatMap((member) => clauses.get(member) ?? []);
    const isDescending = own.some((rule) => cuts(rule.body) || descends(rule, group));
    for (const member of members) {
      kinds.set(member, !recursive.has(member) ? 'none' : isDescending ? 'descending' : 'tabled');
    }
  }
  return new Map([...clauses.keys()].map((indicator) => [indicator, kinds.get(indicator) ?? 'none']));
}

/** Whether the rule calls a predicate of its group with a proper part of one of its head's arguments. */
function descends({ head, body }: Rule, group: ReadonlySet<string>): boolean {
  if (head.kind !== 'compound') return false;
  const parts = head.args.map(partsOf);
  const all = new Set(parts.flatMap((part) => [...part]));
  for (const { term, indicator } of bodyCalls(body, (called) => group.has(called))) {
    if (term.kind !== 'compound' || !group.has(indicator)) continue;
    const isSelf = indicator === indicatorOf(head);
    const isPart = (argument: Term, i: number) =>
      argument.kind === 'variable' && (isSelf ? parts[i]! : all).has(argument.name);
    if (term.args.some(isPart)) return true;
  }
  return false;
}

/** The variables inside a compound term. */
const partsOf = (term: Term) => new Set(term.kind === 'compound' ? variablesOf(term) : []);
