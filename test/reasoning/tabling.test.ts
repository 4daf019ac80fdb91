import { describe, expect, it } from 'vitest';
import { dependenciesOf } from '../../src/reasoning/dependencies.js';
import { readRuleSource } from '../../src/reasoning/rule.js';
import { recursionOf } from '../../src/reasoning/tabling.js';

function kinds(source: string): Record<string, string> {
  const { rules } = readRuleSource('rules', source);
  return Object.fromEntries(recursionOf(rules, dependenciesOf(rules)));
}

describe('A predicate', () => {
  it.each([
    ['is not tabled when it does not call itself', 'p(X) :- q(X).', { 'p/1': 'none' }],
    [
      'is tabled when it may run round a cycle',
      'way(X, Y) :- edge(X, Y). way(X, Y) :- way(X, Z), edge(Z, Y).',
      { 'way/2': 'tabled' },
    ],
    [
      'is tabled when it calls itself in an aggregate',
      'n(X, N) :- findall(Y, n(Y, _), L), length(L, N).',
      { 'n/2': 'tabled' },
    ],
    [
      'is not tabled when it goes down a list',
      'sum([], 0). sum([X|Xs], S) :- sum(Xs, S0), S is S0 + X.',
      { 'sum/2': 'descending' },
    ],
    [
      'is not tabled when it goes down a term',
      'size(f(X), N) :- size(X, M), N is M + 1.',
      { 'size/2': 'descending' },
    ],
    ['is not tabled when it cuts', 'p(X) :- q(X), !, p(X).', { 'p/1': 'descending' }],
    [
      'is tabled with those that it calls round a cycle',
      'a(X) :- b(X). b(X) :- edge(X, Y), a(Y). c(X) :- a(X).',
      { 'a/1': 'tabled', 'b/1': 'tabled', 'c/1': 'none' },
    ],
    [
      'goes down a list together with another',
      'even([]). even([_|T]) :- odd(T). odd([_|T]) :- even(T).',
      { 'even/1': 'descending', 'odd/1': 'descending' },
    ],
  ])('%s', (_, source, expected) => {
    expect(kinds(source)).toEqual(expected);
  });
});
