export const projectionMethods = ['PCA', 'WHITENING', 'GRAPH'] as const;
export type ProjectionMethod = (typeof projectionMethods)[number];

/**
 * Turns vectors of one space into vectors of another, so that the other is made without the model. What it gives for a
 * vector depends on that vector alone.
 */
export interface Projection {
  readonly method: ProjectionMethod;
  /** Length of the vectors that it takes. */
  readonly from: number;
  /** Length of the vectors that it gives. */
  readonly to: number;
  /** SHA-256, as 64 hexadecimal digits, over everything that its vectors' numbers depend on. */
  readonly checksum: string;
  /**
   * @param vectors each [from] float32
   * @returns in their order, each [to] float32 of unit length; all zero where the given one is
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE where a result is not finite, or its graph fails
   */
  apply(vectors: readonly Float32Array[]): Promise<Float32Array[]>;
  /** The cosine that as many pairs exceed before the projection as exceed `cosine` after it: rises with it. */
  cosineBefore(cosine: number): number;
  /** What is stored of it: see `stored-projection.ts`. */
  bytes(): Uint8Array;
  stop(): Promise<void>;
}
