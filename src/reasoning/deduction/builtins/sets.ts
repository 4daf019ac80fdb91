import { listItems } from '../../../prolog/list-items.js';
import { list, type Term } from '../../../prolog/term.js';
import { computed, type ValueBuiltin } from './builtin.js';
import { noMatchingRule, typeError } from './raise.js';
import { TermSet } from './term-set.js';
import { isCell, isNil } from './text-of.js';

/** Lists as sets. Elements are the same when they are identical: 1 and 1.0 are two. */
export const sets: readonly (readonly [string, ValueBuiltin])[] = [
  [
    'list_to_set/2',
    computed(1, ([items]) => {
      const all = listItems(items!);
      if (all === undefined) throw typeError('list', items!);
      const seen = new TermSet();
      return list(all.filter((item) => seen.add(item)));
    }),
  ],
  ['subtract/3', ofTwo('subtract', (left, isRight) => list(left.filter((item) => !isRight(item))))],
  ['intersection/3', ofTwo('intersection', (left, isRight) => list(left.filter(isRight)))],
  [
    'union/3',
    ofTwo('union', (left, isRight, right) =>
      list(
        left.filter((item) => !isRight(item)),
        right,
      ),
    ),
  ],
];

function ofTwo(
  name: string,
  combine: (left: readonly Term[], isRight: (item: Term) => boolean, right: Term) => Term,
): ValueBuiltin {
  return computed(2, ([first, second], result) => {
    const [left, leftTail] = elementsAndTail(first!);
    const [right, rightTail] = elementsAndTail(second!);
    const known = new TermSet(right);
    const isRight = (item: Term): boolean => {
      if (known.has(item)) return true;
      if (!isNil(rightTail)) throw typeError('list', rightTail);
      return false;
    };
    const combined = combine(left, isRight, second!);
    if (!isNil(leftTail)) throw noMatchingRule(name, leftTail, second!, result);
    return combined;
  });
}

function elementsAndTail(items: Term): [Term[], Term] {
  const elements: Term[] = [];
  let rest = items;
  for (; rest.kind === 'compound' && isCell(rest); rest = rest.args[1]!) elements.push(rest.args[0]!);
  return [elements, rest];
}
