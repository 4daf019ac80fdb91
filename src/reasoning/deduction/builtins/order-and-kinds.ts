import { compareTerms } from '../../../prolog/compare.js';
import { listItems } from '../../../prolog/list-items.js';
import { atom, type Term } from '../../../prolog/term.js';
import { equalTerms } from '../../../prolog/unify.js';
import { isGround } from '../../../prolog/variables.js';
import { once, totalTest, type ValueBuiltin } from './builtin.js';
import { isNumber } from './numbers.js';
import { domainError, typeError } from './raise.js';
import { isNil } from './text-of.js';

const isOpen = (term: Term) => term.kind === 'variable';
/** `[]` is a constant of its own. */
const isAtom = (term: Term) => term.kind === 'atom' && !isNil(term);
const isAtomic = (term: Term) => !isOpen(term) && term.kind !== 'compound';

const kind = (holds: (term: Term) => boolean) => totalTest(1, holds);
const order = (holds: (order: number) => boolean) => totalTest(2, (a, b) => holds(compareTerms(a, b)));

/** Of values, `=` is `==`; a variable on one side gets the other side's. */
const unification: ValueBuiltin = {
  ...once([[0], [1]], ([left, right]) => {
    if (isOpen(left!)) return [right!, right!];
    if (isOpen(right!)) return [left!, left!];
    return equalTerms(left!, right!) ? [left!, right!] : undefined;
  }),
  total: true,
};

/** Tests of what kind a value is, and of which of two comes first in the standard order of terms. */
export const orderAndKinds: readonly (readonly [string, ValueBuiltin])[] = [
  ['=/2', unification],
  ['unify_with_occurs_check/2', unification],
  ['\\=/2', totalTest(2, (a, b) => !equalTerms(a, b))],
  ['==/2', totalTest(2, equalTerms)],
  ['\\==/2', totalTest(2, (a, b) => !equalTerms(a, b))],
  ['@</2', order((sign) => sign < 0)],
  ['@>/2', order((sign) => sign > 0)],
  ['@=</2', order((sign) => sign <= 0)],
  ['@>=/2', order((sign) => sign >= 0)],
  ['compare/3', once([[1, 2]], ([sign, left, right]) => compared(sign!, left!, right!))],
  ['var/1', kind(() => false)],
  ['nonvar/1', kind(() => true)],
  ['ground/1', kind(isGround)],
  ['atom/1', kind(isAtom)],
  ['number/1', kind(isNumber)],
  ['integer/1', kind((term) => term.kind === 'integer')],
  ['float/1', kind((term) => term.kind === 'float')],
  ['string/1', kind((term) => term.kind === 'string')],
  ['atomic/1', kind(isAtomic)],
  ['compound/1', kind((term) => term.kind === 'compound')],
  ['callable/1', kind((term) => isAtom(term) || term.kind === 'compound')],
  ['is_list/1', kind((term) => listItems(term) !== undefined)],
];

const SIGNS = new Map([
  [-1, atom('<')],
  [0, atom('=')],
  [1, atom('>')],
]);

function compared(sign: Term, left: Term, right: Term): readonly Term[] {
  if (!isOpen(sign)) {
    if (sign.kind !== 'atom') throw typeError('atom', sign);
    if (![...SIGNS.values()].some(({ name }) => name === sign.name)) throw domainError('order', sign);
  }
  return [SIGNS.get(compareTerms(left, right))!, left, right];
}
