import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, fuse } from '../../src/retrieval/fusion.js';

const portion = fc.double({ min: 0, max: 1, noNaN: true });
const cosine = fc.double({ min: -1, max: 1, noNaN: true });
const bestBm25 = fc.double({ min: 0.1, max: 100, noNaN: true });
const candidate = (best: number): fc.Arbitrary<Candidate> =>
  fc.record({
    fact: fc.integer({ min: 1, max: 1e9 }),
    cosine: fc.option(cosine, { nil: undefined }),
    bm25: portion.map((part) => part * best),
  });
const candidates = (best: number) =>
  fc.uniqueArray(candidate(best), { selector: ({ fact }) => fact, maxLength: 30 });
const problem = fc
  .tuple(bestBm25, portion)
  .chain(([best, dense]) => fc.tuple(candidates(best), fc.constant({ dense, bestBm25: best })));

describe('fusion', () => {
  test('gives every candidate a score in (0, 1] and puts the best first', () => {
    fc.assert(
      fc.property(problem, ([given, weights]) => {
        const fused = fuse(given, weights);
        expect(fused).toHaveLength(given.length);
        for (const { score } of fused) expect(score > 0 && score <= 1).toBe(true);
        for (const [i, { score }] of fused.entries())
          expect(score).toBeGreaterThanOrEqual(fused[i + 1]?.score ?? 0);
      }),
    );
  });

  test('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(
        problem.chain(([given, weights]) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given], { minLength: given.length }),
            fc.constant(weights),
          ),
        ),
        ([given, shuffled, weights]) => {
          expect(fuse(shuffled, weights)).toEqual(fuse(given, weights));
        },
      ),
    );
  });

  test('scores a fact without regard to the other candidates', () => {
    fc.assert(
      fc.property(problem, ([given, weights]) => {
        const together = new Map(fuse(given, weights).map(({ fact, score }) => [fact, score]));
        for (const each of given) expect(fuse([each], weights)[0]?.score).toBe(together.get(each.fact));
      }),
    );
  });

  test('never ranks a fact lower because one channel thinks better of it', () => {
    fc.assert(
      fc.property(problem, portion, portion, ([given, weights], up, upBm25) => {
        const rank = (fused: readonly { fact: number }[], fact: number) =>
          fused.findIndex((each) => each.fact === fact);
        for (const chosen of given.slice(0, 3)) {
          const better = {
            fact: chosen.fact,
            cosine: Math.min(1, (chosen.cosine ?? -1) + up),
            bm25: Math.min(weights.bestBm25, chosen.bm25 + upBm25),
          };
          const before = rank(fuse(given, weights), chosen.fact);
          const after = rank(
            fuse(
              given.map((each) => (each === chosen ? better : each)),
              weights,
            ),
            chosen.fact,
          );
          expect(after).toBeLessThanOrEqual(before);
        }
      }),
    );
  });

  test('breaks ties by cosine, then by fact id', () => {
    const weights = { dense: 0.5, bestBm25: 10 };
    const fused = fuse(
      [
        { fact: 3, cosine: 0.4, bm25: 4 },
        { fact: 2, cosine: 0.4, bm25: 4 },
        { fact: 1, cosine: 0.3, bm25: 5 },
        { fact: 4, cosine: 0.5, bm25: 3 },
      ],
      weights,
    );
    expect(fused.map(({ fact }) => fact)).toEqual([4, 2, 3, 1]);
  });

  test('gives a fact without a vector its lexical part only', () => {
    const [fused] = fuse([{ fact: 1, cosine: undefined, bm25: 5 }], { dense: 0.4, bestBm25: 10 });
    expect(fused?.score).toBeCloseTo(0.3);
  });
});
