import { AsyncLocalStorage } from 'node:async_hooks';
import { CorollaryError } from '../errors.js';
import type { Capabilities, Connection, TransactionOptions } from './database.js';
import { connectionOver, type Execute } from './orm.js';
import type { Answer, Parameter } from './values.js';

/** A server session that nobody else uses until it is released. */
export interface Session {
  readonly execute: Execute;
  /** Stops the statement that is running, where that is possible; once resolved, it can hit no later statement. */
  cancel(): Promise<void>;
  /** A broken session is thrown away. */
  release(broken: boolean): void;
}

/** The work function runs in here, so that a statement past its connection can be told from any other. */
const current = new AsyncLocalStorage<{ readonly owner: object; open: boolean }>();

/** @throws Error where waiting for `owner`'s session would be waiting for the caller's own transaction */
export function refuseInsideTransaction(owner: object): void {
  const scope = current.getStore();
  if (scope?.open && scope.owner === owner) {
    throw new Error('Inside a transaction, use the connection that it was given, not the database');
  }
}

/** See Database.transaction; `owner` is the database that the session belongs to. */
export async function runTransaction<T>(
  owner: object,
  session: Session,
  capabilities: Capabilities,
  work: (transaction: Connection) => Promise<T>,
  { snapshot = false, signal }: TransactionOptions,
): Promise<T> {
  const statements = new StatementLine(session);
  const scope = { owner, open: true };
  const abortion = new Abortion(signal, (error) => statements.close(error));
  try {
    await statements.execute(snapshot ? 'begin isolation level repeatable read, read only' : 'begin', []);
    const connection = connectionOver(
      (text, parameters) => statements.execute(text, parameters),
      capabilities,
    );
    const result = await abortion.orElse(current.run(scope, () => work(connection)));
    scope.open = false;
    // A statement that `work` sent and did not wait for is part of the transaction all the same.
    const { command } = await statements.execute('commit', []);
    statements.close(new Error('This transaction has been committed'));
    // PostgreSQL answers so, without an error, when a statement failed and the failure was swallowed.
    if (command === 'ROLLBACK') {
      throw new Error(
        'Nothing was committed: a statement of the transaction had failed and its error was caught',
      );
    }
    session.release(false);
    return result;
  } catch (error) {
    scope.open = false;
    statements.close(new Error('This transaction has been rolled back', { cause: error }));
    const undone = rollBack(session, statements, abortion.error !== undefined);
    if (abortion.error) throw abortion.error;
    await undone;
    throw error;
  } finally {
    abortion[Symbol.dispose]();
  }
}

/** Never throws: a session that can't be rolled back is thrown away, and the server rolls back for it. */
async function rollBack(session: Session, statements: StatementLine, cancel: boolean): Promise<void> {
  try {
    if (cancel) await session.cancel();
    await statements.idle();
    await session.execute('rollback', []);
    session.release(false);
  } catch {
    session.release(true);
  }
}

/** One statement at a time, in the order in which they were asked for, until it is closed. */
class StatementLine {
  readonly #session: Session;
  #last: Promise<unknown> = Promise.resolve();
  #closed: Error | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  execute(text: string, parameters: Parameter[]): Promise<Answer> {
    const answer = this.#last.then(() => {
      if (this.#closed) throw this.#closed;
      return this.#session.execute(text, parameters);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  close(reason: Error): void {
    this.#closed ??= reason;
  }

  async idle(): Promise<void> {
    await this.#last;
  }
}

export function cancelled(signal: AbortSignal): CorollaryError {
  return new CorollaryError('CANCELLED', 'The request was cancelled', {}, { cause: signal.reason });
}

/** Turns a signal into a rejection, and lets go of the signal in the end. */
class Abortion {
  /** Set when the signal has aborted. */
  error: CorollaryError | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #promise: Promise<never>;
  #reject: (error: CorollaryError) => void = () => undefined;

  readonly #onAbort: (error: CorollaryError) => void;

  constructor(signal: AbortSignal | undefined, onAbort: (error: CorollaryError) => void) {
    this.#signal = signal;
    this.#onAbort = onAbort;
    this.#promise = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#promise.catch(() => undefined);
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  readonly #abort = () => {
    this.error = cancelled(this.#signal!);
    this.#onAbort(this.error);
    this.#reject(this.error);
  };

  /** `work`'s outcome, or the abort, whichever is first; what comes later is nobody's. */
  async orElse<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return await Promise.race([this.#promise, work]);
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}
