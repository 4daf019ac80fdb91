/** A model that is ready to turn texts into vectors; its work runs outside the caller's thread. */
export interface Embedder {
  readonly model: string;
  readonly dimensions: number;
  /** Two embedders with the same fingerprint give vectors of the same space; others' are never compared. */
  readonly fingerprint: string;
  /** How much the dense channel weighs against the lexical one in fusion, in [0, 1]; it belongs to the model. */
  readonly fusionWeight: number;
  /** Vectors in the order of `texts`. Identical texts are computed once. */
  embed(texts: readonly string[], as: EmbedAs, options?: EmbedOptions): Promise<EmbeddedText[]>;
  /** The model's calibration: a cosine to a similarity in (0, 1], rising with it. */
  similarityOf(cosine: number): number;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type EmbedAs = 'query' | 'passage';

export interface EmbedOptions {
  /** Queries overtake bulk work. */
  readonly bulk?: boolean;
  readonly signal?: AbortSignal;
}

export interface EmbeddedText {
  /** [dimensions] float32, unit length (all zero for a text without any known token). */
  readonly dense: Float32Array;
  readonly tokens: number;
  /** The text was longer than the model reads; the vector is of its beginning. */
  readonly truncated: boolean;
}
