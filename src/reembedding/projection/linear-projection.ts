import { setImmediate } from 'node:timers/promises';
import { CorollaryError } from '../../errors.js';
import { cosineBefore } from './cosine-quantiles.js';
import { type LinearMap, mapped } from './linear-map.js';
import type { Projection } from './projection.js';
import { checksumOf, projectionBytes } from './projection-bytes.js';

/** Multiplications in a row, a few ms: what a request may have to wait for. */
const MOST_AT_ONCE = 4_000_000;

/** A projection by a matrix. It works in the caller's thread, which it gives free between a few vectors and the next. */
export class LinearProjection implements Projection {
  readonly method;
  readonly from: number;
  readonly to: number;
  readonly checksum: string;
  /** The share of the sample's variance that it keeps, in (0, 1]. */
  readonly varianceKept: number;
  readonly #map: LinearMap;

  constructor(map: LinearMap) {
    this.method = map.method;
    this.from = map.from;
    this.to = map.to;
    this.varianceKept = map.varianceKept;
    this.#map = map;
    this.checksum = checksumOf(this.method, this.from, this.to, map.mean, map.matrix);
  }

  async apply(vectors: readonly Float32Array[]): Promise<Float32Array[]> {
    const atOnce = Math.max(1, Math.floor(MOST_AT_ONCE / (this.from * this.to)));
    const projected: Float32Array[] = [];
    for (const vector of vectors) {
      if (vector.length !== this.from) {
        throw new CorollaryError(
          'EMBEDDING_SPACE_UNAVAILABLE',
          `The projection takes vectors of ${this.from} dimensions, not ${vector.length}.`,
        );
      }
      if (projected.length > 0 && projected.length % atOnce === 0) await setImmediate();
      projected.push(mapped(this.#map, vector));
    }
    return projected;
  }

  cosineBefore(cosine: number): number {
    return cosineBefore(this.#map.quantiles, cosine);
  }

  bytes(): Uint8Array {
    const { mean, matrix, quantiles, varianceKept } = this.#map;
    const { method, from, to } = this;
    return projectionBytes({ method, from, to, quantiles, varianceKept }, mean, matrix);
  }

  async stop(): Promise<void> {}
}
