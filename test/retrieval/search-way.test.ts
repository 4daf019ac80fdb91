import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexKinds } from '../../src/retrieval/index-kind.js';
import { type Way, WaysToSearch } from '../../src/retrieval/search-way.js';
import { UsualNearness } from '../../src/retrieval/usual-nearness.js';

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

  test('let the server keep a plan unless a filter leaves many facts to compare', () => {
    const ways = (rows: number | undefined, index: 'halfvec' | undefined) => {
      const estimate = rows === undefined ? undefined : { rows, cost: 0 };
      const proposed = new WaysToSearch(space(100_000, 1024), 11, estimate, index);
      return [proposed.first.kind, proposed.mayKeepPlan];
    };
    expect(ways(undefined, undefined)).toEqual(['all', true]);
    expect(ways(undefined, 'halfvec')).toEqual(['halfvec', true]);
    expect(ways(50_000, 'halfvec')).toEqual(['halfvec', true]);
    expect(ways(50_000, undefined)).toEqual(['all in scope', false]);
    expect(ways(100, 'halfvec')).toEqual(['all in scope', true]);
  });

  test('take more for bits, whose order is rough', () => {
    const [byHalves, byBits] = indexKinds.map(
      (kind) => new WaysToSearch(space(1e6, 256), 11, undefined, kind).first,
    );
    expect((byBits as { take: number }).take).toBeGreaterThan(4 * (byHalves as { take: number }).take);
  });

  test('are as narrow as what is taken calls for, once it is known how near the nearest usually are', () => {
    const nearness = new UsualNearness();
    const search = (distances: readonly number[]) => {
      const ways = new WaysToSearch(space(100_000, 1024), 11, undefined, 'halfvec', nearness);
      const widths: number[] = [];
      let way: Way | undefined = ways.first;
      for (const distance of distances) {
        if (way === undefined || !('width' in way)) throw new Error('not by index');
        expect(way.take).toBe(32);
        widths.push(way.width);
        way = ways.after(11, 32, distance);
      }
      expect(way).toBeUndefined();
      return widths;
    };
    for (let i = 0; i < 64; i++) expect(search([0.3 + i / 1_000])).toEqual([128]);
    for (let i = 0; i < 64; i++) expect(search([0.3 + i / 2_000])).toEqual([40]);
    // Lost between clusters, and then found; and where nothing is near, however widely one looks.
    expect(search([0.9, 0.31])).toEqual([40, 128]);
    expect(search([0.9, 0.9])).toEqual([40, 128]);
    // What is wide for the number that it takes is not repeated.
    const many = new WaysToSearch(space(100_000, 1024), 101, undefined, 'halfvec', nearness);
    expect(many.first).toMatchObject({ take: 128, width: 160 });
    expect(many.after(101, 128, 0.9)).toBeUndefined();
    // All of another kind: what is usual changes.
    for (let i = 0; i < 300; i++) search(nearness.isUsual(0.2) ? [0.8] : [0.8, 0.8]);
    expect(search([0.8])).toEqual([40]);
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
