import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { QueryError } from './query-error.js';

/** A server keeps some 50 kB for each, in each connection. */
const MOST_PER_CONNECTION = 100;

/** invalid_sql_statement_name, duplicate_prepared_statement: what a pooler that does not know them makes of them. */
const POOLER_STATES: ReadonlySet<string | undefined> = new Set(['26000', '42P05']);
/** feature_not_supported: "cached plan must not change result type", after a migration by another server. */
const OUTDATED_STATE = '0A000';

/** Servers that share a pooler give a text one name. */
const nameOf = (text: string) =>
  `corollary_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`;

/** Which statements the connections of a pool have prepared, by names that their texts give them. */
export class PreparedStatements {
  readonly #prepared = new WeakMap<object, Set<string>>();
  readonly #names = new LRUCache<string, string>({ max: 1_000 });
  #areUnderstood = true;

  /** Undefined: to be run without a name. */
  nameFor(connection: object, text: string): string | undefined {
    if (!this.#areUnderstood) return undefined;
    const names = this.#prepared.get(connection) ?? new Set();
    this.#prepared.set(connection, names);
    const name = this.#names.get(text) ?? nameOf(text);
    this.#names.set(text, name);
    names.add(name);
    return name;
  }

  /** Whether the statement failed for having been prepared: then nothing has happened, and it may be run without a name. */
  isToBlame(error: unknown): boolean {
    if (!(error instanceof QueryError)) return false;
    if (POOLER_STATES.has(error.sqlState)) this.#areUnderstood = false;
    return POOLER_STATES.has(error.sqlState) || error.sqlState === OUTDATED_STATE;
  }

  /** Whether the connection holds so many that a new one should take its place. */
  isFull(connection: object): boolean {
    return (this.#prepared.get(connection)?.size ?? 0) >= MOST_PER_CONNECTION;
  }
}
