import type { Device } from './device.js';
import type { SparseVector, TokenVectors } from './embedder.js';
import type { TextForm } from './engine.js';
import type { Pooling } from './pooling.js';

/** Everything that a worker needs to know to run one model. */
export interface ModelSettings {
  readonly modelPath: string;
  readonly tokenizerPath: string;
  readonly inputs: {
    readonly ids: string;
    readonly mask: string;
    readonly tokenTypes?: string | undefined;
    readonly positions?: string | undefined;
    /** The beginning of the names of inputs that get an empty cache of keys and values. */
    readonly emptyCache?: string | undefined;
  };
  readonly output: string;
  readonly outputKind: 'tokens' | 'pooled';
  /** Where sparse weights and token vectors come from; undefined where the model has none. */
  readonly heads: { readonly sparse?: HeadSettings | undefined; readonly tokens?: HeadSettings | undefined };
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
  readonly device: Device;
  /** Where an optimised form of the graph is kept, so that the next start is fast; undefined: nowhere. */
  readonly optimisedPath?: string | undefined;
}

/** An output of the graph, or the file of a linear layer over its token embeddings. */
export type HeadSettings = { readonly output: string } | { readonly weightsPath: string };

export type ToWorker =
  | {
      readonly kind: 'embed';
      readonly id: number;
      /** Goes before every job that is not urgent, at the next batch. */
      readonly urgent: boolean;
      readonly form: TextForm;
      readonly texts: readonly string[];
    }
  | { readonly kind: 'stop' };

export interface Embedded {
  /** [texts, dimensions] float32, row-major. */
  readonly vectors: Float32Array;
  /** [texts]: tokens that the model read. */
  readonly tokens: Uint32Array;
  /** [texts]: 1 where a text was longer than the model reads, and not read in windows. */
  readonly truncated: Uint8Array;
  /** [texts], when asked for. */
  readonly sparse?: readonly SparseVector[];
  /** [texts], when asked for. */
  readonly tokenVectors?: readonly TokenVectors[];
}

export type FromWorker =
  | { readonly kind: 'ready' }
  /** The model could not be loaded; the worker ends. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | ({ readonly kind: 'done'; readonly id: number } & Embedded)
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
