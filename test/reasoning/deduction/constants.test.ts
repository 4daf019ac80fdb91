import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atom, compound, float, integer, list, str, type Term } from '../../../src/prolog/term.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import { ConstantTable } from '../../../src/reasoning/deduction/constants.js';
import { readArguments } from '../../../src/reasoning/deduction/read-arguments.js';

const words = fc.oneof(
  fc.constantFrom(
    'a',
    'abc',
    'checkout_2',
    'A',
    'with space',
    "it's",
    '[]',
    '{}',
    '',
    'ünï',
    'a\nb',
    'a\\b',
    '+',
    '0',
  ),
  fc.string(),
);
const simple: fc.Arbitrary<Term> = fc.oneof(
  words.map(atom),
  words.map(str),
  fc.maxSafeInteger().map(integer),
  fc.bigInt().map(integer),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
);
const ground: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small' },
    simple,
    fc.array(tie('term'), { maxLength: 3 }).map((items) => list(items)),
    fc
      .tuple(words, fc.array(tie('term'), { minLength: 1, maxLength: 3 }))
      .map(([name, args]) => compound(name, ...args)),
  ),
})).term;

describe('A table of constants', () => {
  it('gives equal terms one number and different terms different ones, and each its term back', () => {
    fc.assert(
      fc.property(fc.array(ground), (terms) => {
        const table = new ConstantTable();
        const numbers = new Map<string, number>();
        for (const term of terms) {
          const number = table.intern(term);
          const text = writeTerm(term);
          expect(numbers.get(text) ?? number).toBe(number);
          numbers.set(text, number);
          expect(writeTerm(table.term(number))).toBe(text);
          expect(table.text(number)).toBe(text);
        }
        expect(new Set(numbers.values()).size).toBe(numbers.size);
      }),
    );
  });

  it('keeps 1, 1.0, minus zero, the atom and the string of one text apart', () => {
    const table = new ConstantTable();
    const terms = [integer(1), float(1), float(0), float(-0), integer(0), atom('1'), str('1')];
    expect(new Set(terms.map((term) => table.intern(term))).size).toBe(terms.length);
  });

  it('keeps terms with infinite and undefined numbers apart, and gives them no text', () => {
    const table = new ConstantTable();
    const special = [Infinity, -Infinity, Number.NaN].map(float);
    const others = ['Infinity', '-Infinity', 'NaN', 'inf'].map(atom);
    const terms = [
      ...special,
      ...others,
      ...[...special, ...others].map((each) => compound('f', each, list([each]))),
    ];
    terms.push(compound('f', special[0]!, others[0]!), compound('f', others[0]!, special[0]!));
    const numbers = terms.map((term) => table.intern(term));
    expect(new Set(numbers).size).toBe(terms.length);
    expect(terms.map((term) => table.intern(structuredClone(term)))).toEqual(numbers);
    expect(() => table.text(table.intern(compound('f', special[0]!)))).toThrow(
      expect.objectContaining({ code: 'EVALUATION' }),
    );
    table.truncate(0);
    expect(terms.map((term) => table.intern(term))).toEqual(numbers);
  });

  it('forgets what came after a mark, and nothing before it', () => {
    fc.assert(
      fc.property(fc.array(ground), fc.array(ground), (before, after) => {
        const table = new ConstantTable();
        const numbers = before.map((term) => table.intern(term));
        const mark = table.size;
        for (const term of after) table.intern(term);
        table.truncate(mark);
        expect(table.size).toBe(mark);
        expect(before.map((term) => table.intern(term))).toEqual(numbers);
        // What comes anew gets the numbers that were given back.
        for (const term of after) {
          const fresh = table.size;
          const number = table.intern(term);
          if (number >= mark) expect(number).toBeLessThanOrEqual(fresh);
          expect(writeTerm(table.term(number))).toBe(writeTerm(term));
        }
      }),
    );
  });
});

describe('Arguments of a fact', () => {
  it('are read from its canonical text as the reader would', () => {
    fc.assert(
      fc.property(words, fc.array(ground, { minLength: 1, maxLength: 4 }), (name, args) => {
        const table = new ConstantTable();
        const text = writeTerm(compound(name, ...args));
        const numbers = readArguments(`before\t${text}\nafter`, 7, 7 + text.length, args.length, table);
        expect(numbers.map((number) => table.text(number))).toEqual(args.map((term) => writeTerm(term)));
        expect(numbers).toEqual(args.map((term) => table.intern(term)));
      }),
    );
  });
});
