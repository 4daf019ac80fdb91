import type { SQL } from 'drizzle-orm';
import pg from 'pg';
import { CorollaryError } from '../errors.js';
import type {
  ApartOptions,
  Capabilities,
  Connection,
  Database,
  StatementOptions,
  TransactionOptions,
} from './database.js';
import { connectionOver, type Orm } from './orm.js';
import { execute, undecoded } from './postgres-statement.js';
import { checkVersions, isAtLeast, versionsOf } from './postgres-versions.js';
import { PreparedStatements } from './prepared-statements.js';
import { QueryError } from './query-error.js';
import { cancelled, refuseInsideTransaction, runTransaction } from './transaction.js';
import { describeUrl, unreachable } from './unreachable-server.js';
import type { Answer, Parameter } from './values.js';

/** Four connections saturate two cores; the rest is for transactions that wait for something else. */
const CONNECTIONS = 10;
/** How long a connection may take to be made, or to come free. */
const CONNECT_MS = 10_000;
const IDLE_MS = 30_000;

/**
 * A pool of connections to a server.
 * @throws CorollaryError START_FAILED with one line that names the server, and says what to do
 */
export async function openPostgres(url: string): Promise<PostgresDatabase> {
  const server = describeUrl(url);
  const settings = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'corollary',
    keepAlive: true,
    types: undecoded,
  } as const;
  const pool = new pg.Pool({ ...settings, max: CONNECTIONS, idleTimeoutMillis: IDLE_MS });
  // A connection that breaks while it is idle is dropped from the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // And so would one that breaks between two statements of a transaction, whose next statement fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    const versions = await versionsOf(pool);
    const vector = checkVersions(versions, server);
    const capabilities: Capabilities = {
      description: `PostgreSQL ${versions.server}, pgvector ${vector}`,
      embedded: false,
      vectorType: 'halfvec',
      bitSideTable: false,
      // Parallel builds could overflow before 0.8.2.
      vectorIndex: {
        method: 'hnsw',
        buildsInParallel: isAtLeast(vector, [0, 8, 2]),
        scansAgain: isAtLeast(vector, [0, 8, 0]),
      },
      concurrent: true,
    };
    const cancellers = new pg.Pool({ ...settings, max: 1, idleTimeoutMillis: IDLE_MS });
    return new PostgresDatabase(pool, cancellers, capabilities, () => new pg.Client(settings));
  } catch (error) {
    await pool.end();
    throw error instanceof CorollaryError ? error : unreachable(error, server);
  }
}

export class PostgresDatabase implements Database {
  readonly capabilities: Capabilities;
  readonly #pool: pg.Pool;
  /** Apart, so that a cancellation never waits for the connections that it is to free. */
  readonly #cancellers: pg.Pool;
  readonly #connection: Connection;
  readonly #newClient: () => pg.Client;
  readonly #statements = new PreparedStatements();
  /** Server processes of connections that have no pooler in between. */
  readonly #processes = new WeakMap<pg.PoolClient, string>();
  readonly #apart = new Set<Promise<unknown>>();
  #stopped: Promise<void> | undefined;

  constructor(
    pool: pg.Pool,
    cancellers: pg.Pool,
    capabilities: Capabilities,
    /** For connections that are not of the pool. */
    newClient: () => pg.Client,
  ) {
    this.#pool = pool;
    this.#newClient = newClient;
    this.#cancellers = cancellers;
    cancellers.on('error', () => undefined);
    this.capabilities = capabilities;
    this.#connection = connectionOver(
      (statement, parameters, options) => this.#single(statement, parameters, options),
      capabilities,
    );
  }

  get orm(): Orm {
    return this.#connection.orm;
  }

  rows<Row extends object>(query: SQL, options?: StatementOptions): Promise<Row[]> {
    return this.#connection.rows<Row>(query, options);
  }

  run(query: SQL): Promise<number> {
    return this.#connection.run(query);
  }

  async transaction<T>(
    work: (transaction: Connection) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    refuseInsideTransaction(this);
    const client = await this.#take(options.signal);
    let process: string | undefined;
    const session = {
      execute: async (statement: string, parameters: Parameter[]) => {
        const answer = await execute(client, statement, parameters);
        // After the first one, which begins it: before, a pooler might give each statement another process.
        if (options.signal) process ??= await this.#processOf(client);
        return answer;
      },
      cancel: async () => {
        if (process !== undefined) await this.#cancel(process);
      },
      release: (broken: boolean) => client.release(broken),
    };
    return runTransaction(this, session, this.capabilities, work, options);
  }

  /** One statement in a transaction of its own. */
  async #single(
    statement: string,
    parameters: Parameter[],
    { prepared = false, signal }: StatementOptions = {},
  ): Promise<Answer> {
    refuseInsideTransaction(this);
    const client = await this.#take(signal);
    if (signal && !this.#processes.has(client)) {
      try {
        await this.#processOf(client);
      } catch (error) {
        client.release(true);
        throw error;
      }
    }
    // Of a connection through a pooler nobody knows which process the statement will run in: it runs to its end.
    const process = this.#processes.get(client);
    const answer = prepared
      ? this.#prepared(client, statement, parameters)
      : execute(client, statement, parameters);
    const release = (error?: unknown) =>
      client.release(
        (error !== undefined && !(error instanceof QueryError)) || this.#statements.isFull(client),
      );
    if (signal === undefined) {
      answer.then(() => release(), release);
      return answer;
    }
    return new Promise((resolve, reject) => {
      let cancelling: Promise<void> | undefined;
      const abort = () => {
        reject(cancelled(signal));
        if (process !== undefined) cancelling = this.#cancel(process).catch(() => undefined);
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      // The next user of the connection must not be hit by a cancellation that comes late.
      const end = async (error?: unknown) => {
        signal.removeEventListener('abort', abort);
        await cancelling;
        release(error);
      };
      answer.then(resolve, reject);
      answer.then(() => end(), end);
    });
  }

  async #prepared(client: pg.PoolClient, statement: string, parameters: Parameter[]): Promise<Answer> {
    try {
      const name = this.#statements.nameFor(client, statement);
      return await execute(client, statement, parameters, name);
    } catch (error) {
      if (!this.#statements.isToBlame(error)) throw error;
      return execute(client, statement, parameters);
    }
  }

  /** The server's process behind a connection. A pooler in between makes up numbers of its own in the protocol. */
  async #processOf(client: pg.PoolClient): Promise<string> {
    const known = this.#processes.get(client);
    if (known !== undefined) return known;
    const { rows } = await execute(client, 'select pg_backend_pid()', []);
    const process = rows[0]![0]!;
    const { processID } = client as pg.PoolClient & { readonly processID: number };
    if (process === String(processID)) this.#processes.set(client, process);
    return process;
  }

  async #cancel(process: string): Promise<void> {
    await execute(this.#cancellers, 'select pg_cancel_backend($1)', [process]);
  }

  apart<T>(work: (connection: Connection) => Promise<T>, { settings, signal }: ApartOptions): Promise<T> {
    const done = this.#runApart(work, settings, signal);
    const settled = done.catch(() => undefined);
    this.#apart.add(settled);
    void settled.then(() => this.#apart.delete(settled));
    return done;
  }

  async #runApart<T>(
    work: (connection: Connection) => Promise<T>,
    settings: ApartOptions['settings'],
    signal: AbortSignal,
  ): Promise<T> {
    if (this.#stopped) throw new CorollaryError('CANCELLED', 'The database has been stopped');
    const client = this.#newClient();
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await execute(client, 'select pg_backend_pid()', []);
      const process = rows[0]![0]!;
      for (const [name, value] of Object.entries(settings)) {
        await execute(client, 'select set_config($1, $2, false)', [name, value]);
      }
      const cancel = () => void this.#cancel(process).catch(() => undefined);
      if (signal.aborted) throw cancelled(signal);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const connection = connectionOver(
          (statement, parameters) => execute(client, statement, parameters),
          this.capabilities,
        );
        return await work(connection);
      } catch (error) {
        throw signal.aborted ? cancelled(signal) : error;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    } finally {
      await client.end();
    }
  }

  /** Lets statements that are running finish. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      await Promise.all(this.#apart);
      await Promise.all([this.#pool.end(), this.#cancellers.end()]);
    })();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #take(signal?: AbortSignal): Promise<pg.PoolClient> {
    if (this.#stopped) throw new CorollaryError('CANCELLED', 'The database has been stopped');
    if (signal?.aborted) throw cancelled(signal);
    const connecting = this.#pool.connect();
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(cancelled(signal!));
      signal?.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([left, connecting]);
    } catch (error) {
      // One that comes when nobody waits for it any more goes back at once.
      connecting.then((client) => client.release()).catch(() => undefined);
      throw isExhausted(error) ? overloaded(error) : error;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }
}

/** pg-pool has no code for it. */
const isExhausted = (error: unknown) =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';

function overloaded(cause: unknown): CorollaryError {
  const message = `No connection to the database came free within ${CONNECT_MS / 1000} seconds`;
  return new CorollaryError('OVERLOADED', message, {}, { cause });
}
