import { compareTerms } from '../../../prolog/compare.js';
import { listItems } from '../../../prolog/list-items.js';
import { list, type Term } from '../../../prolog/term.js';
import { computed, once, type ValueBuiltin } from './builtin.js';
import { domainError, noArgument, noMatchingRule, typeError } from './raise.js';
import { isCell, isNil } from './text-of.js';

/** Sorting, all of it stable and by the standard order of terms. */
export const sorting: readonly (readonly [string, ValueBuiltin])[] = [
  ['msort/2', computed(1, ([items]) => list(mustBeList(items!).toSorted(compareTerms)))],
  ['sort/2', computed(1, ([items]) => list(withoutNeighbours(mustBeList(items!).toSorted(compareTerms))))],
  ['sort/4', computed(3, ([key, order, items]) => sortedBy(key!, order!, items!))],
  ['keysort/2', computed(1, ([pairs]) => sortedByKey(pairs!))],
  ['max_member/2', extreme('max_member', (item, best) => compareTerms(item, best) > 0)],
  ['min_member/2', extreme('min_member', (item, best) => compareTerms(item, best) < 0)],
];

function mustBeList(term: Term): Term[] {
  const items = listItems(term);
  if (items === undefined) throw typeError('list', term);
  return items;
}

/** Of equal ones that stand side by side the first stays. */
function withoutNeighbours(items: readonly Term[], keyOf: (item: Term) => Term = (item) => item): Term[] {
  return items.filter((item, at) => at === 0 || compareTerms(keyOf(items[at - 1]!), keyOf(item)) !== 0);
}

const ORDERS = ['@<', '@=<', '@>', '@>='];

function sortedBy(key: Term, order: Term, items: Term): Term {
  const keyOf = keyAt(key);
  if (order.kind !== 'atom') throw typeError('atom', order);
  if (!ORDERS.includes(order.name)) throw domainError('order', order);
  const all = mustBeList(items);
  const direction = order.name.startsWith('@>') ? -1 : 1;
  all.forEach(keyOf);
  const sorted = all.toSorted((a, b) => direction * compareTerms(keyOf(a), keyOf(b)));
  const keepsEqual = order.name === '@>=' || order.name === '@=<';
  return list(keepsEqual ? sorted : withoutNeighbours(sorted, keyOf));
}

/**
 * What an element is sorted by: the whole at 0, else its argument; a list goes down into arguments of arguments. Names
 * are keys of dicts, which terms here are not.
 */
function keyAt(key: Term): (item: Term) => Term {
  const path = isCell(key) ? listItems(key) : undefined;
  if (path !== undefined) {
    const steps = path.map(keyAt);
    return (item) => steps.reduce((part, step) => step(part), item);
  }
  if (key.kind !== 'integer' && key.kind !== 'atom') throw typeError('sort_key', key);
  if (key.kind === 'integer' && key.value < 0n) throw domainError('not_less_than_one', key);
  if (key.kind === 'integer' && key.value === 0n) return (item) => item;
  return (item) => {
    if (item.kind !== 'compound') throw typeError('compound', item);
    if (key.kind === 'atom') throw typeError('dict', item);
    const value = item.args[Number(key.value) - 1];
    if (value === undefined) throw noArgument(key, item);
    return value;
  };
}

function sortedByKey(pairs: Term): Term {
  const all = mustBeList(pairs);
  for (const pair of all) {
    if (pair.kind !== 'compound' || pair.name !== '-' || pair.args.length !== 2)
      throw typeError('pair', pair);
  }
  const keyOf = (pair: Term) => (pair as Term & { kind: 'compound' }).args[0]!;
  return list(all.toSorted((a, b) => compareTerms(keyOf(a), keyOf(b))));
}

/** `max_member(Max, List)`: the list is the second argument. */
function extreme(name: string, isBetter: (item: Term, best: Term) => boolean): ValueBuiltin {
  return once([[1]], ([result, items]) => {
    if (isNil(items!)) return undefined;
    if (items!.kind !== 'compound' || !isCell(items!)) throw noMatchingRule(name, result!, items!);
    let [best, rest] = items!.args as [Term, Term];
    for (; rest.kind === 'compound' && isCell(rest); rest = rest.args[1]!)
      if (isBetter(rest.args[0]!, best)) best = rest.args[0]!;
    if (!isNil(rest)) throw noMatchingRule(`${name}_`, rest, best, result!);
    return [best, items!];
  });
}
