import type { EmbedAs } from './embedder.js';
import type { Pooling } from './pooling.js';

/** Everything that a worker needs to know to run one model. */
export interface ModelSettings {
  readonly modelPath: string;
  readonly tokenizerPath: string;
  readonly inputs: { readonly ids: string; readonly mask: string; readonly tokenTypes?: string | undefined };
  readonly output: string;
  readonly outputKind: 'tokens' | 'pooled';
  readonly pooling: Pooling;
  readonly layerNorm: boolean;
  readonly normalise: boolean;
  readonly prefixes: { readonly query: string; readonly passage: string };
  /** Of the graph's output. */
  readonly modelDimensions: number;
  /** Of the vectors that are returned; at most `modelDimensions`. */
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly paddingSide: 'left' | 'right';
  /** Intra-op threads. */
  readonly threads: number;
  /** Padded tokens of one run of the model. */
  readonly tokenBudget: number;
}

export type ToWorker =
  | {
      readonly kind: 'embed';
      readonly id: number;
      /** Goes before every job that is not urgent, at the next batch. */
      readonly urgent: boolean;
      readonly as: EmbedAs;
      readonly texts: readonly string[];
    }
  | { readonly kind: 'stop' };

export interface Embedded {
  /** [texts, dimensions] float32, row-major. */
  readonly vectors: Float32Array;
  /** [texts]: tokens that the model read. */
  readonly tokens: Uint32Array;
  /** [texts]: 1 where a text was longer than the model reads. */
  readonly truncated: Uint8Array;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  /** The model could not be loaded; the worker ends. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | ({ readonly kind: 'done'; readonly id: number } & Embedded)
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
