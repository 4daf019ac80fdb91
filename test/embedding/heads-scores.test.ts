import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lateInteractionScore, lexicalScore } from '../../src/embedding/scores.js';

const vectorOf = (weights: ReadonlyMap<number, number>) => {
  const rising = [...weights].sort(([a], [b]) => a - b);
  return {
    ids: Uint32Array.from(rising, ([id]) => id),
    weights: Float32Array.from(rising, ([, weight]) => weight),
  };
};

describe('the lexical score', () => {
  it('is the sum of products over the ids that both have, either way round', () => {
    const weights = fc
      .array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 64 })), { maxLength: 20 })
      .map((pairs) => new Map(pairs.map(([id, n]) => [id, n / 64])));
    fc.assert(
      fc.property(weights, weights, (a, b) => {
        const expected = [...a].reduce((sum, [id, weight]) => sum + weight * (b.get(id) ?? 0), 0);
        expect(lexicalScore(vectorOf(a), vectorOf(b))).toBe(expected);
        expect(lexicalScore(vectorOf(b), vectorOf(a))).toBe(expected);
      }),
    );
  });
});

describe('the score of late interaction', () => {
  const query = { width: 2, data: Float32Array.of(1, 0, 0, 1) };
  const passage = { width: 2, data: Float32Array.of(0.5, 0.25, -1, 0, 0.25, 0.5) };

  it("is the mean of each query token's best match", () => {
    expect(lateInteractionScore(query, passage)).toBe((0.5 + 0.5) / 2);
    expect(lateInteractionScore(passage, query)).toBeCloseTo((0.5 + 0 + 0.5) / 3, 12);
  });

  it('may be negative, and is 0 where there is no token', () => {
    expect(
      lateInteractionScore(
        { width: 2, data: Float32Array.of(1, 0) },
        { width: 2, data: Float32Array.of(-1, 0) },
      ),
    ).toBe(-1);
    expect(lateInteractionScore(query, { width: 2, data: new Float32Array() })).toBe(0);
    expect(lateInteractionScore({ width: 2, data: new Float32Array() }, passage)).toBe(0);
  });

  it('refuses vectors of two widths', () => {
    expect(() => lateInteractionScore(query, { width: 3, data: new Float32Array(3) })).toThrow(
      'widths 2 and 3',
    );
  });
});

// Lexical weights that were published for BGE-M3: data that does not belong to the project.
const data = resolve(fileURLToPath(new URL('../../../shared/data/xlmr', import.meta.url)));
const isThere = existsSync(join(data, 'bge_m3_reference.json'));
if (!isThere) console.warn(`Skipped: the test with published lexical weights, which are not in ${data}.`);

type Weights = Readonly<Record<string, number>>;

describe.skipIf(!isThere)('the lexical score of published weights', () => {
  it('is the published one', async () => {
    const { flagembedding: published } = JSON.parse(
      await readFile(join(data, 'bge_m3_reference.json'), 'utf8'),
    );
    const { ids, ...pairs } = published.lexical_weights;
    for (const pair of Object.values(pairs) as Weights[][]) {
      const [a, b] = pair.map((weights) =>
        vectorOf(new Map(Object.entries(weights).map(([piece, weight]) => [ids[piece], weight]))),
      );
      expect([a!.ids.length, b!.ids.length]).toEqual([7, 6]);
      expect(lexicalScore(a!, b!)).toBe(published.lexical_matching_score.readme_q0_q1);
    }
  });

  it('comes from the one word that two published texts share', async () => {
    const { fastembed_rs: published } = JSON.parse(
      await readFile(join(data, 'bge_m3_reference.json'), 'utf8'),
    );
    const [a, b] = (published['sparse_fp32_python_FlagEmbedding_tolerance_1e-4'] as Weights[]).map(
      (weights) => vectorOf(new Map(Object.entries(weights).map(([id, weight]) => [Number(id), weight]))),
    );
    // Both say "is".
    expect(lexicalScore(a!, b!)).toBeCloseTo(0.07778944 * 0.19853045, 7);
  });
});
