import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/embedding/turns.js';

const query = { urgent: true, cost: 1 };
const bulk = { urgent: false, cost: 3 };

/** The jobs that get a turn while both kinds always wait. */
function played(turns: number, jobs: readonly { urgent: boolean; cost: number }[]): string[] {
  let now = 0;
  const clock = new Turns(() => now);
  return Array.from({ length: turns }, () => {
    const job = clock.next(jobs);
    now += job?.cost ?? 0;
    return job === undefined ? 'none' : job.urgent ? 'query' : 'bulk';
  });
}

describe('turns', () => {
  it('go to the urgent first', () => {
    expect(played(3, [bulk, query])).toEqual(['query', 'query', 'query']);
  });

  it('go to the others when nothing is urgent, and to none when there is nothing', () => {
    expect(played(2, [bulk])).toEqual(['bulk', 'bulk']);
    expect(played(1, [])).toEqual(['none']);
  });

  it('go by the order of arrival within a kind', () => {
    const second = { urgent: true, cost: 1 };
    expect(new Turns(() => 0).next([bulk, query, second])).toBe(query);
  });

  it('leave a ninth of the time to the others, however many urgent jobs there are', () => {
    const all = played(100_000, [query, bulk]);
    const bulkTime = all.filter((kind) => kind === 'bulk').length * bulk.cost;
    const queryTime = all.filter((kind) => kind === 'query').length * query.cost;
    expect(bulkTime / (bulkTime + queryTime)).toBeCloseTo(1 / 9, 1);
    expect(bulkTime).toBeGreaterThan(0);
  });
});
