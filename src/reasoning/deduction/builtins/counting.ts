import { listItems } from '../../../prolog/list-items.js';
import { integer, list, type Term } from '../../../prolog/term.js';
import { computed, many, type ValueBuiltin } from './builtin.js';
import { checkElements } from './builtin-too-large.js';
import { mustBeInteger } from './numbers.js';
import { typeError } from './raise.js';

type Args = readonly Term[];

/** Integers in a row. */
export const counting: readonly (readonly [string, ValueBuiltin])[] = [
  ['between/3', many([[0, 1]], ([low, high, value]) => between(low!, high!, value!))],
  [
    'numlist/3',
    computed(2, ([low, high], expected) => {
      const [from, to] = [mustBeInteger(low!), mustBeInteger(high!)];
      if (from > to) return undefined;
      const given = expected.kind === 'variable' ? undefined : (listItems(expected) ?? []);
      if (given !== undefined && BigInt(given.length) !== to - from + 1n) return undefined;
      checkElements(Number(to - from));
      return list(Array.from({ length: Number(to - from) + 1 }, (_, at) => integer(from + BigInt(at))));
    }),
  ],
];

/** Up to `inf` or `infinite` there is no end. */
function* between(low: Term, high: Term, value: Term): Iterable<Args> {
  const from = mustBeInteger(low);
  const isEndless = high.kind === 'atom' && (high.name === 'inf' || high.name === 'infinite');
  const to = isEndless ? undefined : mustBeInteger(high);
  if (value.kind === 'integer') {
    if (value.value >= from && (to === undefined || value.value <= to)) yield [low, high, value];
    return;
  }
  if (value.kind !== 'variable') throw typeError('integer', value);
  for (let at = from; to === undefined || at <= to; at++) yield [low, high, integer(at)];
}
