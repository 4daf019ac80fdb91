import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexKinds } from '../../src/retrieval/index-kind.js';
import { type Way, WaysToSearch } from '../../src/retrieval/search-way.js';

const space = (sentences: number, dimensions: number) => ({ sentences, dimensions });

describe('the ways to search', () => {
  test('go by the index where there are many facts, and compare all where there are few', () => {
    expect(new WaysToSearch(space(100_000, 1024), 11, undefined, 'halfvec').first.kind).toBe('halfvec');
    expect(new WaysToSearch(space(100_000, 1024), 11, undefined, undefined).first.kind).toBe('all');
    expect(new WaysToSearch(space(200, 1024), 11, undefined, 'halfvec').first.kind).toBe('all');
  });

  test('follow what statistics say of a filter', () => {
    const first = (rows: number, cost = 0) =>
      new WaysToSearch(space(100_000, 1024), 11, { rows, cost }, 'halfvec').first.kind;
    expect(first(50_000)).toBe('halfvec');
    expect(first(10_000)).toBe('halfvec');
    expect(first(100)).toBe('all in scope');
  });

  test('take more for bits, whose order is rough', () => {
    const [byHalves, byBits] = indexKinds.map(
      (kind) => new WaysToSearch(space(1e6, 256), 11, undefined, kind).first,
    );
    expect((byBits as { take: number }).take).toBeGreaterThan(4 * (byHalves as { take: number }).take);
  });

  test('end with enough facts or with all in scope compared', () => {
    fc.assert(
      fc.property(
        fc.record({
          sentences: fc.integer({ min: 1, max: 2_000_000 }),
          dimensions: fc.constantFrom(64, 256, 1024),
          limit: fc.integer({ min: 1, max: 1_001 }),
          share: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
          index: fc.constantFrom(...indexKinds, undefined),
          found: fc.array(fc.nat(1_000), { minLength: 20, maxLength: 20 }),
        }),
        ({ sentences, dimensions, limit, share, index, found }) => {
          const estimate = share === undefined ? undefined : { rows: share * sentences, cost: 0 };
          const ways = new WaysToSearch(space(sentences, dimensions), limit, estimate, index);
          let way: Way | undefined = ways.first;
          const gone: Way[] = [];
          for (const part of found) {
            gone.push(way);
            if (way.kind === 'all in scope') {
              expect(ways.after(0, 0)).toBeUndefined();
              break;
            }
            const hits = Math.min(limit - 1, way.take, part);
            const next: Way | undefined = ways.after(hits, way.take);
            expect(next).toBeDefined();
            if ('take' in next!) expect(next.take).toBeGreaterThan(way.take);
            way = next!;
          }
          expect(gone.at(-1)!.kind).toBe('all in scope');
          for (const each of gone) if ('width' in each) expect(each.width).toBeLessThanOrEqual(1_000);
        },
      ),
    );
  });
});
