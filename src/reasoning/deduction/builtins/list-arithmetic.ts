import { integer, type Term } from '../../../prolog/term.js';
import { evaluate } from './arithmetic.js';
import { add, binary } from './arithmetic-functions.js';
import { computed, type ValueBuiltin } from './builtin.js';
import type { Numeric } from './numbers.js';
import { noMatchingRule } from './raise.js';
import { isCell, isNil } from './text-of.js';

const maximum = binary.get('max')!;
const minimum = binary.get('min')!;

/** Sums and extremes of lists of numbers or expressions. */
export const listArithmetic: readonly (readonly [string, ValueBuiltin])[] = [
  ['sum_list/2', computed(1, ([items], result) => sum(items!, result))],
  ['sumlist/2', computed(1, ([items], result) => sum(items!, result))],
  ['max_list/2', computed(1, ([items], result) => extreme('max_list', items!, result, maximum))],
  ['min_list/2', computed(1, ([items], result) => extreme('min_list', items!, result, minimum))],
];

function sum(items: Term, result: Term): Term {
  let total: Numeric = integer(0);
  let rest = items;
  for (; rest.kind === 'compound' && isCell(rest); rest = rest.args[1]!)
    total = add(total, evaluate(rest.args[0]!));
  if (!isNil(rest)) throw noMatchingRule('sum_list', rest, total, result);
  return total;
}

/** The only element of a list is its extreme as it stands. */
function extreme(
  name: string,
  items: Term,
  result: Term,
  better: (x: Numeric, y: Numeric) => Numeric,
): Term | undefined {
  if (isNil(items)) return undefined;
  if (items.kind !== 'compound' || !isCell(items)) throw noMatchingRule(name, items, result);
  let [best, rest] = items.args as [Term, Term];
  for (; rest.kind === 'compound' && isCell(rest); rest = rest.args[1]!)
    best = better(evaluate(best), evaluate(rest.args[0]!));
  if (!isNil(rest)) throw noMatchingRule(name, rest, best, result);
  return best;
}
