import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { atom, compound, float, integer, list, str, type Term, variable } from '../../../src/prolog/term.js';
import { BuiltinTooLarge } from '../../../src/reasoning/deduction/builtins/builtin-too-large.js';
import { valueBuiltins } from '../../../src/reasoning/deduction/builtins/builtins.js';
import { numberText } from '../../../src/reasoning/deduction/builtins/number-text.js';
import { callsOf, expectAgreement, openReference, type Reference, terms } from './builtins-reference.js';

let swi: Reference;
beforeAll(async () => {
  swi = await openReference();
}, 60_000);

const [X, Y, Z, W] = ['X', 'Y', 'Z', 'W'].map(variable) as [Term, Term, Term, Term];

const values = terms(String.raw`
  abc '' "str" "" [] 12 -1 1.5 f(x) [a,b] [0'a,0'b] [ab] [a|b] "12" '12' [a,0'b] "é😀" ['1','2'] a "a" 97 ab "ab" 3
  "0x1A" '\t12' "12\n" 'ABC' "AbC\sß" 1114112 55296 100000000000 12345678901234567890 "1e10" 10000000000.0 ["a"] [1,a]
  [-1] {} "+5" "ÀÉ" "1_000" "0'a" '٣x' "1.0Inf" "-0.0" "1e400" "1r2x" "4r2"
`);
const few = terms(`abc '' "str" "" [] 12 f(x) [a,b] [ab] a "a" 1 2 "é😀" - ab "ab" bc 1.5`);

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', 'é', '😀', 'ß', 'Ǆ'), maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 5 }).map((each) => each.replaceAll(/[\0\ud800-\udfff]/g, '')),
);
const atomic = fc.oneof(
  text.map(atom),
  text.map(str),
  fc.integer().map(integer),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
);

describe('Built-ins on texts have the answers and errors of SWI-Prolog', () => {
  it.each(
    `atom_length string_length atom_chars atom_codes string_chars string_codes number_chars number_codes char_code
     atom_number number_string atom_string string_to_atom atomic_list_concat string_lower string_upper upcase_atom
     downcase_atom`.split(/\s+/),
  )('for %s/2 of any two values', (name) => {
    expectAgreement(swi, callsOf(name, [...values, X], [...values, Y]));
  });

  it.each(['atom_concat', 'string_concat', 'atomic_list_concat'])('for %s/3 of any three values', (name) => {
    expectAgreement(swi, callsOf(name, [...few, X], [...few, Y], [...few, Z]));
  });

  it('for lists that are put together or split at a separator', () => {
    const lists = terms(`[a,b] [a,"b",1] [] [a] [a|b] [f(x)] [a,[]] [1,2] [''] foo`);
    const separators = terms(`'-' ',' '' "-" 1 f(x) [] "--"`);
    const wholes = terms(`'a-b' "a-b" '1,2' abc 'a--b' f(x) 12 []`);
    expectAgreement(swi, callsOf('atomic_list_concat', [...lists, X], separators, [...wholes, Z]));
  });

  it('for strings that are split', () => {
    const sign = fc.constantFrom('a', 'b', ',', ' ', '😀');
    const call = fc
      .tuple(
        fc.string({ unit: sign, maxLength: 9 }),
        fc.string({ unit: sign, maxLength: 2 }),
        fc.string({ unit: sign, maxLength: 2 }),
      )
      .map(([whole, separators, padding]) =>
        compound('split_string', str(whole), str(separators), str(padding), W),
      );
    fc.assert(
      fc.property(fc.array(call, { minLength: 200, maxLength: 200 }), (calls) => {
        expectAgreement(swi, calls);
      }),
      { numRuns: 20 },
    );
    const some = terms('"a.b" "" abc 12 [a,b] f(x) [] [ab]');
    expectAgreement(swi, callsOf('split_string', some, some, some, [W, ...terms('foo ["a","b"] []')]));
  });

  it.each(['sub_atom', 'sub_string'])('for the parts that %s/5 finds', (name) => {
    const wholes = terms(`abc "abcb" 123 f(x) [] "é😀é" aaa ''`);
    const positions = terms('0 1 2 4 -1 a 1.0 99999999999999999999 9999999999');
    const parts = terms(`abc b '' "b" 1 f(x) [] "é😀" aa bc`);
    const some = positions.slice(0, 6);
    expectAgreement(swi, [
      ...callsOf(name, wholes, [...positions, X], [...positions, Y], [...positions, Z], [W]),
      ...callsOf(name, wholes, [...some, X], [...some.slice(2), Y], [Z, ...some.slice(0, 2)], parts),
    ]);
  });

  it('for texts of any characters', () => {
    const names = [
      'atom_length',
      'atom_chars',
      'atom_codes',
      'string_lower',
      'upcase_atom',
      'atom_string',
      'atom_number',
    ];
    const call = fc.oneof(
      fc.tuple(fc.constantFrom(...names), atomic).map(([name, value]) => compound(name, value, X)),
      atomic.map((value) => compound('atom_concat', X, Y, value)),
      fc.tuple(atomic, atomic).map(([left, right]) => compound('string_concat', left, right, X)),
      fc.tuple(atomic, atomic).map(([left, right]) => compound('atom_concat', left, X, right)),
      atomic.map((value) => compound('sub_atom', value, X, integer(2), Y, Z)),
      fc
        .tuple(fc.array(atomic, { maxLength: 4 }), atomic)
        .map(([items, separator]) => compound('atomic_list_concat', list(items), separator, X)),
    );
    fc.assert(
      fc.property(fc.array(call, { minLength: 100, maxLength: 100 }), (calls) => {
        expectAgreement(swi, calls);
      }),
      { numRuns: 20 },
    );
  });

  it('for every character that has an upper or a lower case in any Unicode', () => {
    const characters: Term[] = [];
    for (let code = 1; code < 0x17000; code++) {
      const character = String.fromCodePoint(code);
      if (/\p{L}|\p{M}|\p{So}|\p{Nl}/u.test(character)) {
        const isCased = character.toUpperCase() !== character || character.toLowerCase() !== character;
        if (isCased) characters.push(str(character));
      }
    }
    expectAgreement(swi, [
      ...callsOf('string_upper', characters, [X]),
      ...callsOf('string_lower', characters, [X]),
    ]);
  });

  it('for the texts of floats and the floats of texts', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc
        .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: -12, max: 24 }))
        .map(([n, e]) => Number(`${n}e${e}`)),
    );
    fc.assert(
      fc.property(fc.array(number.map(float), { minLength: 100, maxLength: 100 }), (floats) => {
        expectAgreement(swi, [
          ...callsOf('atom_number', [X], floats),
          ...callsOf(
            'atom_number',
            floats.map((each) => atom(numberText(each as Term & { kind: 'float' }))),
            [X],
          ),
        ]);
      }),
      { numRuns: 10 },
    );
  });

  it('for texts that look like numbers', () => {
    const sign = fc.constantFrom(..."0123456789+-._eExob'raF \\".split(''));
    const likely = fc.constantFrom(
      '12',
      '1.5',
      '0x1F',
      "0'a",
      '1e10',
      '1_000',
      "16'FF",
      '1.0Inf',
      '0b101',
      '-3',
      '0o17',
    );
    const lookalike = fc.tuple(
      fc.string({ unit: sign, maxLength: 3 }),
      likely,
      fc.string({ unit: sign, maxLength: 2 }),
    );
    const call = lookalike
      .map((parts) => parts.join(''))
      // Rational numbers are no terms here.
      .filter((each) => !/\d+r\d+/.test(each))
      .chain((each) =>
        fc.constantFrom(compound('atom_number', atom(each), X), compound('number_codes', X, str(each))),
      );
    fc.assert(
      fc.property(fc.array(call, { minLength: 200, maxLength: 200 }), (calls) => {
        expectAgreement(swi, calls);
      }),
      { numRuns: 20 },
    );
  });
});

describe('Texts end', () => {
  it('before they take all memory', () => {
    const long = atom('x'.repeat(3_000_000));
    const concat = valueBuiltins.get('atom_concat/3')!;
    expect(() => [...concat.solve([long, long, X])]).toThrow(BuiltinTooLarge);
    const join = valueBuiltins.get('atomic_list_concat/2')!;
    expect(() => [...join.solve([list([long, long]), X])]).toThrow(BuiltinTooLarge);
    const chars = valueBuiltins.get('atom_chars/2')!;
    expect(() => [...chars.solve([long, X])]).toThrow(BuiltinTooLarge);
  });

  it('after as many parts as are wanted', () => {
    const text = 'ab'.repeat(1_000_000);
    const parts = valueBuiltins.get('sub_atom/5')!.solve([atom(text), X, integer(2), Y, Z]);
    const found: Term[] = [];
    for (const solution of parts) {
      found.push(solution[4]!);
      if (found.length === 3) break;
    }
    expect(found).toEqual([atom('ab'), atom('ba'), atom('ab')]);
  });
});
