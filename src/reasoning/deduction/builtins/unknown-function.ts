import { listItems } from '../../../prolog/list-items.js';
import { CONS, type Term } from '../../../prolog/term.js';
import { isArithmeticFunction } from './arithmetic-functions.js';

/** Both of their arguments are expressions. */
const COMPARISONS = new Set(['=:=/2', '=\\=/2', '</2', '>/2', '=</2', '>=/2']);
/** Their first argument is a list of expressions. */
const OF_LISTS = new Set(['sum_list/2', 'sumlist/2', 'max_list/2', 'min_list/2']);

/**
 * A function (its indicator) that a call of a built-in computes with and that is not among deduction's, as far as the call
 * shows it: what its variables will stand for is not known.
 */
export function unknownFunction(indicator: string, args: readonly Term[]): string | undefined {
  if (indicator === 'is/2') return firstUnknown(args.slice(1));
  if (COMPARISONS.has(indicator)) return firstUnknown(args);
  return OF_LISTS.has(indicator) ? firstUnknown(listItems(args[0]!) ?? []) : undefined;
}

/** As `unknownFunction`, of an expression. */
export function unknownFunctionOf(expression: Term): string | undefined {
  return firstUnknown([expression]);
}

function firstUnknown(expressions: readonly Term[]): string | undefined {
  const pending = expressions.toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'atom') {
      if (next.name !== '[]' && !isArithmeticFunction(next.name, 0)) return `${next.name}/0`;
    } else if (next.kind === 'compound' && next.name !== CONS) {
      const { name, args } = next;
      if (!isArithmeticFunction(name, args.length)) return `${name}/${args.length}`;
      // Behind `roundtoward` stands a mode.
      pending.push(...(name === 'roundtoward' ? args.slice(0, 1) : args.toReversed()));
    }
  }
  return undefined;
}
