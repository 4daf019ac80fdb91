import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { atom, compound, float, integer, list, type Term, variable } from '../../../src/prolog/term.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import { BuiltinTooLarge } from '../../../src/reasoning/deduction/builtins/builtin-too-large.js';
import { valueBuiltins } from '../../../src/reasoning/deduction/builtins/builtins.js';
import { anyTerm } from '../../prolog/random-term.js';
import { callsOf, expectAgreement, openReference, type Reference, terms } from './builtins-reference.js';

let swi: Reference;
beforeAll(async () => {
  swi = await openReference();
}, 60_000);

const [X, Y, Z] = ['X', 'Y', 'Z'].map(variable) as [Term, Term, Term];

const values = [
  ...terms(`
    a [] 1 1.0 -1 0 2 "s" f(x) f(x,y) [a] [a,b] [a,b,a] [1,2,3] [3,1.0,1,2] [a|b] [1,a] [1,1,2] [[a],[b,c]] [[a],b]
    [a-1,b-2] [b-1,a-2,b-0] [a-1,b] [1+1,2] [f(2,a),f(1,b),f(1,a)] [[],[a,[b|c]],[[[d]]]] [foo] 1.5 (<) (=) (>) foo
    [1,1.0,1] [0.0,-0.0,0] ["a",a,97] 123456789012345678901 [f,a,b] ["f",1] [f(x)] f(a,b,c) a-b 5 3
  `),
  float(Number.NaN),
  float(Number.POSITIVE_INFINITY),
];
const lists = values.filter(
  (each) => each.kind === 'compound' || (each.kind === 'atom' && each.name === '[]'),
);
const some = terms('a [] 1 1.0 -1 0 2 "s" f(x) [a] [a,b] [1,2,3] [a|b]');
const few = terms('a [] 1 0 [a] [a|b] f(x)');
const fewLists = lists.filter((_, at) => at % 2 === 0);
/** An output is expected only of proper lists where others decide too late; see the folder's README. */
const proper = lists.filter((each) => !writeTerm(each).includes('|'));

const ground = anyTerm({ hasVariables: false });

describe('Built-ins on terms have the answers and errors of SWI-Prolog', () => {
  it.each('var nonvar atom number integer float atomic compound callable is_list string ground'.split(' '))(
    'for %s/1 of any value',
    (name) => {
      expectAgreement(swi, callsOf(name, values));
      fc.assert(
        fc.property(fc.array(ground, { minLength: 50, maxLength: 50 }), (some) => {
          expectAgreement(swi, callsOf(name, some));
        }),
        { numRuns: 3 },
      );
    },
  );

  it.each('= \\= == \\== @< @> @=< @>= unify_with_occurs_check'.split(' '))(
    'for %s of any two values',
    (name) => {
      expectAgreement(swi, callsOf(name, [...values, X], [...values, Y]));
      fc.assert(
        fc.property(fc.array(ground, { minLength: 12, maxLength: 12 }), (some) => {
          expectAgreement(swi, callsOf(name, some, some));
        }),
        { numRuns: 3 },
      );
    },
  );

  it('for the order of any two values', () => {
    expectAgreement(swi, callsOf('compare', [X, ...terms('< = > a 1 "<"')], values, values));
  });

  it.each('copy_term term_variables =..'.split(' '))('for %s/2', (name) => {
    const calls = callsOf(name, [...values, X], [...proper, ...some.slice(0, 12), Y]);
    expectAgreement(swi, calls);
  });

  it('for functor/3 and arg/3', () => {
    expectAgreement(swi, [
      ...callsOf('functor', values, [...some, X], [...some, Y]),
      ...callsOf('arg', [...some, X], values, [...some, Y]),
    ]);
  });
});

describe('Built-ins on lists have the answers and errors of SWI-Prolog', () => {
  it.each(
    'length member memberchk append reverse last flatten pairs_keys pairs_values msort sort keysort list_to_set'.split(
      ' ',
    ),
  )('for %s/2 of any two values', (name) => {
    expectAgreement(swi, callsOf(name, [...values, X], [...values, Y]));
  });

  it.each('max_member min_member'.split(' '))('for %s/2', (name) => {
    expectAgreement(swi, callsOf(name, [...some, X], values));
  });

  it.each('sum_list sumlist max_list min_list'.split(' '))('for %s/2', (name) => {
    expectAgreement(swi, callsOf(name, values, [...some, X]));
  });

  it.each('nth0 nth1'.split(' '))('for %s/3', (name) => {
    expectAgreement(swi, callsOf(name, [...some, X], [...few, ...lists, Y], [...few, Z]));
  });

  it.each('append select delete'.split(' '))('for %s/3', (name) => {
    expectAgreement(swi, callsOf(name, [...values, X], [...few, ...fewLists, Y], [...few, Z]));
  });

  it.each('subtract intersection union'.split(' '))('for %s/3', (name) => {
    const properOnes = terms('[] [a] [a,b] [a,b,a] [1,2,3] [1,1.0,2] [f(x),"s"]');
    expectAgreement(swi, [
      ...callsOf(name, values, values, [Z]),
      ...callsOf(name, properOnes, properOnes, some),
    ]);
  });

  it('for pairs_keys_values/3', () => {
    expectAgreement(swi, callsOf('pairs_keys_values', [...values, X], [...few, ...fewLists, Y], [...few, Z]));
  });

  it('for sort/4', () => {
    const keys = [...some, ...terms('3 1 [1,1] 1.5')];
    const orders = terms(`(@<) (@>) (@=<) (@>=) foo 1 "@<"`);
    expectAgreement(swi, callsOf('sort', keys, orders, values, [X]));
    expectAgreement(swi, callsOf('sort', terms('0 1 a'), orders, values, terms('[a] []')));
  });

  it('for lists of any terms', () => {
    const items = fc
      .array(fc.oneof(ground, fc.constantFrom(...terms('a b 1 1.0 f(a)'))), { maxLength: 8 })
      .map((all) => list(all));
    const call = fc.oneof(
      fc
        .tuple(fc.constantFrom('msort', 'sort', 'list_to_set', 'reverse', 'flatten', 'length', 'last'), items)
        .map(([name, all]) => compound(name, all, X)),
      fc
        .tuple(fc.constantFrom('subtract', 'intersection', 'union', 'append'), items, items)
        .map(([name, left, right]) => compound(name, left, right, X)),
      fc.tuple(items, ground).map(([all, item]) => compound('delete', all, item, X)),
      items.map((all) => compound('select', X, all, Y)),
      items.map((all) => compound('append', X, Y, all)),
      items.map((all) => compound('max_member', X, all)),
      fc.tuple(items, items).map(([a, b]) => compound('compare', X, a, b)),
    );
    fc.assert(
      fc.property(fc.array(call, { minLength: 50, maxLength: 50 }), (calls) => {
        expectAgreement(swi, calls);
      }),
      { numRuns: 20 },
    );
  });

  it('for between/3 and numlist/3', () => {
    const ends = [...some, ...terms('3 5 inf infinite 123456789012345678901 1.5')];
    const small = [...some, ...terms('3 5 inf 1.5')];
    expectAgreement(swi, [
      ...callsOf('between', ends, ends, [...ends, X]),
      ...callsOf('numlist', small, small, [...some, X]),
    ]);
  });
});

describe('Lists end', () => {
  const solve = (indicator: string, ...args: Term[]) => valueBuiltins.get(indicator)!.solve(args);

  it('before they take all memory', () => {
    const numbers = () => [...solve('numlist/3', integer(1), integer(100_000_000), X)];
    expect(numbers).toThrow(BuiltinTooLarge);
    const million = list(Array.from({ length: 1_000_000 }, () => atom('a')));
    expect(() => [...solve('append/2', list([million, million, million]), X)]).toThrow(BuiltinTooLarge);
  });

  it('after as many solutions as are wanted', () => {
    const found: Term[] = [];
    for (const [, , value] of solve('between/3', integer(1), atom('inf'), X)) {
      found.push(value!);
      if (found.length === 3) break;
    }
    expect(found).toEqual([integer(1), integer(2), integer(3)]);
  });

  it('however long they are', () => {
    const long = list(Array.from({ length: 200_000 }, (_, at) => integer(at % 1000)));
    const [[, set] = []] = [...solve('list_to_set/2', long, X)];
    const [[, length] = []] = [...solve('length/2', set!, X)];
    expect(length).toEqual(integer(1000));
    expect([...solve('subtract/3', list([long, atom('a')]), list([long]), X)][0]![2]).toEqual(
      list([atom('a')]),
    );
  });
});
