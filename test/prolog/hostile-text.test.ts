import { describe, expect, it } from 'vitest';
import { compareTerms } from '../../src/prolog/compare.js';
import { toJson } from '../../src/prolog/json-value.js';
import { readProgram, readTerm } from '../../src/prolog/reader.js';
import { decodeStored, encodeStored } from '../../src/prolog/stored-term.js';
import { atom, compound, list, type Term, variable } from '../../src/prolog/term.js';
import { equalTerms, match, unify } from '../../src/prolog/unify.js';
import { isGround, substitute, variablesOf } from '../../src/prolog/variables.js';
import { displayTerm, writeTerm } from '../../src/prolog/writer.js';

const numbered = (count: number, text: (index: number) => string, between: string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

const HUGE: readonly (readonly [string, string])[] = [
  ['a list of 300,000 elements', `[${numbered(300_000, (i) => `x${i}`, ',')}]`],
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
    expect(fault).toMatchObject({ message: 'brackets are nested more than 2000 levels deep', line: 1 });
    expect(fault!.column).toBe(
      2000 * bracket.length +
        bracket.trimEnd().length -
        (bracket === 'f(' || bracket === '[a|' ? 1 : 0) -
        (bracket === '[a|' ? 1 : 0),
    );
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

  // Quadratic reading of these takes minutes.
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
  ])('that repeats %j a quarter of a million times is short', (scrap) => {
    expect(millisecondsFor(scrap.repeat(250_000))).toBeLessThan(10_000);
  });

  it('of 100,000 facts is well under a second', () => {
    const facts = numbered(100_000, (i) => `owned_by(checkout_${i}, payments).`, '\n');
    millisecondsFor(facts);
    expect(millisecondsFor(facts)).toBeLessThan(1000);
  });

  it('of an integer of a hundred thousand digits is short in any base', () => {
    expect(millisecondsFor(`x(${'7'.repeat(100_000)}, 36'${'z'.repeat(100_000)}).`)).toBeLessThan(5000);
  });
});

describe('terms that share their parts', () => {
  /** f(X1,X1), X1 = f(X2,X2), … has 2^depth leaves. */
  function doubling(prefix: string, depth: number): Term {
    const cells = Array.from({ length: depth }, (_, i) => {
      const next = variable(`${prefix}${i + 1}`);
      return compound('=', variable(`${prefix}${i}`), compound('f', next, next));
    });
    return list(cells.flatMap(({ args }) => args));
  }

  it('are unified without walking every path', () => {
    const depth = 60;
    const pairs = (prefix: string) => {
      const items: Term[] = [];
      for (let i = 0; i < depth; i++) {
        const next = variable(`${prefix}${i + 1}`);
        items.push(compound('f', next, next));
      }
      return items;
    };
    const variables = (prefix: string) => Array.from({ length: depth }, (_, i) => variable(`${prefix}${i}`));
    const left = list([...variables('X'), ...variables('Y'), variable('X0')]);
    const right = list([...pairs('X'), ...pairs('Y'), variable('Y0')]);
    expect(unify(left, right)).toBeDefined();
    expect(variablesOf(doubling('Z', 3))).toEqual(['Z0', 'Z1', 'Z2', 'Z3']);
  });
});
