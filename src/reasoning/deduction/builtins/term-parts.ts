import { listItems } from '../../../prolog/list-items.js';
import { atom, compound, integer, list, NIL, type Term } from '../../../prolog/term.js';
import { computed, many, once, type ValueBuiltin } from './builtin.js';
import { mustBeInteger } from './numbers.js';
import { domainError, typeError } from './raise.js';
import { isCell, isNil } from './text-of.js';

type Args = readonly Term[];

const isOpen = (term: Term) => term.kind === 'variable';

/** Built-ins that take terms apart and put them together. */
export const termParts: readonly (readonly [string, ValueBuiltin])[] = [
  ['functor/3', once([[0]], ([term, name, arity]) => functorOf(term!, name!, arity!))],
  ['arg/3', many([[1]], ([position, term]) => argumentsOf(position!, term!))],
  ['=../2', once([[0], [1]], ([term, parts]) => univ(term!, parts!))],
  ['copy_term/2', computed(1, ([term]) => term)],
  ['term_variables/2', computed(1, () => NIL)],
];

function functorOf(term: Term, _name: Term, _arity: Term): Args {
  if (term.kind !== 'compound') return [term, term, integer(0)];
  return [term, atom(term.name), integer(term.args.length)];
}

function* argumentsOf(position: Term, term: Term): Iterable<Args> {
  if (term.kind !== 'compound') throw typeError('compound', term);
  if (!isOpen(position)) {
    const at = mustBeInteger(position);
    if (at < 0n) throw domainError('not_less_than_zero', position);
    const argument = term.args[Number(at) - 1];
    if (argument !== undefined) yield [position, term, argument];
    return;
  }
  let at = 0;
  for (const argument of term.args) yield [integer(++at), term, argument];
}

function univ(term: Term, parts: Term): Args {
  if (!isOpen(term)) {
    if (!isOpen(parts) && !isNil(parts) && !isCell(parts)) throw typeError('list', parts);
    const made = term.kind === 'compound' ? list([atom(term.name), ...term.args]) : list([term]);
    return [term, made];
  }
  if (isNil(parts)) throw domainError('non_empty_list', parts);
  const items = listItems(parts);
  if (items === undefined) throw typeError('list', parts);
  const [name, ...args] = items as [Term, ...Term[]];
  if (args.length === 0) {
    if (name.kind === 'compound') throw typeError('atomic', name);
    return [name, parts];
  }
  if (name.kind !== 'atom') throw typeError('atom', name);
  return [compound(name.name, ...args), parts];
}
