import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SQL } from 'drizzle-orm';
import { CorollaryError } from '../errors.js';
import type { Capabilities, Connection, Database, StatementOptions, TransactionOptions } from './database.js';
import { connectionOver, type Execute, type Orm } from './orm.js';
import type { PgliteReply, PgliteRequest, PgliteSource } from './pglite-messages.js';
import { vacuumRegularly } from './pglite-vacuum.js';
import { QueryError } from './query-error.js';
import { SessionQueue } from './session-queue.js';
import { refuseInsideTransaction, runTransaction } from './transaction.js';

/**
 * PostgreSQL in a worker thread of this process. One session: a transaction has it alone, statements wait their turn.
 * A directory must be locked by the caller: two processes on one lose each other's writes without a word.
 * @param onStop called when the database has been closed
 * @throws CorollaryError START_FAILED
 */
export async function openPglite(
  source: PgliteSource,
  onStop?: () => Promise<void> | undefined,
): Promise<PgliteDatabase> {
  const { directory } = source;
  const finish = directory === undefined ? () => undefined : await prepareDirectory(directory);
  const worker = await PgliteThread.start(source);
  await finish();
  const [versions] = await versionsOf(worker);
  const capabilities: Capabilities = {
    description: `PGlite (PostgreSQL ${versions!.server}), pgvector ${versions!.vector}`,
    embedded: true,
    vectorType: 'vector',
    bitSideTable: true,
    vectorIndex: undefined,
    concurrent: false,
  };
  return new PgliteDatabase(worker, capabilities, onStop);
}

/**
 * PGlite copies a new cluster into the directory file by file: a process that is killed in between leaves one that
 * never opens again. A note beside it says so to the next start; nothing has been written to such a cluster.
 * @returns what to call when the database is open
 */
async function prepareDirectory(directory: string): Promise<() => Promise<void>> {
  const note = `${directory}.unfinished`;
  try {
    if (existsSync(note)) await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    const isNew = (await readdir(directory)).length === 0;
    if (isNew)
      await writeFile(note, 'The database beside this file is being made, or was when the process ended.\n');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CorollaryError(
      'START_FAILED',
      `Can't write to ${directory} (${code}): make it writable for this user, or set DATA_DIR to a directory that is.`,
      { directory },
      { cause: error },
    );
  }
  return () => rm(note, { force: true });
}

async function versionsOf(worker: PgliteThread): Promise<{ server: string; vector: string }[]> {
  const { rows } = await worker.execute(
    `select current_setting('server_version'), default_version from pg_available_extensions where name = 'vector'`,
    [],
  );
  return rows.map(([server, vector]) => ({ server: server!, vector: vector! }));
}

export class PgliteDatabase implements Database {
  readonly capabilities: Capabilities;
  readonly #thread: PgliteThread;
  readonly #queue = new SessionQueue();
  readonly #connection: Connection;
  readonly #onStop: (() => Promise<void> | undefined) | undefined;
  readonly #endVacuuming: () => void;
  #stopped: Promise<void> | undefined;

  constructor(thread: PgliteThread, capabilities: Capabilities, onStop?: () => Promise<void> | undefined) {
    this.#thread = thread;
    this.#onStop = onStop;
    this.capabilities = capabilities;
    const inTurn: Execute = async (statement, parameters, options) => {
      refuseInsideTransaction(this);
      this.#refuseAfterStop();
      const release = await this.#queue.take(options?.signal);
      try {
        return await thread.execute(statement, parameters);
      } finally {
        release();
      }
    };
    this.#connection = connectionOver(inTurn, capabilities);
    this.#endVacuuming = vacuumRegularly(this.#connection);
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

  async apart(): Promise<never> {
    throw new Error('PGlite has one connection');
  }

  async transaction<T>(
    work: (transaction: Connection) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    refuseInsideTransaction(this);
    this.#refuseAfterStop();
    const release = await this.#queue.take(options.signal);
    const session = {
      execute: this.#thread.execute,
      // WebAssembly can't be interrupted: the statement runs to its end, then the transaction is rolled back.
      cancel: () => Promise.resolve(),
      release,
    };
    return runTransaction(this, session, this.capabilities, work, options);
  }

  /** The data directory as a tar file that `openPglite({ dump })` starts from. */
  async dump(): Promise<Uint8Array> {
    const release = await this.#queue.take();
    try {
      return await this.#thread.dump();
    } finally {
      release();
    }
  }

  /** Lets those who wait have their turn, then closes. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#endVacuuming();
    await this.#queue.take();
    await this.#thread.close();
    await this.#onStop?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #refuseAfterStop(): void {
    if (this.#stopped) throw new CorollaryError('CANCELLED', 'The database has been stopped');
  }
}

/** The worker, seen from outside: one request at a time. */
class PgliteThread {
  readonly #worker: Worker;
  #waiting: { resolve(reply: PgliteReply): void; reject(error: Error): void } | undefined;
  #end: Error | undefined;

  private constructor(source: PgliteSource) {
    this.#worker = new Worker(new URL('./pglite-worker.js', import.meta.url), { workerData: source });
    this.#worker.on('message', (reply: PgliteReply) => {
      if (reply.kind === 'failed')
        this.#fail(new Error([reply.message, reply.log].filter(Boolean).join('\n')));
      else this.#take()?.resolve(reply);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The thread of the embedded database has ended')));
  }

  /** @throws CorollaryError START_FAILED */
  static async start(source: PgliteSource): Promise<PgliteThread> {
    const thread = new PgliteThread(source);
    try {
      await thread.#reply();
      return thread;
    } catch (error) {
      await thread.#worker.terminate();
      const reason = (error as Error).message.split('\n').join(' | ');
      throw new CorollaryError(
        'START_FAILED',
        `The embedded database in ${source.directory ?? 'memory'} does not open: ${reason}`,
        { directory: source.directory },
        { cause: error },
      );
    }
  }

  readonly execute: Execute = async (statement, parameters) => {
    const reply = await this.#ask({ kind: 'execute', statement, parameters: parameters.map(ownBytes) });
    if (reply.kind === 'refused') throw new QueryError(reply.report, statement);
    if (reply.kind !== 'answer') throw new Error(`Unexpected reply: ${reply.kind}`);
    return reply.answer;
  };

  async dump(): Promise<Uint8Array> {
    const reply = await this.#ask({ kind: 'dump' });
    if (reply.kind !== 'dump') throw new Error(`Unexpected reply: ${reply.kind}`);
    return reply.bytes;
  }

  async close(): Promise<void> {
    if (this.#end) return;
    try {
      await this.#ask({ kind: 'close' });
    } finally {
      await this.#worker.terminate();
    }
  }

  #ask(request: PgliteRequest): Promise<PgliteReply> {
    if (this.#end) return Promise.reject(this.#end);
    this.#worker.postMessage(request);
    return this.#reply();
  }

  #reply(): Promise<PgliteReply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #take() {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #fail(error: Error): void {
    this.#end ??= error;
    this.#take()?.reject(error);
    void this.#worker.terminate();
  }
}

/** Cloning a view copies all of the buffer behind it, and small Buffers are views of one pool. */
function ownBytes<T>(parameter: T): T | Uint8Array {
  const isView = parameter instanceof Uint8Array && parameter.byteLength < parameter.buffer.byteLength;
  return isView ? Uint8Array.from(parameter) : parameter;
}
