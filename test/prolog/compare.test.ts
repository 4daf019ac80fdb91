import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTerms } from '../../src/prolog/compare.js';
import { readTerm } from '../../src/prolog/reader.js';
import { equalTerms } from '../../src/prolog/unify.js';
import { anyTerm } from './random-term.js';

describe('the standard order', () => {
  it('puts kinds, values and arities one behind the other', () => {
    const sorted = [
      ...[
        'A',
        'B',
        '-1.0',
        '0',
        '1.0',
        '1',
        '1.5',
        '2',
        '100000000000000000000',
        '""',
        '"a"',
        '"b"',
        '[]',
        "''",
      ],
      ...["'A'", 'a', 'ab', 'b', "'\uffff'", "'\u{10000}'", 'f(a)', 'f(b)', 'g(a)', 'a+b', '[a]', 'f(a,b,c)'],
    ].map((text) => readTerm(text).term);
    for (const [i, left] of sorted.entries()) {
      for (const [j, right] of sorted.entries()) expect(compareTerms(left, right)).toBe(Math.sign(i - j));
    }
  });

  it('is a total order in which only identical terms are equal', () => {
    fc.assert(
      fc.property(anyTerm(), anyTerm(), anyTerm(), (a, b, c) => {
        expect(compareTerms(a, b)).toBe(-compareTerms(b, a) + 0);
        expect(compareTerms(a, b) === 0).toBe(equalTerms(a, b));
        if (compareTerms(a, b) <= 0 && compareTerms(b, c) <= 0)
          expect(compareTerms(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
