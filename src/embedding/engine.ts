import type { EmbedAs, EmbeddedText, EmbeddingOutput, LongTexts } from './embedder.js';

/** What a text is embedded as: two texts of one form can share a message, and a text has one result for each form. */
export interface TextForm {
  readonly as: EmbedAs;
  readonly also: readonly Exclude<EmbeddingOutput, 'dense'>[];
  readonly long: LongTexts;
}

/** What computes: a thread with a model (`onnx-thread.ts`), or an endpoint (`remote/`). A QueuedEmbedder stands before it. */
export interface EmbeddingEngine {
  /**
   * One result a text, in their order.
   * @param urgent goes before everything that is not
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when it cannot be had, or is no vector of the model's
   */
  embed(texts: readonly string[], form: TextForm, urgent: boolean): Promise<EmbeddedText[]>;
  stop(): Promise<void>;
}
