/** Points (cosine after a projection, cosine before it), both rising strictly, from -1 to 1. */
export type CosineQuantiles = readonly (readonly [after: number, before: number])[];

/** Near pairs are what similarities are about: the upper end is known more finely. */
const QUANTILES = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999];

/** Pairs of so many vectors: 130,000. */
const MOST_VECTORS = 512;
/** Points closer than this would make a step of the curve. */
const LEAST_STEP = 1e-6;

/**
 * How cosines after a projection stand to those before: quantile against quantile, over all pairs of the vectors. A
 * calibration that was found for the model's own cosines goes on being right for projected ones through this.
 * @param before unit vectors @param after the same vectors, projected
 */
export function cosineQuantiles(
  before: readonly Float32Array[],
  after: readonly Float32Array[],
): CosineQuantiles {
  const cosinesBefore = pairCosines(before.slice(0, MOST_VECTORS));
  const cosinesAfter = pairCosines(after.slice(0, MOST_VECTORS));
  const points: [number, number][] = [[-1, -1]];
  for (const quantile of cosinesBefore.length === 0 ? [] : QUANTILES) {
    const at = Math.floor(quantile * (cosinesBefore.length - 1));
    const point: [number, number] = [cosinesAfter[at]!, cosinesBefore[at]!];
    const last = points.at(-1)!;
    if (point.every((cosine, i) => cosine > last[i]! + LEAST_STEP && cosine < 1 - LEAST_STEP)) {
      points.push(point);
    }
  }
  return [...points, [1, 1]];
}

/** The curve at `cosine`, straight between its points. */
export function cosineBefore(quantiles: CosineQuantiles, cosine: number): number {
  const within = Math.max(-1, Math.min(1, cosine));
  const upper = Math.max(
    1,
    quantiles.findIndex(([after]) => within <= after),
  );
  const [x0, y0] = quantiles[upper - 1]!;
  const [x1, y1] = quantiles[upper]!;
  const share = (within - x0) / (x1 - x0);
  // Each end counts nothing at the other: -1 and 1 stay what they are, to the last bit.
  return (1 - share) * y0 + share * y1;
}

function pairCosines(vectors: readonly Float32Array[]): Float64Array {
  const cosines = new Float64Array((vectors.length * (vectors.length - 1)) / 2);
  let at = 0;
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) cosines[at++] = dot(vectors[i]!, vectors[j]!);
  }
  return cosines.sort();
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
