import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTerm } from '../../src/prolog/reader.js';
import { atom, compound, type Term, variable } from '../../src/prolog/term.js';
import { equalTerms, match, unify } from '../../src/prolog/unify.js';
import { type Bindings, isGround, substitute, variablesOf } from '../../src/prolog/variables.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { anyTerm } from './random-term.js';

const read = (text: string): Term => readTerm(text).term;

function shown(term: Term, bindings: Bindings | undefined): string | undefined {
  return bindings === undefined ? undefined : writeTerm(substitute(term, bindings));
}

describe('unification', () => {
  it.each([
    ['f(X, b)', 'f(a, Y)', 'f(a,b)'],
    ['f(X, X)', 'f(a, Y)', 'f(a,a)'],
    ['f(X, Y, Z)', 'f(Y, Z, a)', 'f(a,a,a)'],
    ['[H|T]', '[1, 2, 3]', '[1,2,3]'],
    ['X', 'X', 'X'],
    ['p(X, g(Y))', 'p(g(Z), X)', 'p(g(Z),g(Z))'],
    ['f(a)', 'f(b)', undefined],
    ['f(a)', 'g(a)', undefined],
    ['f(a)', 'f(a, b)', undefined],
    ['1', '1.0', undefined],
    ['0.0', '-0.0', undefined],
    ['"a"', 'a', undefined],
    ['f(X, X)', 'f(a, b)', undefined],
    ['X', 'f(X)', undefined],
    ['f(X, Y)', 'f(g(Y), g(X))', undefined],
    ['f(X, Y, X)', 'f(g(Y), g(X), Y)', undefined],
  ])('of %s and %s gives %s', (left, right, expected) => {
    expect(shown(read(left), unify(read(left), read(right)))).toBe(expected);
  });

  it('adds to the bindings that it is given and leaves them as they are', () => {
    const given = new Map([['X', atom('a')]]);
    const extended = unify(read('f(X, Y)'), read('f(Z, X)'), given);
    expect(shown(read('f(X,Y,Z)'), extended)).toBe('f(a,a,a)');
    expect(given.size).toBe(1);
    expect(unify(read('X'), read('b'), given)).toBeUndefined();
  });

  it('ends when the bindings that it is given are cyclic', () => {
    const cyclic = new Map([
      ['X', read('f(X)')],
      ['Y', read('f(Y)')],
    ]);
    expect(unify(read('X'), read('Y'), cyclic)).toBe(cyclic);
    expect(writeTerm(substitute(read('X'), cyclic))).toBe('f(X)');
  });

  it('of random terms makes them equal whenever it succeeds', () => {
    const small = fc.oneof(
      anyTerm(),
      fc.constantFrom(...['f(X,Y)', 'f(Y,g(X))', 'f(a,Xs)', 'f(Xs,X)'].map(read)),
    );
    let successes = 0;
    fc.assert(
      fc.property(small, small, (left, right) => {
        const bindings = unify(left, right);
        if (bindings === undefined) return;
        successes++;
        expect(equalTerms(substitute(left, bindings), substitute(right, bindings))).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(successes).toBeGreaterThan(50);
  });

  it('of a term and an instance of it succeeds', () => {
    const ground = anyTerm({ hasVariables: false });
    fc.assert(
      fc.property(anyTerm(), fc.array(ground, { minLength: 8, maxLength: 8 }), (general, values) => {
        const bindings = new Map(variablesOf(general).map((name, index) => [name, values[index]!]));
        const instance = substitute(general, bindings);
        expect(isGround(instance)).toBe(true);
        expect(shown(general, unify(general, instance))).toBe(writeTerm(instance));
        expect(shown(general, match(general, instance))).toBe(writeTerm(instance));
      }),
    );
  });
});

describe('matching', () => {
  it.each([
    ['owned_by(S, payments)', 'owned_by(checkout,payments)', 'owned_by(checkout,payments)'],
    ['f(X, X)', 'f(a, a)', 'f(a,a)'],
    ['f(X, X)', 'f(a, b)', undefined],
    ['f(a)', 'f(X)', undefined],
    ['f(X)', 'f(g(X))', 'f(g(X))'],
  ])('%s with %s gives %s', (pattern, term, expected) => {
    expect(shown(read(pattern), match(read(pattern), read(term)))).toBe(expected);
  });

  it('holds to the bindings that it is given', () => {
    expect(match(read('f(X)'), read('f(b)'), new Map([['X', atom('a')]]))).toBeUndefined();
  });
});

describe('substitution', () => {
  it('keeps the objects of parts that hold no bound variable', () => {
    const term = compound('f', compound('g', atom('a')), variable('X'));
    const result = substitute(term, new Map([['X', atom('b')]]));
    expect(writeTerm(result)).toBe('f(g(a),b)');
    expect(result.kind === 'compound' && result.args[0]).toBe(term.args[0]);
    expect(substitute(term, new Map([['Y', atom('b')]]))).toBe(term);
  });

  it('follows variables that are bound to variables', () => {
    const bindings = new Map<string, Term>([
      ['X', variable('Y')],
      ['Y', read('g(Z)')],
      ['Z', atom('c')],
    ]);
    expect(writeTerm(substitute(read('f(X, Y, Z, W)'), bindings))).toBe('f(g(c),g(c),c,W)');
  });

  it('ends when variables are bound to one another in a circle', () => {
    const bindings = new Map<string, Term>([
      ['X', variable('Y')],
      ['Y', variable('X')],
    ]);
    expect(substitute(variable('X'), bindings).kind).toBe('variable');
    expect(unify(variable('X'), atom('a'), bindings)).toBeDefined();
    expect(unify(variable('X'), variable('Y'), bindings)).toBeUndefined();
  });
});

describe('the variables of a term', () => {
  it('are listed once each, in order of appearance', () => {
    expect(variablesOf(read('f(B, g(A, B), [C|A])'))).toEqual(['B', 'A', 'C']);
    expect(isGround(read('f(a, [b])'))).toBe(true);
    expect(isGround(read('f(a, [b|_])'))).toBe(false);
  });
});
