import type {
  EmbedAs,
  EmbeddedText,
  Embedder,
  EmbeddingOutput,
  EmbedOptions,
} from '../../embedding/embedder.js';
import { projectedFingerprint } from './projected-fingerprint.js';
import type { Projection } from './projection.js';

/**
 * A model whose vectors go through a projection: what computes queries, and new sentences, for a space that was derived
 * from another. Its similarities are the model's own, by `Projection.cosineBefore`. Token vectors are the model's.
 */
export class ProjectedEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly fusionWeight: number;
  readonly #base: Embedder;
  readonly #projection: Projection;

  /** @param base what it embeds with, and stops in the end @throws Error when its vectors are of another length than the projection takes */
  constructor(base: Embedder, projection: Projection) {
    if (base.dimensions !== projection.from) {
      throw new Error(
        `A projection from ${projection.from} dimensions does not fit ${base.model} with ${base.dimensions}`,
      );
    }
    this.model = base.model;
    this.dimensions = projection.to;
    this.fingerprint = projectedFingerprint(base.fingerprint, projection.checksum);
    // What is projected is stored without lexical weights.
    this.outputs = new Set([...base.outputs].filter((output) => output !== 'sparse'));
    this.fusionWeight = base.fusionWeight;
    this.#base = base;
    this.#projection = projection;
  }

  async embed(texts: readonly string[], as: EmbedAs, options?: EmbedOptions): Promise<EmbeddedText[]> {
    const embedded = await this.#base.embed(texts, as, options);
    const projected = await this.#projection.apply(embedded.map(({ dense }) => dense));
    return embedded.map((text, index) => ({ ...text, dense: projected[index]! }));
  }

  /** Vectors of the base's space, as they are stored, in this one: without asking the model. */
  project(vectors: readonly Float32Array[]): Promise<Float32Array[]> {
    return this.#projection.apply(vectors);
  }

  similarityOf(cosine: number): number {
    return this.#base.similarityOf(this.#projection.cosineBefore(cosine));
  }

  async stop(): Promise<void> {
    await this.#projection.stop();
    await this.#base.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
