import { CONS, type Term } from './term.js';

/** The elements of a proper list, or undefined when the term is none. `[]` has no elements. */
export function listItems(term: Term): Term[] | undefined {
  const items: Term[] = [];
  let rest = term;
  while (rest.kind === 'compound' && rest.name === CONS && rest.args.length === 2) {
    items.push(rest.args[0]!);
    rest = rest.args[1]!;
  }
  return rest.kind === 'atom' && rest.name === '[]' ? items : undefined;
}
