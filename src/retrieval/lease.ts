import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';

export const DEFAULT_LEASE_MS = 10_000;

/**
 * Keeps the locks of a transaction for as long as its server lives: it says so to PostgreSQL, which ends the transaction
 * when it has heard nothing for the length of the lease.
 */
export class Lease {
  readonly #transaction: Connection;
  readonly #ms: number;
  #heartbeat: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(transaction: Connection, ms = DEFAULT_LEASE_MS) {
    this.#transaction = transaction;
    this.#ms = ms;
  }

  async begin(): Promise<void> {
    await this.#transaction.rows(
      sql`select set_config('idle_in_transaction_session_timeout', ${String(this.#ms)}, true)`,
    );
    this.#heartbeat = setInterval(() => {
      // A transaction that is over shows at its next statement.
      this.#last = this.#transaction.rows(sql`select 1`).catch(() => undefined);
    }, this.#ms / 3);
  }

  async end(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#last;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }
}
