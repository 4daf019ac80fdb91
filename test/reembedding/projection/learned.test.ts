import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineBefore, cosineQuantiles } from '../../../src/reembedding/projection/cosine-quantiles.js';
import { learnLinearMap } from '../../../src/reembedding/projection/learn-linear-map.js';
import { mapped } from '../../../src/reembedding/projection/linear-map.js';
import { LinearProjection } from '../../../src/reembedding/projection/linear-projection.js';
import { principalAxes } from '../../../src/reembedding/projection/principal-axes.js';
import { hashedVector } from '../../retrieval/fake-embedder.js';
import { clusteredVectors, dot, nearestOthers } from '../clustered-vectors.js';

const numRuns = Number(process.env.TEST_RUNS ?? 25);

const someVectors = fc
  .record({
    seed: fc.string({ maxLength: 8 }),
    count: fc.integer({ min: 2, max: 120 }),
    dimensions: fc.integer({ min: 2, max: 24 }),
    clusters: fc.integer({ min: 1, max: 8 }),
    spread: fc.double({ min: 0.01, max: 2, noNaN: true }),
  })
  .map(clusteredVectors);

/** Mean square of the vectors' components along a direction, about the mean or the origin: by the definition. */
function extent(
  vectors: readonly Float32Array[],
  direction: ArrayLike<number>,
  mean: ArrayLike<number>,
): number {
  let sum = 0;
  for (const vector of vectors) {
    let along = 0;
    for (let i = 0; i < vector.length; i++) along += (vector[i]! - mean[i]!) * direction[i]!;
    sum += along * along;
  }
  return sum / vectors.length;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

describe('the principal axes of vectors', () => {
  test.each(['origin', 'mean'] as const)(
    'about the %s are orthonormal, the widest first, and none is wider',
    (about) => {
      fc.assert(
        fc.property(someVectors, fc.string(), (vectors, seed) => {
          const { axes, variances, mean } = principalAxes(vectors, about);
          const dimensions = vectors[0]!.length;
          expect(axes).toHaveLength(dimensions);
          for (const [i, axis] of axes.entries()) {
            for (let j = 0; j <= i; j++) expect(product(axis, axes[j]!)).toBeCloseTo(i === j ? 1 : 0, 9);
            if (i > 0) expect(variances[i]!).toBeLessThanOrEqual(variances[i - 1]!);
            // What is told of an axis is what the vectors have along it.
            expect(variances[i]!).toBeCloseTo(extent(vectors, axis, mean), 9);
          }
          // No direction that somebody might think of is wider than the first, or narrower than the last.
          const direction = hashedVector(seed, dimensions);
          expect(extent(vectors, direction, mean)).toBeLessThanOrEqual(variances[0]! + 1e-9);
          expect(extent(vectors, direction, mean)).toBeGreaterThanOrEqual(variances.at(-1)! - 1e-9);
        }),
        { numRuns },
      );
    },
  );

  test('hold all of what the vectors extend', () => {
    fc.assert(
      fc.property(someVectors, (vectors) => {
        const { variances } = principalAxes(vectors, 'origin');
        // Unit vectors: a mean square length of 1.
        expect(variances.reduce((sum, variance) => sum + variance)).toBeCloseTo(1, 5);
      }),
      { numRuns },
    );
  });

  test('do not depend on which of two opposite directions an eigenvector came out as', () => {
    const vectors = clusteredVectors({ count: 60, dimensions: 10, clusters: 4, spread: 0.5 });
    const { axes } = principalAxes(vectors, 'origin');
    for (const axis of axes) {
      const greatest = [...axis].reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      expect(greatest).toBeGreaterThan(0);
    }
  });
});

describe('PCA', () => {
  test('to all dimensions keeps every cosine', () => {
    fc.assert(
      fc.property(someVectors, (vectors) => {
        const learned = learnLinearMap('PCA', vectors);
        const projected = vectors.map((vector) => mapped(learned, vector));
        for (let i = 1; i < vectors.length; i++) {
          expect(dot(projected[i]!, projected[0]!)).toBeCloseTo(dot(vectors[i]!, vectors[0]!), 3);
        }
      }),
      { numRuns },
    );
  });

  test('changes dot products less than any other choice of as many directions', () => {
    fc.assert(
      fc.property(
        someVectors.filter((vectors) => vectors[0]!.length > 2),
        fc.integer({ min: 1, max: 8 }),
        fc.string(),
        (vectors, k, seed) => {
          const dimensions = vectors[0]!.length;
          const kept = Math.min(k, dimensions - 1);
          const { axes } = principalAxes(vectors, 'origin');
          const others = orthonormal(dimensions, kept, seed);
          expect(gramError(vectors, axes.slice(0, kept))).toBeLessThanOrEqual(
            gramError(vectors, others) + 1e-9,
          );
        },
      ),
      { numRuns },
    );
  });

  test('keeps the neighbours of clustered vectors in a twentieth of their dimensions', () => {
    const vectors = clusteredVectors({
      count: 600,
      dimensions: 128,
      clusters: 30,
      spread: 0.5,
      directions: 6,
    });
    const learned = learnLinearMap('PCA', vectors, 6);
    // Of the ten nearest of a vector, the share that is of its cluster, which has twenty.
    const own = (of: readonly Float32Array[]) => {
      const shares = Array.from({ length: 100 }, (_, at) =>
        nearestOthers(of, at, 10).filter((index) => index % 30 === at % 30),
      );
      return shares.flat().length / 1000;
    };
    expect(own(vectors)).toBeGreaterThan(0.97);
    expect(own(vectors.map((vector) => mapped(learned, vector)))).toBeGreaterThan(0.9);
    // As many of the vectors' own first components are no match for it.
    const cut = { from: 128, to: 6, mean: new Float32Array(128), matrix: firstOf(6, 128) };
    expect(own(vectors.map((vector) => mapped(cut, vector)))).toBeLessThan(0.7);
  });
});

describe('whitening', () => {
  test('makes the vectors extend alike in every direction that it keeps', () => {
    const vectors = clusteredVectors({ count: 500, dimensions: 24, clusters: 12, spread: 0.6 });
    for (const kept of [24, 9]) {
      const { matrix, mean } = learnLinearMap('WHITENING', vectors, kept);
      const rows = Array.from({ length: kept }, (_, row) => matrix.subarray(row * 24, (row + 1) * 24));
      for (const [i, row] of rows.entries()) {
        expect(extent(vectors, row, mean)).toBeCloseTo(1, 3);
        // Components along two of them are not correlated.
        for (const other of rows.slice(0, i)) {
          const sum = row.map((component, at) => (component + other[at]!) / Math.SQRT2);
          expect(extent(vectors, sum, mean)).toBeCloseTo(1, 3);
        }
      }
    }
  });
});

describe('a learned projection', () => {
  const vectors = clusteredVectors({ count: 300, dimensions: 32, clusters: 10, spread: 0.5 });

  test.each(['PCA', 'WHITENING'] as const)(
    'by %s gives unit vectors, and zero for a text without a known word',
    async (method) => {
      const projection = new LinearProjection(learnLinearMap(method, vectors, 8));
      const [first, zero] = await projection.apply([vectors[0]!, new Float32Array(32)]);
      expect(dot(first!, first!)).toBeCloseTo(1, 5);
      expect([...zero!]).toEqual(Array.from({ length: 8 }, () => 0));
    },
  );

  test('is the same for the same vectors, and has another name for others', () => {
    const checksumOf = (method: 'PCA' | 'WHITENING', dimensions: number, of = vectors) =>
      new LinearProjection(learnLinearMap(method, of, dimensions)).checksum;
    expect(checksumOf('PCA', 8)).toBe(checksumOf('PCA', 8));
    const others = [checksumOf('PCA', 7), checksumOf('WHITENING', 8), checksumOf('PCA', 8, vectors.slice(1))];
    expect(new Set([checksumOf('PCA', 8), ...others]).size).toBe(4);
  });

  test('has no more dimensions than the vectors extend in, and says how many', () => {
    const flat = clusteredVectors({ count: 50, dimensions: 12, clusters: 5, spread: 0 });
    expect(() => learnLinearMap('WHITENING', flat, 8)).toThrow(/extend in 4 directions of 12/);
    expect(learnLinearMap('PCA', flat).to).toBe(5);
    expect(() => learnLinearMap('PCA', [new Float32Array(4)], 2)).toThrow(/no vectors/);
  });

  test('refuses vectors of another length', async () => {
    const projection = new LinearProjection(learnLinearMap('PCA', vectors, 8));
    await expect(projection.apply([new Float32Array(31)])).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
    });
  });

  test('knows which cosine stood where one stands now, so that a calibration goes on being right', () => {
    const learned = learnLinearMap('WHITENING', vectors, 16);
    const projected = vectors.map((vector) => mapped(learned, vector));
    const pairs = (of: readonly Float32Array[]) =>
      of.flatMap((a, i) => of.slice(0, i).map((b) => dot(a, b))).sort((a, b) => a - b);
    const [before, after] = [pairs(vectors), pairs(projected)];
    for (const share of [0.1, 0.5, 0.9, 0.99, 0.999]) {
      const at = Math.floor(share * before.length);
      expect(Math.abs(cosineBefore(learned.quantiles, after[at]!) - before[at]!)).toBeLessThan(0.05);
    }
  });

  test('reads cosines in an order that never turns round', () => {
    fc.assert(
      fc.property(someVectors, fc.integer({ min: 1, max: 4 }), (before, dimensions) => {
        const after = before.map((vector) => hashedVector(String(vector[0]), dimensions));
        const quantiles = cosineQuantiles(before, after);
        let last = Number.NEGATIVE_INFINITY;
        for (let cosine = -1; cosine <= 1; cosine += 1 / 64) {
          const now = cosineBefore(quantiles, cosine);
          expect(now).toBeGreaterThan(last);
          last = now;
        }
        expect(cosineBefore(quantiles, 1)).toBe(1);
        expect(cosineBefore(quantiles, -1)).toBe(-1);
      }),
      { numRuns },
    );
  });
});

/** Σ (a·b − Pa·Pb)² over all pairs, P being the projection onto `axes`. */
function gramError(vectors: readonly Float32Array[], axes: readonly Float64Array[]): number {
  const projected = vectors.map((vector) =>
    Float32Array.from(axes, (axis) => axis.reduce((sum, component, i) => sum + component * vector[i]!, 0)),
  );
  let error = 0;
  for (const [i, a] of vectors.entries()) {
    for (const [j, b] of vectors.entries()) error += (dot(a, b) - dot(projected[i]!, projected[j]!)) ** 2;
  }
  return error / vectors.length ** 2;
}

/** Gram and Schmidt's. */
function orthonormal(dimensions: number, count: number, seed: string): Float64Array[] {
  const axes: Float64Array[] = [];
  for (let n = 0; axes.length < count; n++) {
    const axis = Float64Array.from(hashedVector(`${seed} ${n}`, dimensions));
    for (const other of axes) {
      const along = product(axis, other);
      for (let i = 0; i < dimensions; i++) axis[i]! -= along * other[i]!;
    }
    const length = Math.hypot(...axis);
    if (length > 1e-3) axes.push(axis.map((component) => component / length));
  }
  return axes;
}

function firstOf(rows: number, width: number): Float32Array {
  const matrix = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) matrix[row * width + row] = 1;
  return matrix;
}
