import { CorollaryError } from '../errors.js';
import type { Term } from '../prolog/term.js';
import { displayTerm } from '../prolog/writer.js';

/** The error of an ISO error term, such as `type_error(evaluable, foo/0)`: what stands first in `error(Formal, _)`. */
export function raised(formal: Term): CorollaryError {
  return new CorollaryError('EVALUATION', messageOf(formal), { error: displayTerm(formal) });
}

function messageOf(formal: Term): string {
  const [first, second] = formal.kind === 'compound' ? formal.args : [];
  const name = formal.kind === 'compound' || formal.kind === 'atom' ? formal.name : '';
  if (name === 'instantiation_error') return 'a value is needed where a variable has none yet';
  if (name === 'type_error' && first !== undefined && second !== undefined) {
    return `${displayTerm(second)} stands where ${plain(first)} is needed`;
  }
  if (name === 'evaluation_error' && first !== undefined)
    return `arithmetic failed: ${plain(first).replaceAll('_', ' ')}`;
  return `the goal failed with ${displayTerm(formal)}`;
}

/** An argument of a compound of that name. */
export function partOf(term: Term, name: string, position: number): Term | undefined {
  return term.kind === 'compound' && term.name === name ? term.args[position] : undefined;
}

/** Text without quotes. */
export const plain = (term: Term) =>
  term.kind === 'atom' ? term.name : term.kind === 'string' ? term.value : displayTerm(term);
