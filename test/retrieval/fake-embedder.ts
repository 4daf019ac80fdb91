import type {
  EmbedAs,
  EmbeddedText,
  Embedder,
  EmbeddingOutput,
  EmbedOptions,
  SparseVector,
} from '../../src/embedding/embedder.js';

export interface FakeEmbedderOptions {
  readonly dimensions?: number;
  readonly fingerprint?: string;
  readonly fusionWeight?: number;
  /** Vectors for texts; any other text gets one made of its hash. */
  readonly vectors?: ReadonlyMap<string, Float32Array>;
  /** Gives lexical weights too, made of hashes as well. */
  readonly sparse?: boolean;
}

/**
 * Not a model: a text gets the vector that the test gives it, or a random one that only depends on its characters.
 * Can be made to fail, for some texts or for all, and to hold back its answers.
 */
export class FakeEmbedder implements Embedder {
  readonly model: string = 'fake';
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly fusionWeight: number;
  readonly vectors: Map<string, Float32Array>;
  /** Texts that make every batch they are in fail. */
  readonly poison = new Set<string>();
  /** Every text that was asked for, in order. */
  readonly asked: string[] = [];
  /** While true every call fails. */
  isDown = false;
  /** Called before a bulk batch is answered. */
  beforeBulk: (texts: readonly string[]) => Promise<void> | void = () => {};

  constructor({
    dimensions = 8,
    fingerprint = 'fake-1',
    fusionWeight = 0.5,
    vectors,
    sparse = false,
  }: FakeEmbedderOptions = {}) {
    this.outputs = new Set<EmbeddingOutput>(sparse ? ['dense', 'sparse'] : ['dense']);
    this.dimensions = dimensions;
    this.fingerprint = fingerprint;
    this.fusionWeight = fusionWeight;
    this.vectors = new Map(vectors);
  }

  async embed(texts: readonly string[], _as: EmbedAs, options: EmbedOptions = {}): Promise<EmbeddedText[]> {
    options.signal?.throwIfAborted();
    if (this.isDown) throw new Error('The fake model is down.');
    const culprit = texts.find((text) => this.poison.has(text));
    if (culprit !== undefined) throw new Error(`The fake model chokes on ${culprit}.`);
    this.asked.push(...texts);
    if (options.bulk) await this.beforeBulk(texts);
    return texts.map((text) => ({
      dense: this.vectorOf(text),
      ...(options.also?.includes('sparse') && { sparse: hashedWeights(text) }),
      tokens: text.length,
      truncated: false,
    }));
  }

  vectorOf(text: string): Float32Array {
    return this.vectors.get(text) ?? hashedVector(text, this.dimensions);
  }

  readonly vectorsOf = (texts: readonly string[]) => texts.map((text) => this.vectorOf(text));

  /** (1 + cosine) / 2: easy to turn back. */
  similarityOf(cosine: number): number {
    return Math.max(Number.MIN_VALUE, (1 + cosine) / 2);
  }

  async stop(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** A token for each different word, whose weight in (0, 1] depends on the word and the text. */
export function hashedWeights(text: string): SparseVector {
  const words = new Map(
    text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => [hashed(word) % 1_000_000, word]),
  );
  const rising = [...words].sort(([a], [b]) => a - b);
  return {
    ids: Uint32Array.from(rising, ([id]) => id),
    weights: Float32Array.from(rising, ([, word]) => ((hashed(`${word} in ${text}`) % 64) + 1) / 64),
    pieces: rising.map(([, word]) => word),
  };
}

/** FNV-1a. */
function hashed(text: string): number {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ character.codePointAt(0)!, 16777619);
  return state >>> 0;
}

/** A unit vector of normally distributed components, drawn by a generator (mulberry32) that the text seeds. */
export function hashedVector(text: string, dimensions: number): Float32Array {
  let state = hashed(text) | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return unit(Float32Array.from({ length: dimensions }, normal));
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((component) => component / length);
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}
