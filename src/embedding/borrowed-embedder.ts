import type { EmbedAs, EmbeddedText, Embedder, EmbeddingOutput, EmbedOptions } from './embedder.js';

/** Another's embedder, which whoever borrows it cannot stop. */
export class BorrowedEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly fusionWeight: number;
  readonly #lender: Embedder;

  constructor(lender: Embedder) {
    this.#lender = lender;
    this.model = lender.model;
    this.dimensions = lender.dimensions;
    this.fingerprint = lender.fingerprint;
    this.outputs = lender.outputs;
    this.fusionWeight = lender.fusionWeight;
  }

  embed(texts: readonly string[], as: EmbedAs, options?: EmbedOptions): Promise<EmbeddedText[]> {
    return this.#lender.embed(texts, as, options);
  }

  similarityOf(cosine: number): number {
    return this.#lender.similarityOf(cosine);
  }

  async stop(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}
