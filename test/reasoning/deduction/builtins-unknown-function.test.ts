import { describe, expect, it } from 'vitest';
import { readTerm } from '../../../src/prolog/reader.js';
import { atom, compound, type Term, variable } from '../../../src/prolog/term.js';
import { compileClauses } from '../../../src/reasoning/deduction/compile-clauses.js';

const compiled = (body: Term) =>
  compileClauses({ rule: 0, confidence: 1, head: atom('holds'), body }, () => false);

describe('A goal that computes with a function that deduction has not', () => {
  it.each([
    ['X is random(6) + 1', 'random/1'],
    ['X is 2 * random_float', 'random_float/0'],
    ['cputime < 1', 'cputime/0'],
    ['1 =:= erfc(Y)', 'erfc/1'],
    ['X is max(1, -(lgamma(Y)))', 'lgamma/1'],
    ['X is foo', 'foo/0'],
    ['X is powm(1, 2)', 'powm/2'],
    ['\\+ p(Y), X is erf(Y)', 'erf/1'],
    ['findall(X, (p(Y), X is erf(Y)), L)', 'erf/1'],
    ['aggregate_all(sum(erf(Y)), p(Y), S)', 'erf/1'],
    ['aggregate_all(max(random(Y), Y), p(Y), M)', 'random/1'],
    ['aggregate_all(min(Y + cputime), p(Y), M)', 'cputime/0'],
    ['sum_list([1, random(3)], S)', 'random/1'],
  ])('is left to Prolog: %s', (text, name) => {
    const message = `computes with ${name}, which only Prolog evaluates`;
    expect(() => compiled(readTerm(text).term)).toThrow(message);
  });

  it('is left to Prolog however deep the function stands', () => {
    let expression: Term = atom('cputime');
    for (let depth = 0; depth < 200_000; depth++) expression = compound('-', expression);
    expect(() => compiled(compound('is', variable('X'), expression))).toThrow('computes with cputime/0');
  });

  it.each([
    'X is pi + max(Y, sin(e)) ** powm(2, 3, 5)',
    'X is roundtoward(1 / 3, to_zero)',
    'X is "a" + [b] + []',
    'random(6) = X',
    'atom_length(random_float, X)',
    'member(X, [random(1)])',
    'aggregate_all(bag(random(Y)), p(Y), L)',
    'aggregate_all(max(Y, random(Y)), p(Y), M)',
    'sum_list(Xs, S)',
  ])('is not one that has it as a value, or computes with known functions: %s', (text) => {
    expect(compiled(readTerm(text).term)).toHaveLength(1);
  });
});
