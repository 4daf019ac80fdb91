import { type Term, variable } from '../prolog/term.js';
import { substitute, variablesOf } from '../prolog/variables.js';

/** Engines number their variables as they come; here they are _A, _B, …, so that the same term reads the same. */
export function withPlainVariables(term: Term): Term {
  const names = variablesOf(term);
  if (names.length === 0) return term;
  return substitute(term, new Map(names.map((name, i) => [name, variable(`_${letters(i)}`)])));
}

const letters = (i: number) =>
  String.fromCharCode(65 + (i % 26)) + (i < 26 ? '' : String(Math.floor(i / 26)));
