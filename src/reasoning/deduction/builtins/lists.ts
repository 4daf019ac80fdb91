import { listItems } from '../../../prolog/list-items.js';
import { CONS, compound, integer, list, type Term } from '../../../prolog/term.js';
import { equalTerms } from '../../../prolog/unify.js';
import { computed, many, once, type ValueBuiltin } from './builtin.js';
import { checkElements } from './builtin-too-large.js';
import { mustBeInteger } from './numbers.js';
import { domainError, representationError, typeError } from './raise.js';
import { isCell, isNil } from './text-of.js';

type Args = readonly Term[];

const isOpen = (term: Term) => term.kind === 'variable';

/** Built-ins that look into lists and put them together; as SWI-Prolog's are written in Prolog, many just fail for others. */
export const lists: readonly (readonly [string, ValueBuiltin])[] = [
  ['length/2', once([[0]], ([items, length]) => lengthOf(items!, length!))],
  ['member/2', many([[1]], ([value, items]) => members(value!, items!))],
  ['memberchk/2', once([[0, 1], [1]], ([value, items]) => firstMember(value!, items!))],
  ['append/3', many([[0, 1], [2]], ([left, right, whole]) => appended(left!, right!, whole!))],
  ['append/2', computed(1, ([items]) => concatenation(items!))],
  ['select/3', many([[1], [0, 2]], ([value, items, rest]) => selected(value!, items!, rest!))],
  ['nth0/3', many([[1]], ([position, items, value]) => elementAt(position!, items!, value!, 0))],
  ['nth1/3', many([[1]], ([position, items, value]) => elementAt(position!, items!, value!, 1))],
  ['reverse/2', computed(1, ([items]) => proper(items!, (all) => list(all.toReversed())))],
  ['last/2', computed(1, ([items]) => proper(items!, (all) => all.at(-1)))],
  ['delete/3', computed(2, ([items, value]) => without(items!, (item) => equalTerms(item, value!)))],
  ['flatten/2', computed(1, ([items]) => list(flattened(items!)))],
  ['pairs_keys_values/3', once([[0], [1, 2]], ([pairs, keys, values]) => zipped(pairs!, keys!, values!))],
  ['pairs_keys/2', computed(1, ([pairs]) => sidesOf(pairs!)?.keys)],
  ['pairs_values/2', computed(1, ([pairs]) => sidesOf(pairs!)?.values)],
];

/** Elements from the front, up to a tail that is no cell. */
function* elements(items: Term): Iterable<Term> {
  let rest = items;
  while (rest.kind === 'compound' && isCell(rest)) {
    yield rest.args[0]!;
    rest = rest.args[1]!;
  }
}

function proper<Result>(items: Term, result: (all: readonly Term[]) => Result): Result | undefined {
  const all = listItems(items);
  return all === undefined ? undefined : result(all);
}

function without(items: Term, isLeftOut: (item: Term) => boolean): Term | undefined {
  return proper(items, (all) => list(all.filter((item) => !isLeftOut(item))));
}

function lengthOf(items: Term, length: Term): Args {
  const all = listItems(items);
  if (!isOpen(length)) {
    const expected = mustBeInteger(length);
    if (expected < 0n) throw domainError('not_less_than_zero', length);
  }
  if (all === undefined) throw typeError('list', items);
  return [items, integer(all.length)];
}

function* members(value: Term, items: Term): Iterable<Args> {
  for (const item of elements(items)) if (isOpen(value) || equalTerms(value, item)) yield [item, items];
}

function firstMember(value: Term, items: Term): Args | undefined {
  let rest = items;
  for (; rest.kind === 'compound' && isCell(rest); rest = rest.args[1]!)
    if (isOpen(value) || equalTerms(value, rest.args[0]!)) return [rest.args[0]!, items];
  if (!isNil(rest)) throw typeError('list', rest);
  return undefined;
}

function* appended(left: Term, right: Term, whole: Term): Iterable<Args> {
  if (!isOpen(left)) {
    const front = listItems(left);
    if (front === undefined) return;
    if (!isOpen(right)) {
      checkElements(front.length);
      yield [left, right, list(front, right)];
      return;
    }
    let rest = whole;
    for (const item of front) {
      if (rest.kind !== 'compound' || !isCell(rest) || !equalTerms(item, rest.args[0]!)) return;
      rest = rest.args[1]!;
    }
    yield [left, rest, whole];
    return;
  }
  const front: Term[] = [];
  let rest = whole;
  for (;;) {
    if (isOpen(right) || equalTerms(right, rest)) yield [list(front), rest, whole];
    if (rest.kind !== 'compound' || !isCell(rest)) return;
    front.push(rest.args[0]!);
    rest = rest.args[1]!;
  }
}

function concatenation(items: Term): Term | undefined {
  const all = listItems(items);
  if (all === undefined) throw typeError('list', items);
  const joined: Term[] = [];
  for (const part of all) {
    const more = listItems(part);
    if (more === undefined) return undefined;
    checkElements(joined.length + more.length);
    for (const item of more) joined.push(item);
  }
  return list(joined);
}

function* selected(value: Term, items: Term, rest: Term): Iterable<Args> {
  const isInserted = isOpen(items);
  const front: Term[] = [];
  let behind = isInserted ? rest : items;
  for (;;) {
    if (isInserted) yield [value, list(front, compound(CONS, value, behind)), rest];
    if (behind.kind !== 'compound' || !isCell(behind)) return;
    const [item, tail] = behind.args as [Term, Term];
    if (!isInserted && (isOpen(value) || equalTerms(value, item))) yield [item, items, list(front, tail)];
    front.push(item);
    behind = tail;
  }
}

function* elementAt(position: Term, items: Term, value: Term, first: number): Iterable<Args> {
  if (!isOpen(position)) {
    const at = mustBeInteger(position);
    if (BigInt.asIntN(64, at) !== at) throw representationError('int64_t');
    if (!isNil(items) && !isCell(items)) return;
    let left = at - BigInt(first);
    for (const item of elements(items)) {
      if (left === 0n) {
        yield [position, items, item];
        return;
      }
      left--;
    }
    return;
  }
  let at = first;
  for (const item of elements(items)) {
    if (isOpen(value) || equalTerms(value, item)) yield [integer(at), items, item];
    at++;
  }
}

function flattened(items: Term): Term[] {
  const flat: Term[] = [];
  const pending = [items];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isNil(next)) continue;
    if (next.kind === 'compound' && isCell(next)) pending.push(next.args[1]!, next.args[0]!);
    else flat.push(next);
  }
  return flat;
}

function sidesOf(pairs: Term): { keys: Term; values: Term } | undefined {
  const all = listItems(pairs);
  if (all === undefined) return undefined;
  const keys: Term[] = [];
  const values: Term[] = [];
  for (const pair of all) {
    if (pair.kind !== 'compound' || pair.name !== '-' || pair.args.length !== 2) return undefined;
    keys.push(pair.args[0]!);
    values.push(pair.args[1]!);
  }
  return { keys: list(keys), values: list(values) };
}

function zipped(pairs: Term, keys: Term, values: Term): Args | undefined {
  if (!isOpen(pairs)) {
    const sides = sidesOf(pairs);
    return sides && [pairs, sides.keys, sides.values];
  }
  const [left, right] = [listItems(keys), listItems(values)];
  if (left === undefined || right === undefined || left.length !== right.length) return undefined;
  return [list(left.map((key, at) => compound('-', key, right[at]!))), keys, values];
}
