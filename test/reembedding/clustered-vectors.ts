import { hashedVector, unit } from '../retrieval/fake-embedder.js';

export interface Clusters {
  readonly count: number;
  readonly dimensions: number;
  readonly clusters: number;
  /** How far the members of a cluster lie apart, against 1 for clusters. */
  readonly spread: number;
  readonly seed?: string;
  /** Centres lie in so many directions only. Default: all. */
  readonly directions?: number;
}

/** Unit vectors in clusters, as sentences about a few topics have them. Member i is of cluster i mod `clusters`. */
export function clusteredVectors(options: Clusters): Float32Array[] {
  const { count, dimensions, clusters, spread, seed = 'seed', directions = dimensions } = options;
  const axes = Array.from({ length: directions }, (_, n) => hashedVector(`${seed} axis ${n}`, dimensions));
  const centres = Array.from({ length: clusters }, (_, n) => {
    const weights = hashedVector(`${seed} centre ${n}`, directions);
    const sum = new Float32Array(dimensions);
    axes.forEach((axis, at) => {
      for (let i = 0; i < dimensions; i++) sum[i]! += weights[at]! * axis[i]!;
    });
    return unit(sum);
  });
  return Array.from({ length: count }, (_, n) => {
    const noise = hashedVector(`${seed} member ${n}`, dimensions);
    return unit(centres[n % clusters]!.map((component, i) => component + spread * noise[i]!));
  });
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Indexes of the `k` nearest others of vector `at`, by comparing all. */
export function nearestOthers(vectors: readonly Float32Array[], at: number, k: number): number[] {
  const scored = vectors.map((vector, index) => ({ index, cosine: dot(vector, vectors[at]!) }));
  return scored
    .filter(({ index }) => index !== at)
    .sort((a, b) => b.cosine - a.cosine || a.index - b.index)
    .slice(0, k)
    .map(({ index }) => index);
}
