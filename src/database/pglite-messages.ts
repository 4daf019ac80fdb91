import type { ErrorReport } from './query-error.js';
import type { Answer, Parameter } from './values.js';

/** How the worker opens its database: a directory, or memory, which may start from a `dumpDataDir` tar file. */
export interface PgliteSource {
  readonly directory?: string;
  readonly dump?: string;
}

/** The main thread asks one thing at a time and waits for its reply. */
export type PgliteRequest =
  | { readonly kind: 'execute'; readonly statement: string; readonly parameters: readonly Parameter[] }
  /** The data directory as a tar file, for tests. */
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' };

export type PgliteReply =
  /** The first message, unasked. */
  | { readonly kind: 'open' }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly report: ErrorReport }
  | { readonly kind: 'dump'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'closed' }
  /** Something other than a statement's error: the worker ends. `log` is PostgreSQL's own last words. */
  | { readonly kind: 'failed'; readonly message: string; readonly log: string };
