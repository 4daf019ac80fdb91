import { describe, expect, it } from 'vitest';
import { readTerm } from '../../src/prolog/reader.js';
import { decodeStored, encodeStored } from '../../src/prolog/stored-term.js';
import { atom, compound, float, str, type Term } from '../../src/prolog/term.js';

const read = (text: string): Term => readTerm(text).term;

describe('a stored term', () => {
  const samples: readonly (readonly [Term, unknown])[] = [
    [read('checkout'), 'checkout'],
    [read('42'), 42],
    [read('123456789012345678901'), { i: '123456789012345678901' }],
    [read('1.5'), { f: 1.5 }],
    [read('2.0'), { f: 2 }],
    [float(-0), { f: '-0.0' }],
    [read('"text"'), { s: 'text' }],
    [read('[]'), []],
    [read('[a, 1, ["b"]]'), ['a', 1, [{ s: 'b' }]]],
    [read('[a|b]'), { c: '[|]', t: ['a', 'b'] }],
    [read('point(1, f(x))'), { c: 'point', t: [1, { c: 'f', t: ['x'] }] }],
    [read('f([])'), { c: 'f', t: [[]] }],
    [read('X'), { v: 'X' }],
    [atom('a\0'), { x: 'a', b64: 'YQAAAA==' }],
    [str('a\0'), { x: 's', b64: 'YQAAAA==' }],
    [compound('a\0', atom('b')), { c: { b64: 'YQAAAA==' }, t: ['b'] }],
  ];

  it.each(samples.map(([term, stored]) => ({ term, stored })))('can be $stored', ({ term, stored }) => {
    expect(encodeStored(term)).toEqual(stored);
    expect(decodeStored(stored)).toEqual(term);
  });

  it.each([
    [null],
    [undefined],
    [true],
    [1.5],
    [{}],
    [{ c: 1, t: [] }],
    [{ c: 'f' }],
    [{ x: 'a' }],
    [{ i: 5 }],
  ])('is refused when it is %j', (value) => {
    expect(() => decodeStored(value)).toThrow(TypeError);
  });
});
