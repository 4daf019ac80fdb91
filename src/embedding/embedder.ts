/** A model that is ready to turn texts into vectors; its work runs outside the caller's thread. */
export interface Embedder {
  readonly model: string;
  readonly dimensions: number;
  /** Two embedders with the same fingerprint give vectors of the same space; others' are never compared. */
  readonly fingerprint: string;
  /** What it can give. Every model gives dense vectors. */
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  /** How much the dense channel weighs against the lexical one in fusion, in [0, 1]; it belongs to the model. */
  readonly fusionWeight: number;
  /** How much the sparse channel weighs in it, where the model gives lexical weights; default half of `fusionWeight`. */
  readonly sparseFusionWeight?: number | undefined;
  /**
   * What is known of the texts, in their order. Identical texts are computed once.
   * @throws CorollaryError BAD_INPUT when asked for an output that the model does not give
   */
  embed(texts: readonly string[], as: EmbedAs, options?: EmbedOptions): Promise<EmbeddedText[]>;
  /** The model's calibration: a cosine to a similarity in (0, 1], rising with it. */
  similarityOf(cosine: number): number;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** dense: one vector a text; sparse: a weight for each of its token ids; tokens: one vector a token, for late interaction (ColBERT). */
export type EmbeddingOutput = 'dense' | 'sparse' | 'tokens';

export type EmbedAs = 'query' | 'passage';

export interface EmbedOptions {
  /** Queries overtake bulk work. */
  readonly bulk?: boolean;
  readonly signal?: AbortSignal;
  /** What is wanted beside dense vectors; default nothing. */
  readonly also?: readonly Exclude<EmbeddingOutput, 'dense'>[];
  /**
   * What becomes of a text that is longer than the model reads. Default `truncate`: its beginning counts. `windows`: it is
   * read in windows of the model's length that overlap by an eighth; the vector is their mean, made unit length again, a
   * token's sparse weight its greatest, and token vectors follow each other.
   */
  readonly long?: LongTexts;
}

export type LongTexts = 'truncate' | 'windows';

export interface EmbeddedText {
  /** [dimensions] float32, unit length (all zero for a text without any known token). */
  readonly dense: Float32Array;
  /** When asked for. */
  readonly sparse?: SparseVector;
  /** When asked for: [tokens, width] float32, row-major, each row of unit length; special tokens at the beginning left out. */
  readonly tokenVectors?: TokenVectors;
  /** Tokens that were read, special ones included. */
  readonly tokens: number;
  /** The text was longer than the model reads; the vector is of its beginning. */
  readonly truncated: boolean;
}

/** Lexical weights: score of two texts = sum of the products over the ids that both have. */
export interface SparseVector {
  /** Token ids, rising; special tokens never occur. */
  readonly ids: Uint32Array;
  /** Above 0. */
  readonly weights: Float32Array;
  /** The ids' pieces as the vocabulary has them, such as `▁payment`. */
  readonly pieces: readonly string[];
}

export interface TokenVectors {
  readonly width: number;
  readonly data: Float32Array;
}
