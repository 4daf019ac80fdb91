import { describe, expect, it } from 'vitest';
import { CorollaryError } from '../../src/errors.js';
import { fromJson, toJson } from '../../src/prolog/json-value.js';
import { readTerm } from '../../src/prolog/reader.js';
import { writeTerm } from '../../src/prolog/writer.js';

describe('a term as JSON', () => {
  it.each([
    ['checkout', 'checkout'],
    ["'two words'", 'two words'],
    ['"text"', 'text'],
    ['42', 42],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['-123456789012345678901', '-123456789012345678901'],
    ['1.5', 1.5],
    ['[]', []],
    ['[a, 1, [b, "c"]]', ['a', 1, ['b', 'c']]],
    ['[a|T]', '[a|T]'],
    ['point(1, X)', 'point(1, X)'],
    ['a:-b', 'a :- b'],
    ['[f(x), g]', ['f(x)', 'g']],
  ])('shows %s as %j', (text, expected) => {
    expect(toJson(readTerm(text).term)).toEqual(expected);
  });
});

describe('a term from JSON', () => {
  it.each([
    ['checkout', 'checkout'],
    ['two words', "'two words'"],
    ['X', "'X'"],
    [42, '42'],
    [-0, '0'],
    [1.5, '1.5'],
    [true, 'true'],
    [false, 'false'],
    [[], '[]'],
    [['a', [1, 2]], '[a,[1,2]]'],
    [{ string: 'text' }, '"text"'],
    [{ integer: '123456789012345678901' }, '123456789012345678901'],
    [{ integer: '-5' }, '-5'],
    [{ integer: 5 }, '5'],
    [{ float: 2 }, '2.0'],
    [{ prolog: 'point(1, X)' }, 'point(1,X)'],
    [[{ prolog: 'a:b' }, 'c'], '[:(a,b),c]'],
  ])('takes %j for %s', (value, expected) => {
    expect(writeTerm(fromJson(value))).toBe(expected);
  });

  it.each([
    [null],
    [undefined],
    [{}],
    [{ other: 1 }],
    [{ string: 'a', float: 1 }],
    [{ string: 1 }],
    [{ integer: '1.5' }],
    [{ integer: 'x' }],
    [{ integer: 1.5 }],
    [{ float: '2' }],
    [{ float: Number.NaN }],
    [Number.POSITIVE_INFINITY],
    [2 ** 53],
    [['a', null]],
    ['\ud800'],
    [() => 'a'],
    [Symbol('a')],
    [10n],
  ])('is refused for %s', (value) => {
    expect(() => fromJson(value)).toThrow(expect.objectContaining({ code: 'ARGUMENT_KIND', details: {} }));
  });

  it('says where Prolog text within it is wrong', () => {
    expect(() => fromJson({ prolog: 'f(a' })).toThrow(CorollaryError);
    expect(() => fromJson({ prolog: 'f(a' })).toThrow(
      expect.objectContaining({ code: 'PROLOG_SYNTAX', details: { line: 1, column: 4 } }),
    );
  });

  it('may be nested deeper than JavaScript can recurse', () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    let shown: unknown = toJson(fromJson(nested));
    let depth = 0;
    for (; Array.isArray(shown); depth++) shown = shown[0];
    expect([depth, shown]).toEqual([100_000, 1]);
  });
});
