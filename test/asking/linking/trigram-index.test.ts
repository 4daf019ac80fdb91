import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editsBetween, TrigramIndex } from '../../../src/asking/linking/trigram-index.js';

const numRuns = Number(process.env.TEST_RUNS ?? 500);

/** Optimal string alignment as it is defined, between all prefixes. */
function allEdits(a: string, b: string): number {
  const edits = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const changed = edits[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? edits[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY;
      edits[i]![j] = Math.min(edits[i - 1]![j]! + 1, edits[i]![j - 1]! + 1, changed, swapped);
    }
  }
  return edits[a.length]![b.length]!;
}

/** Few letters, so that names are often near to each other. */
const word = (least: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: least, maxLength: 12 });

describe('Names that are a text but for a slip', () => {
  it('are all found, and no others, nearest first, whichever names came and went', () => {
    fc.assert(
      fc.property(word(4), fc.array(word(1), { maxLength: 40 }), fc.array(word(1)), (text, names, gone) => {
        const index = new TrigramIndex();
        for (const name of [...names, ...gone]) index.add(name);
        for (const name of gone) index.delete(name);
        const most = text.length < 8 ? 1 : 2;
        const wanted = [...new Set(names)]
          .filter((name) => !gone.includes(name))
          .map((name) => ({ name, edits: allEdits(text, name) }))
          .filter(({ edits }) => edits <= most)
          .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
        expect(index.near(text)).toEqual(wanted);
      }),
      { numRuns },
    );
  });
});

describe('Edits between two words', () => {
  it('are as many as their definition says, up to the most that count', () => {
    fc.assert(
      fc.property(word(0), word(0), fc.nat({ max: 5 }), (a, b, most) => {
        expect(Math.min(most + 1, editsBetween(a, b, most))).toBe(Math.min(most + 1, allEdits(a, b)));
      }),
      { numRuns: 4 * numRuns },
    );
  });
});
