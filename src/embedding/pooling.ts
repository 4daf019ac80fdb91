export type Pooling = 'cls' | 'mean' | 'last';

/** Token embeddings of one batch, as the graph gives them. */
export interface TokenEmbeddings {
  /** [batch, tokens, width] float32, row-major. */
  readonly data: Float32Array;
  readonly tokens: number;
  readonly width: number;
}

/** Where a text's tokens stand in its row, padding left out. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

/**
 * One text's vector: [width] float32, not yet normalised.
 * cls: its first token; last: its last one; mean: the mean over its tokens, special ones included. Padding never
 * counts, on either side. A text of no tokens gives zeros.
 */
export function pooled(embeddings: TokenEmbeddings, row: number, span: Span, pooling: Pooling): Float32Array {
  const { data, tokens, width } = embeddings;
  const vector = new Float32Array(width);
  if (span.count === 0) return vector;
  const count = pooling === 'mean' ? span.count : 1;
  const first = pooling === 'last' ? span.first + span.count - 1 : span.first;
  const start = (row * tokens + first) * width;
  for (let d = 0; d < width; d++) {
    let sum = 0;
    for (let t = 0; t < count; t++) sum += data[start + t * width + d]!;
    vector[d] = sum / count;
  }
  return vector;
}

/** Layer normalisation without weights (Ba et al. 2016), as nomic-embed-text v1.5 wants it before its slice: [width] → [width]. */
export function layerNormalised(vector: Float32Array, epsilon = 1e-5): Float32Array {
  const mean = vector.reduce((sum, x) => sum + x, 0) / vector.length;
  const variance = vector.reduce((sum, x) => sum + (x - mean) ** 2, 0) / vector.length;
  const scale = 1 / Math.sqrt(variance + epsilon);
  return vector.map((x) => (x - mean) * scale);
}

/**
 * Unit length: [width] → [width]; a zero vector stays zero.
 * @throws Error when a number is not finite: the weights are damaged, or overflow in their precision.
 */
export function normalised(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const x of vector) squares += x * x;
  if (!Number.isFinite(squares)) throw new Error('the model gave a number that is not finite');
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  return vector.map((x) => x * scale);
}

export interface Finishing {
  readonly layerNorm: boolean;
  /** How many leading dimensions are kept (Matryoshka representation learning, Kusupati et al. 2022). */
  readonly dimensions: number;
  readonly normalise: boolean;
}

/** From the pooled vector to the one that is stored: layer norm, slice, unit length, in this order. */
export function finished(
  vector: Float32Array,
  { layerNorm, dimensions, normalise }: Finishing,
): Float32Array {
  const whole = layerNorm ? layerNormalised(vector) : vector;
  const kept = whole.slice(0, dimensions);
  return normalise ? normalised(kept) : kept;
}
