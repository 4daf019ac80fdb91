import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelWeights } from '../../src/retrieval/channel-weights.js';
import { type Candidate, type FusionWeights, fuse } from '../../src/retrieval/fusion.js';
import { fuseByRank } from '../../src/retrieval/reciprocal-rank.js';

const portion = fc.double({ min: 0, max: 1, noNaN: true });
const cosine = fc.double({ min: -1, max: 1, noNaN: true });
const best = fc.double({ min: 0.1, max: 100, noNaN: true });
const weights: fc.Arbitrary<FusionWeights> = fc
  .record({ parts: fc.tuple(portion, portion, portion), bestSparse: best, bestBm25: best })
  .filter(({ parts: [a, b, c] }) => a + b + c > 0)
  .map(({ parts: [a, b, c], ...bests }) => {
    const sum = a + b + c;
    return { dense: a / sum, sparse: b / sum, lexical: c / sum, ...bests };
  });
const candidate = ({ bestSparse, bestBm25 }: FusionWeights): fc.Arbitrary<Candidate> =>
  fc.record({
    fact: fc.integer({ min: 1, max: 1e9 }),
    cosine: fc.option(cosine, { nil: undefined }),
    sparse: portion.map((part) => part * bestSparse),
    bm25: portion.map((part) => part * bestBm25),
  });
const candidates = (given: FusionWeights) =>
  fc.uniqueArray(candidate(given), { selector: ({ fact }) => fact, maxLength: 30 });
const problem = weights.chain((given) => fc.tuple(candidates(given), fc.constant(given)));

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
      fc.property(problem, portion, portion, portion, ([given, weights], up, upSparse, upBm25) => {
        const rank = (fused: readonly { fact: number }[], fact: number) =>
          fused.findIndex((each) => each.fact === fact);
        for (const chosen of given.slice(0, 3)) {
          const better = {
            fact: chosen.fact,
            cosine: Math.min(1, (chosen.cosine ?? -1) + up),
            sparse: Math.min(weights.bestSparse, chosen.sparse + upSparse),
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

  test('breaks ties by cosine, then by dot product, by BM25 and by fact id', () => {
    const weights = { dense: 0.5, sparse: 0.25, lexical: 0.25, bestSparse: 4, bestBm25: 8 };
    const fused = fuse(
      [
        { fact: 1, cosine: 0.25, sparse: 2, bm25: 6 },
        { fact: 2, cosine: 0.5, sparse: 2, bm25: 2 },
        { fact: 3, cosine: 0.5, sparse: 1, bm25: 4 },
        { fact: 5, cosine: 0.5, sparse: 2, bm25: 2 },
        { fact: 4, cosine: 0.75, sparse: 1, bm25: 0 },
      ],
      weights,
    );
    expect(new Set(fused.map(({ score }) => score)).size).toBe(1);
    expect(fused.map(({ fact }) => fact)).toEqual([4, 2, 5, 3, 1]);
  });

  test('gives a fact without a vector the parts of its words only', () => {
    const [fused] = fuse([{ fact: 1, cosine: undefined, sparse: 1, bm25: 5 }], {
      dense: 0.4,
      sparse: 0.2,
      lexical: 0.4,
      bestSparse: 4,
      bestBm25: 10,
    });
    expect(fused?.score).toBeCloseTo(0.25);
  });

  test('lets no channel count more than its weight', () => {
    const [fused] = fuse([{ fact: 1, cosine: 1, sparse: 40, bm25: 100 }], {
      dense: 0.2,
      sparse: 0.3,
      lexical: 0.5,
      bestSparse: 4,
      bestBm25: 10,
    });
    expect(fused?.score).toBe(1);
  });
});

describe("a channel's weight", () => {
  const bgeM3 = { fusionWeight: 0.6 };

  test("is the model's, over the sum of those that are asked", () => {
    expect(channelWeights(new Set(['DENSE', 'LEXICAL']), bgeM3)).toEqual({
      dense: 0.6,
      sparse: 0,
      lexical: 0.4,
    });
    expect(channelWeights(new Set(['SPARSE']), bgeM3)).toEqual({ dense: 0, sparse: 1, lexical: 0 });
    const all = channelWeights(new Set(['DENSE', 'SPARSE', 'LEXICAL']), bgeM3);
    expect(all.dense).toBeCloseTo(0.6 / 1.3);
    expect(all.sparse).toBeCloseTo(0.3 / 1.3);
    expect(all.lexical).toBeCloseTo(0.4 / 1.3);
  });

  test('of lexical weights is what the registry says', () => {
    const model = { fusionWeight: 0.6, sparseFusionWeight: 0.9 };
    const { dense, sparse, lexical } = channelWeights(new Set(['DENSE', 'SPARSE']), model);
    expect(dense).toBeCloseTo(0.4);
    expect(sparse).toBeCloseTo(0.6);
    expect(lexical).toBe(0);
  });

  test('is the same for all where the model gives none of them any', () => {
    expect(channelWeights(new Set(['LEXICAL']), { fusionWeight: 1 })).toEqual({
      dense: 0,
      sparse: 0,
      lexical: 1,
    });
  });
});

describe('reciprocal rank fusion', () => {
  const ranking = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });

  test('is the plain formula, made 1 for what every channel ranks first', () => {
    fc.assert(
      fc.property(fc.array(ranking, { minLength: 1, maxLength: 3 }), fc.nat({ max: 100 }), (rankings, k) => {
        const ranks = rankings.map((facts) => new Map(facts.map((fact, i) => [fact, i + 1])));
        const facts = [...new Set(rankings.flat())];
        const given = facts.map((fact) => ({ fact, cosine: undefined, sparse: 0, bm25: 0 }));
        const plain = new Map(
          facts.map((fact) => {
            const positions = rankings.map((each) => each.indexOf(fact)).filter((at) => at >= 0);
            return [fact, positions.reduce((sum, at) => sum + 1 / (k + at + 1), 0)];
          }),
        );
        const fused = fuseByRank(given, ranks, k);
        for (const { fact, score } of fused) {
          expect(score).toBeCloseTo((plain.get(fact)! * (k + 1)) / rankings.length, 12);
          expect(score > 0 && score <= 1).toBe(true);
        }
        const expected = facts.sort((a, b) => plain.get(b)! - plain.get(a)! || a - b);
        expect(fused.map(({ fact }) => fact)).toEqual(expected);
      }),
    );
  });
});
