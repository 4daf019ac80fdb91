import type { Term } from '../prolog/term.js';

/** Parts of a goal beyond these are not told apart. */
const MOST_PARTS = 200;
const control: ReadonlySet<string> = new Set([',/2', ';/2', '->/2', '*->/2', '\\+/1']);

/**
 * What goals have in common that differ in their constants only: `near(n7, X)` and `near(n8, Y)` have one shape. Goals of
 * one shape tend to take equally long.
 */
export function goalShape(goal: Term): string {
  const parts: string[] = [];
  const pending: { readonly term: Term; readonly isCalled: boolean }[] = [{ term: goal, isCalled: true }];
  for (let next = pending.pop(); next !== undefined && parts.length < MOST_PARTS; next = pending.pop()) {
    const { term, isCalled } = next;
    if (term.kind === 'compound') {
      const indicator = `${term.name}/${term.args.length}`;
      parts.push(indicator);
      const callsThem = isCalled && control.has(indicator);
      for (const argument of term.args) pending.push({ term: argument, isCalled: callsThem });
    } else if (term.kind === 'variable') parts.push('V');
    else parts.push(term.kind === 'atom' && isCalled ? `${term.name}/0` : 'c');
  }
  return parts.join(' ');
}
