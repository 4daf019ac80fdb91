import { indicatorOf, type Term } from '../../prolog/term.js';
import type { Rule } from '../rule.js';

/** An argument of a head that no clause of the predicate gives a value or looks at. */
export interface OpenArgument {
  readonly rule: Rule;
  /** From 1. */
  readonly position: number;
  readonly at: Term;
}

/**
 * Arguments that stay open in every answer: a variable that its clause mentions once. Where another clause of the
 * predicate gives the argument a value or uses it, as the base case of a recursion does not, nothing is said. A variable
 * whose name does not begin with `_` is a singleton, and known as such.
 */
export function openArguments(rules: readonly Rule[]): OpenArgument[] {
  const used = new Map<string, Set<number>>();
  const open: (OpenArgument & { readonly indicator: string })[] = [];
  for (const rule of rules) {
    if (rule.head.kind !== 'compound') continue;
    const indicator = indicatorOf(rule.head)!;
    const positions = used.get(indicator) ?? new Set();
    used.set(indicator, positions);
    const counts = occurrencesIn([rule.head, rule.body]);
    for (const [i, at] of rule.head.args.entries()) {
      if (at.kind !== 'variable' || counts.get(at.name)! > 1) positions.add(i);
      else if (at.name.startsWith('_')) open.push({ rule, indicator, position: i + 1, at });
    }
  }
  return open.filter(({ indicator, position }) => !used.get(indicator)!.has(position - 1));
}

function occurrencesIn(terms: readonly Term[]): Map<string, number> {
  const counts = new Map<string, number>();
  const pending = [...terms];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'variable') counts.set(next.name, (counts.get(next.name) ?? 0) + 1);
    else if (next.kind === 'compound') for (const argument of next.args) pending.push(argument);
  }
  return counts;
}
