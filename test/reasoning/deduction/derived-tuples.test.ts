import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerivedTuples } from '../../../src/reasoning/deduction/derived-tuples.js';
import { LimitReached } from '../../../src/reasoning/deduction/limit-reached.js';
import { WorkMeter } from '../../../src/reasoning/deduction/work-meter.js';

const meter = (bytes = Number.POSITIVE_INFINITY) =>
  new WorkMeter({ tick: () => 'go' }, Number.POSITIVE_INFINITY, bytes);

describe('The agenda', () => {
  it('gives tuples best first, the smaller proof first among equals, whatever was improved meanwhile', () => {
    const step = fc.oneof(
      fc.record({ score: fc.nat(9), size: fc.nat(3) }),
      fc.record({ improve: fc.nat(), score: fc.nat(9), size: fc.nat(3) }),
      fc.constant('take' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const agenda = new DerivedTuples(meter());
        const queued = new Map<number, { score: number; size: number }>();
        const worth = ({ score, size }: { score: number; size: number }) => score * 100 - size;
        for (const each of steps) {
          if (each === 'take') {
            const tuple = agenda.take();
            const best = Math.max(...[...queued.values()].map(worth));
            if (tuple < 0) expect(queued.size).toBe(0);
            else {
              expect(worth(queued.get(tuple)!)).toBe(best);
              expect(agenda.isFinal(tuple)).toBe(true);
              queued.delete(tuple);
            }
          } else if ('improve' in each) {
            const [tuple, known] = [...queued][each.improve % Math.max(1, queued.size)] ?? [];
            if (tuple === undefined || known === undefined || worth(each) <= worth(known)) continue;
            agenda.improve(tuple, each.score, each.size);
            queued.set(tuple, each);
          } else queued.set(agenda.add(0, agenda.count, each.score, each.size), each);
        }
        expect(agenda.queued).toBe(queued.size);
      }),
    );
  });

  it('gives nothing any more once it is closed, and takes what comes for final', () => {
    const agenda = new DerivedTuples(meter());
    const queued = agenda.add(0, 0, 0.5, 1);
    agenda.close();
    const late = agenda.add(0, 1, 1, 1);
    expect([agenda.best(), agenda.take(), agenda.queued]).toEqual([-1, -1, 0]);
    expect([queued, late].map((tuple) => agenda.isFinal(tuple))).toEqual([true, true]);
  });

  it('stops at the memory that it may take', () => {
    const agenda = new DerivedTuples(meter(100_000));
    expect(() => {
      for (let i = 0; i < 1_000_000; i++) agenda.add(0, i, 1, 1);
    }).toThrow(LimitReached);
  });
});
