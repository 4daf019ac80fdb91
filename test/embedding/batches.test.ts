import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plannedBatches } from '../../src/embedding/batches.js';

const lengthsAndBudget = fc.tuple(
  fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 80 }),
  fc.integer({ min: 1, max: 2048 }),
);

describe('planned batches', () => {
  it('hold every text exactly once', () => {
    fc.assert(
      fc.property(lengthsAndBudget, ([lengths, budget]) => {
        const all = plannedBatches(lengths, budget).flat();
        expect(all.sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
      }),
    );
  });

  it('stay within the budget of padded tokens, except for a text that is longer by itself', () => {
    fc.assert(
      fc.property(lengthsAndBudget, ([lengths, budget]) => {
        for (const batch of plannedBatches(lengths, budget)) {
          const padded = batch.length * Math.max(...batch.map((i) => lengths[i]!));
          expect(padded <= budget || batch.length === 1).toBe(true);
        }
      }),
    );
  });

  it('put texts of like length together', () => {
    expect(plannedBatches([100, 5, 90, 6, 7], 200)).toEqual([
      [1, 3, 4],
      [2, 0],
    ]);
  });
});
