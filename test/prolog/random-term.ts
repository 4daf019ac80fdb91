import fc from 'fast-check';
import { operatorTable } from '../../src/prolog/operators.js';
import {
  atom,
  CONS,
  compound,
  float,
  integer,
  list,
  str,
  type Term,
  variable,
} from '../../src/prolog/term.js';

const operatorNames = [...new Set(operatorTable().map(({ name }) => name))];
const trickyNames = [
  ...[
    '[]',
    '{}',
    '[|]',
    ',',
    '|',
    '!',
    ';',
    '.',
    '..',
    '...',
    '',
    ' ',
    "'",
    '"',
    '`',
    '\\',
    '\\\\',
    '/*',
    '*/',
    '=/*',
  ],
  ...[
    '%',
    '_',
    '_a',
    'A',
    'aB',
    'a b',
    'a\nb',
    '\t',
    '\0',
    'é',
    'É',
    '日本',
    '😀',
    '≠',
    '«',
    '·',
    '\u00a0',
    '\u2028',
  ],
  ...[
    'end_of_file',
    '0',
    '1a',
    '-1',
    'inf',
    'nan',
    'e',
    'é\u0301',
    '$VAR',
    '$x',
    '##',
    '~',
    '\u{1d400}',
    '\uffff',
  ],
];

/** Text without half surrogate pairs: all that Prolog text can hold. */
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...trickyNames));

export const anyName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'foo', 'owned_by') },
  { weight: 3, arbitrary: fc.constantFrom(...operatorNames) },
  { weight: 1, arbitrary: fc.constantFrom(...trickyNames) },
  { weight: 1, arbitrary: text },
);

const anyVariable = fc.constantFrom('X', 'Y', 'Xs', '_A', '_1', 'Ünder', 'X_1').map(variable);
const anyInteger = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer(), fc.bigInt()).map(integer);
const anyFloat = fc
  .oneof(
    fc.constantFrom(0, -0, 1, -1, 1e22, 1.5e300, 5e-324),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(float);

interface TermOptions {
  readonly hasVariables: boolean;
}

/** Terms of every kind, rich in operators and in names that are hard to write. */
export function anyTerm({ hasVariables }: TermOptions = { hasVariables: true }): fc.Arbitrary<Term> {
  const leaves: fc.Arbitrary<Term>[] = [anyName.map(atom), anyInteger, anyFloat, text.map(str)];
  if (hasVariables) leaves.push(anyVariable);
  const { term } = fc.letrec<{ term: Term }>((tie) => {
    const terms = fc.array(tie('term'), { minLength: 1, maxLength: 3 });
    const operator = fc.constantFrom(...operatorNames);
    return {
      term: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.oneof(...leaves),
        fc.tuple(anyName, terms).map(([name, args]) => compound(name, ...args)),
        fc.tuple(operator, tie('term'), tie('term')).map(([name, a, b]) => compound(name, a, b)),
        fc.tuple(operator, tie('term')).map(([name, a]) => compound(name, a)),
        fc.array(tie('term'), { maxLength: 4 }).map((items) => list(items)),
        fc.tuple(tie('term'), tie('term')).map(([head, tail]) => compound(CONS, head, tail)),
        tie('term').map((inner) => compound('{}', inner)),
      ),
    };
  });
  return term;
}
