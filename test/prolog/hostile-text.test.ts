import { describe, expect, it, vi } from 'vitest';
import { compareTerms } from '../../src/prolog/compare.js';
import { toJson } from '../../src/prolog/json-value.js';
import { readClauses, readProgram, readTerm } from '../../src/prolog/reader.js';
import { decodeStored, encodeStored } from '../../src/prolog/stored-term.js';
import { atom, compound, list, type Term, variable } from '../../src/prolog/term.js';
import { equalTerms, match, unify } from '../../src/prolog/unify.js';
import { isGround, substitute, variablesOf } from '../../src/prolog/variables.js';
import { displayTerm, writeTerm } from '../../src/prolog/writer.js';

vi.setConfig({ testTimeout: 60_000 });

const numbered = (count: number, text: (index: number) => string, between: string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

const HUGE: readonly (readonly [string, string])[] = [
  ['a list of 100,000 elements', `[${numbered(100_000, (i) => `x${i}`, ',')}]`],
  ['a conjunction of 200,000 goals', `p :- ${numbered(200_000, (i) => `g(${i})`, ', ')}`],
  ['a sum of 100,000 numbers', numbered(100_000, (i) => `${i}`, '+')],
  ['100,000 prefix operators', `${'- '.repeat(100_000)}a`],
  ['a compound of 200,000 arguments', `f(${numbered(200_000, (i) => `${i}`, ',')})`],
];

describe.each(HUGE)('%s', (_, text) => {
  const { term } = readTerm(text);

  it('is written and read back', () => {
    expect(equalTerms(readTerm(displayTerm(term), { maxNesting: Infinity }).term, term)).toBe(true);
    expect(equalTerms(readTerm(writeTerm(term), { maxNesting: Infinity }).term, term)).toBe(true);
  });

  it('is stored, compared, unified and searched for variables', () => {
    expect(equalTerms(decodeStored(encodeStored(term)), term)).toBe(true);
    expect(compareTerms(term, readTerm(text).term)).toBe(0);
    expect(unify(term, readTerm(text).term)?.size).toBe(0);
    expect(match(term, term)?.size).toBe(0);
    expect(isGround(term)).toBe(true);
    expect(variablesOf(term)).toEqual([]);
    expect(substitute(term, new Map([['X', atom('a')]]))).toBe(term);
    expect(toJson(term)).toBeDefined();
  });
});

describe('brackets', () => {
  it.each(['(', '[', '{', 'f(', '- (', '[a|'])('of the kind %s are refused beyond the limit', (bracket) => {
    const [fault] = readProgram(bracket.repeat(100_000)).errors;
    expect(fault?.message).toBe('brackets are nested more than 2000 levels deep');
    expect(Math.floor((fault!.column - 1) / bracket.length)).toBe(2000);
  });

  it('may be nested up to the limit', () => {
    expect(writeTerm(readTerm(`${'('.repeat(2000)}a${')'.repeat(2000)}`).term)).toBe('a');
    expect(() => readTerm(`${'('.repeat(2001)}a${')'.repeat(2001)}`)).toThrow('nested');
  });

  it('may be nested deeper when the caller says so', () => {
    const text = `${'s('.repeat(100_000)}z${')'.repeat(100_000)}`;
    expect(writeTerm(readTerm(text, { maxNesting: Infinity }).term)).toBe(text);
  });
});

describe('the time for a text', () => {
  const millisecondsFor = (text: string): number => {
    const start = performance.now();
    readProgram(text);
    return performance.now() - start;
  };

  // Quadratic reading of these takes from many seconds to minutes.
  it.each([
    ...[
      '(',
      '- ',
      "'",
      '"',
      "'a\\' ",
      "0''''.\n",
      "foo('x).\n",
      "f(\\'.\n",
      '1.',
      'a.b ',
      '. ',
      '“',
      '"\\z',
      '_{',
      '_,',
    ],
    ...['/*', '/* */', '%\n', "0'", '\\', 'a:-', '[a,', "''", '1e', '1_', 'x=', '.(', '::', "'\\\n"],
  ])('that repeats %j a hundred thousand times is short', (scrap) => {
    expect(millisecondsFor(scrap.repeat(100_000))).toBeLessThan(10_000);
  });

  it('of 100,000 facts is well under a second', () => {
    const facts = numbered(100_000, (i) => `owned_by(checkout_${i}, payments).`, '\n');
    const runs = Array.from({ length: 3 }, () => {
      const start = performance.now();
      let count = 0;
      for (const read of readClauses(facts)) if (read.kind === 'term') count++;
      expect(count).toBe(100_000);
      return performance.now() - start;
    });
    expect(Math.min(...runs)).toBeLessThan(1000);
  });

  it('of an integer of a hundred thousand digits is short in any base', () => {
    expect(millisecondsFor(`x(${'7'.repeat(100_000)}, 36'${'z'.repeat(100_000)}).`)).toBeLessThan(10_000);
  });
});

describe('terms that share their parts', () => {
  it('are unified without walking every path to a part', () => {
    // X0 = f(X1, X1), X1 = f(X2, X2), …: 2^60 paths.
    const chain = (prefix: string): Term => {
      const links = Array.from({ length: 60 }, (_, i) => {
        const next = variable(`${prefix}${i + 1}`);
        return compound('-', variable(`${prefix}${i}`), compound('f', next, next));
      });
      return list(links);
    };
    const both = compound('t', chain('X'), chain('Y'), variable('X0'));
    const ends = list(
      Array.from({ length: 60 }, (_, i) => compound('-', variable(`A${i}`), variable(`A${i}`))),
    );
    const others = list(
      Array.from({ length: 60 }, (_, i) => compound('-', variable(`B${i}`), variable(`B${i}`))),
    );
    expect(unify(both, compound('t', ends, others, variable('Y0')))).toBeDefined();
  });
});
