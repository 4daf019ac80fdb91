import { atom, CONS, compound, float, integer, list, type Term, variable } from '../prolog/term.js';
import type { Tau, TauTerm } from './tau-prolog.js';

/** tau's lists are '.'(Head, Tail); it has no strings. */
const TAU_CONS = '.';

export function toTau(tau: Tau, term: Term): TauTerm {
  const { Term: TauCompound, Num } = tau.type;
  if (term.kind === 'integer') return new Num(Number(term.value), false);
  if (term.kind === 'float') return new Num(term.value, true);
  if (term.kind === 'compound') {
    const args = term.args.map((argument) => toTau(tau, argument));
    return new TauCompound(term.name === CONS ? TAU_CONS : term.name, args);
  }
  return new TauCompound(term.kind === 'string' ? term.value : term.kind === 'atom' ? term.name : '_', []);
}

export function fromTau(term: TauTerm): Term {
  if ('value' in term) return term.is_float ? float(term.value!) : integer(term.value!);
  if (term.args === undefined) return variable(`_${term.id.replace(/\W/g, '_')}`);
  if (term.args.length === 0) return atom(term.id);
  if (term.id !== TAU_CONS || term.args.length !== 2) return compound(term.id, ...term.args.map(fromTau));
  const items: Term[] = [];
  let rest: TauTerm = term;
  while (rest.id === TAU_CONS && rest.args?.length === 2) {
    items.push(fromTau(rest.args[0]!));
    rest = rest.args[1]!;
  }
  return list(items, fromTau(rest));
}
