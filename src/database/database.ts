import type { SQL } from 'drizzle-orm';
import type { Orm } from './orm.js';

/**
 * What the rest of Corollary sees of PostgreSQL, be it a server or PGlite in a worker thread.
 *
 * Values come back alike from both: int8 as number, timestamptz as Date, json parsed, bytea as Uint8Array,
 * arrays as arrays; numeric (which a sum of int8 is) stays text. Vectors and bytes go in as Uint8Array parameters
 * (vectors in pgvector's binary layout, see `vector-bytes.ts`) with a cast to their type; drizzle's `sql` tag spreads
 * a bare array into a list, so an array goes in as `sql.param([...])`.
 *
 * A statement that PostgreSQL refuses throws QueryError with its SQLSTATE.
 */
export interface Connection {
  readonly capabilities: Capabilities;
  /**
   * Runs one statement made with drizzle's `sql` tag; values are always parameters.
   * @throws CorollaryError CANCELLED when `options.signal` aborts
   */
  rows<Row extends object>(query: SQL, options?: StatementOptions): Promise<Row[]>;
  /** Runs one statement and says how many rows it touched. */
  run(query: SQL): Promise<number>;
  /** drizzle over this connection, for queries that read better built than written. */
  readonly orm: Orm;
}

export interface Database extends Connection {
  /**
   * Runs `work` in one transaction (read committed unless told otherwise) on a connection of its own;
   * commits when it resolves, rolls back when it throws or `signal` aborts. An abort rejects at once, cancels the
   * statement that is running where the backend can do that, and makes every later statement of `work` fail.
   *
   * Inside `work` use its connection: a statement on the database itself would wait for this transaction, and so
   * throws.
   * @throws CorollaryError CANCELLED when `signal` aborts; OVERLOADED when no connection comes free in time
   */
  transaction<T>(work: (transaction: Connection) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs `work` on a connection of its own, outside a transaction, with these settings: for what takes minutes and may not
   * stand in a transaction. An abort cancels the statement that is running.
   * @throws CorollaryError CANCELLED when `signal` aborts; Error where the backend has no second connection
   */
  apart<T>(work: (connection: Connection) => Promise<T>, options: ApartOptions): Promise<T>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StatementOptions {
  /**
   * The server keeps the statement's plan for its next run, where it can: for texts of which there are few. Default no.
   * Hazard: a plan that has been kept fits any values, so it may be a bad one where another value wants another plan.
   */
  readonly prepared?: boolean;
  /** Inside a transaction that of the transaction counts. */
  readonly signal?: AbortSignal;
}

export interface ApartOptions {
  /** PostgreSQL's settings, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface TransactionOptions {
  /** One snapshot for every statement, and no writes: for reads that must agree with each other. */
  readonly snapshot?: boolean;
  readonly signal?: AbortSignal;
}

/** What a backend can do. Code asks this table, never which backend it has. */
export interface Capabilities {
  /** For `status` and logs: "PostgreSQL 15.18, pgvector 0.8.0" or "PGlite (PostgreSQL 18.0), pgvector 0.8.7". */
  readonly description: string;
  /** Runs inside this process, over DATA_DIR. */
  readonly embedded: boolean;
  /** The column type that vectors are stored in: half floats are slow in WebAssembly. */
  readonly vectorType: 'halfvec' | 'vector';
  /** Nearest neighbours come from a side table of bits, reranked exactly (see facts on PGlite). */
  readonly bitSideTable: boolean;
  /**
   * An approximate index over vectors is worth having, and can be built while others write: how. Undefined on a backend
   * without one.
   */
  readonly vectorIndex:
    | {
        readonly method: 'hnsw';
        readonly buildsInParallel: boolean;
        /** Gives more vectors than it searches for at once (pgvector's iterative scans). */
        readonly scansAgain: boolean;
      }
    | undefined;
  /** Several statements can run at the same time. */
  readonly concurrent: boolean;
}
