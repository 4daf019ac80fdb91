import { integer, type Term } from '../../../prolog/term.js';
import { compareNumbers, evaluate } from './arithmetic.js';
import { once, test, type ValueBuiltin } from './builtin.js';
import { integerResult, mustBeInteger } from './numbers.js';
import { domainError } from './raise.js';

const comparison = (holds: (order: number) => boolean) =>
  test(2, (a: Term, b: Term) => holds(compareNumbers(a, b)));

export const arithmeticPredicates: readonly (readonly [string, ValueBuiltin])[] = [
  ['is/2', once([[1]], ([, expression]) => [evaluate(expression!), expression!])],
  ['=:=/2', comparison((order) => order === 0)],
  ['=\\=/2', comparison((order) => order !== 0)],
  ['</2', comparison((order) => order < 0)],
  ['>/2', comparison((order) => order > 0)],
  ['=</2', comparison((order) => order <= 0)],
  ['>=/2', comparison((order) => order >= 0)],
  ['succ/2', once([[0], [1]], ([before, after]) => successor(before!, after!))],
  [
    'plus/3',
    once(
      [
        [0, 1],
        [0, 2],
        [1, 2],
      ],
      ([x, y, sum]) => sumOf(x!, y!, sum!),
    ),
  ],
];

function successor(before: Term, after: Term): readonly Term[] | undefined {
  if (before.kind !== 'variable') {
    return [before, integerResult(natural(before) + 1n)];
  }
  const value = natural(after);
  return value === 0n ? undefined : [integer(value - 1n), after];
}

function natural(term: Term): bigint {
  const value = mustBeInteger(term);
  if (value < 0n) throw domainError('not_less_than_zero', term);
  return value;
}

function sumOf(x: Term, y: Term, sum: Term): readonly Term[] {
  if (x.kind !== 'variable') mustBeInteger(x);
  if (y.kind !== 'variable') mustBeInteger(y);
  if (sum.kind !== 'variable') mustBeInteger(sum);
  if (x.kind === 'variable') return [integerResult(mustBeInteger(sum) - mustBeInteger(y)), y, sum];
  if (y.kind === 'variable') return [x, integerResult(mustBeInteger(sum) - mustBeInteger(x)), sum];
  return [x, y, integerResult(mustBeInteger(x) + mustBeInteger(y))];
}
