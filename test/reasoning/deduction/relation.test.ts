import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOREVER, Relation } from '../../../src/reasoning/deduction/relation.js';

const rows = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)), { maxLength: 200 });

function rowsOf(relation: Relation, positions: readonly number[], key: readonly number[]): number[] {
  const index = relation.index(positions);
  const found: number[] = [];
  for (let row = index.find(Int32Array.from(key)); row >= 0; row = index.next[row]!) found.push(row);
  return found;
}

describe('A relation', () => {
  it('finds the rows of a key in the order of their coming, however rows came and went', () => {
    fc.assert(
      fc.property(
        rows,
        rows,
        rows,
        fc.subarray([0, 1, 2], { minLength: 1 }),
        (first, supposed, later, positions) => {
          const relation = new Relation(3);
          let id = 0;
          const add = (args: readonly number[], own = ++id) =>
            relation.add({ args, id: own, confidence: 1, from: 1, to: FOREVER, hasSentence: false });
          for (const args of first) add(args);
          relation.index(positions);
          for (const [i, args] of supposed.entries()) add(args, -i - 1);
          for (const _ of supposed) relation.removeLast();
          for (const args of later) add(args);
          const all = [...first, ...later];
          const keys = [...all, ...supposed].map((args) => positions.map((position) => args[position]!));
          for (const key of keys) {
            const expected = all.flatMap((args, row) =>
              positions.every((position, i) => args[position] === key[i]) ? [row] : [],
            );
            expect(rowsOf(relation, positions, key)).toEqual(expected);
          }
        },
      ),
    );
  });

  it('knows at each revision which facts are live', () => {
    const relation = new Relation(1);
    relation.add({ args: [0], id: 7, confidence: 1, from: 1, to: FOREVER, hasSentence: false });
    relation.add({ args: [1], id: 9, confidence: 0.5, from: 2, to: FOREVER, hasSentence: true });
    expect(relation.isWhole(2)).toBe(true);
    expect(relation.isWhole(1)).toBe(false);
    relation.end(7, 3);
    const live = (revision: number) => [0, 1].filter((row) => relation.isLive(row, revision));
    expect([0, 1, 2, 3].map(live)).toEqual([[], [0], [0, 1], [1]]);
    expect([relation.confidence(0), relation.confidence(1)]).toEqual([1, 0.5]);
    expect([relation.hasSentence(0), relation.hasSentence(1)]).toEqual([false, true]);
    expect([relation.rowOf(7), relation.rowOf(9), relation.rowOf(8)]).toEqual([0, 1, -1]);
    expect(relation.ended).toEqual([0]);
  });

  it('needs few bytes a fact', () => {
    const relation = new Relation(2);
    const facts = 100_000;
    for (let i = 0; i < facts; i++) {
      relation.add({
        args: [i, i % 1000],
        id: i + 1,
        confidence: 1,
        from: i >> 8,
        to: FOREVER,
        hasSentence: false,
      });
    }
    relation.index([0]);
    relation.index([1]);
    expect(relation.bytes / facts).toBeLessThan(100);
  });
});
