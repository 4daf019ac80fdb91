/** One fact as `assertFacts` takes it. */
export interface FactToImport {
  prolog?: string;
  predicate?: string;
  arguments?: readonly unknown[];
  text?: string;
  confidence?: number;
  source?: string;
  metadata?: unknown;
}

/** What a file holds, piece by piece, in its order. Lines count from 1. */
export type Piece =
  | { readonly kind: 'fact'; readonly line: number; readonly fact: FactToImport }
  /** A rule or directive as it is written, with its comment: for a rule module. */
  | { readonly kind: 'rule'; readonly line: number; readonly text: string }
  /** A line that cannot be read: it is reported, and reading goes on. */
  | { readonly kind: 'bad'; readonly line: number; readonly reason: string };

/** A file being read. */
export interface Source extends AsyncIterable<Piece> {
  /** Bytes read so far, for progress. */
  readonly bytesRead: number;
}
