import type { CosineQuantiles } from './cosine-quantiles.js';

/** y = M (x - mean), made unit length. */
export interface LinearNumbers {
  readonly from: number;
  readonly to: number;
  /** [from]; zeros for a map through the origin. */
  readonly mean: Float32Array;
  /** [to, from], row-major. */
  readonly matrix: Float32Array;
}

export interface LinearMap extends LinearNumbers {
  readonly method: 'PCA' | 'WHITENING';
  /** The share of the sample's variance that lies in the directions that are kept, in (0, 1]. */
  readonly varianceKept: number;
  readonly quantiles: CosineQuantiles;
}

/** @param vector [from] @returns [to], unit length; all zero where the vector is, or where nothing of it is left */
export function mapped({ from, to, mean, matrix }: LinearNumbers, vector: Float32Array): Float32Array {
  const result = new Float32Array(to);
  // No known word: near nothing, whatever the mean.
  if (vector.every((component) => component === 0)) return result;
  const centred = new Float64Array(from);
  for (let i = 0; i < from; i++) centred[i] = vector[i]! - mean[i]!;
  const sums = new Float64Array(to);
  let squares = 0;
  for (let row = 0; row < to; row++) {
    let sum = 0;
    for (let i = 0, at = row * from; i < from; i++, at++) sum += matrix[at]! * centred[i]!;
    sums[row] = sum;
    squares += sum * sum;
  }
  if (squares === 0) return result;
  const length = Math.sqrt(squares);
  for (let row = 0; row < to; row++) result[row] = sums[row]! / length;
  return result;
}
