import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { CorollaryError } from '../errors.js';
import { type FlatMessage, postAnyDepth, receivedMessage } from './flat-message.js';
import type { HeldFacts } from './held-facts.js';
import {
  ANSWERED,
  type AnyCommand,
  CANCELLED,
  CELLS,
  type CommandKind,
  type CommandOf,
  type HostAnswer,
  type HostAnswerOf,
  type HostRequest,
  type HostRequestKind,
  MAKES_WAY,
  type Reply,
  type ResultOf,
} from './thread-messages.js';

/** How long past its time limit a goal may run before its thread is ended: a single built-in can't be interrupted. */
const GRACE_MS = 1_000;
/** How long it may run on when nobody waits for its answer any more. */
const CANCEL_GRACE_MS = 200;
/** What is no goal, such as loading a program, is given up after this. */
const LONGEST_COMMAND_MS = 60_000;

interface Waiting {
  readonly resolve: (result: ResultOf<CommandKind>) => void;
  readonly reject: (error: Error) => void;
}

/** Answers what a goal needs of the main thread. @throws CorollaryError that the goal's caller is to see */
export type HostAnswerer = (request: HostRequest) => Promise<HostAnswerOf<HostRequestKind>>;

/** Why a thread came to its end; the pool replaces it. */
export class WorkerEnded extends Error {
  constructor(
    readonly reason: 'time' | 'crashed' | 'memory',
    message: string,
  ) {
    super(message);
  }
}

/** The main thread's side of one reasoner thread: commands one at a time, what a goal asks for answered meanwhile. */
export class ReasonerWorker {
  /** By facts prefix, in order of use. */
  readonly held = new Map<string, HeldFacts>();
  /** Programs that it holds, in order of use: for Prolog, and for deduction. */
  readonly programs = new Set<string>();
  readonly deductions = new Set<string>();
  /** Whether it has ended. */
  ended = false;

  readonly #thread: Worker;
  readonly #cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  readonly #answers: MessagePort;
  readonly #ready: Promise<void>;
  #number = 0;
  #waiting: Waiting | undefined;
  #answerer: HostAnswerer | undefined;

  constructor(reasoner: 'swi' | 'tau') {
    const { port1, port2 } = new MessageChannel();
    this.#answers = port1;
    this.#thread = new Worker(new URL('./reasoner-thread.js', import.meta.url), {
      workerData: { reasoner, signals: this.#cells.buffer, answers: port2 },
      transferList: [port2],
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#thread.on('message', (message: Reply | FlatMessage) => {
        const reply = receivedMessage(message);
        if (reply.kind === 'ready') resolve();
        else if (reply.kind === 'ask') void this.#answer(reply.request);
        else if (reply.kind === 'done') this.#settle((waiting) => waiting.resolve(reply.result));
        else void this.#end(new WorkerEnded(reply.reason, reply.message));
      });
      this.#thread.on('error', (error) => {
        reject(error);
        void this.#end(new WorkerEnded(isOutOfMemory(error) ? 'memory' : 'crashed', String(error)));
      });
      this.#thread.on('exit', () => {
        reject(new WorkerEnded('crashed', 'the thread exited before it was ready'));
        void this.#end(new WorkerEnded('crashed', 'the thread exited'));
      });
    });
    this.#ready.catch(() => undefined);
  }

  /** Waits until the thread has started. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Runs one command that is no goal. @throws WorkerEnded */
  async run<Kind extends Exclude<CommandKind, 'solve' | 'deduce'>>(
    command: CommandOf<Kind>,
  ): Promise<ResultOf<Kind>> {
    const kill = setTimeout(
      () =>
        void this.#end(
          new WorkerEnded('crashed', `${command.kind} took longer than ${LONGEST_COMMAND_MS} ms`),
        ),
      LONGEST_COMMAND_MS,
    );
    try {
      return (await this.#send(command as AnyCommand)) as ResultOf<Kind>;
    } finally {
      clearTimeout(kill);
    }
  }

  /**
   * @throws WorkerEnded when the thread had to be ended, which loses what it had found
   * @throws CorollaryError CANCELLED
   */
  async evaluate<Kind extends 'solve' | 'deduce'>(
    command: CommandOf<Kind>,
    answerer: HostAnswerer,
    signal?: AbortSignal,
  ): Promise<ResultOf<Kind>> {
    Atomics.store(this.#cells, CANCELLED, 0);
    this.#answerer = answerer;
    const cancel = () => {
      Atomics.store(this.#cells, CANCELLED, 1);
      this.makeWay(false);
    };
    const kill = setTimeout(
      () => void this.#end(new WorkerEnded('time', 'the goal did not stop at its time limit')),
      command.timeMs + GRACE_MS,
    );
    // Once cancelled nobody waits for the answer: the thread gets a short time to stop by itself.
    let killCancelled: NodeJS.Timeout | undefined;
    const onAbort = () => {
      cancel();
      killCancelled = setTimeout(() => void this.#end(new WorkerEnded('time', 'cancelled')), CANCEL_GRACE_MS);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal?.aborted) throw new CorollaryError('CANCELLED', 'the request was cancelled');
      const result = (await this.#send(command as AnyCommand)) as ResultOf<'solve' | 'deduce'>;
      const limit = 'outcome' in result ? result.outcome.limit : result.limit;
      if (limit === 'CANCELLED') throw new CorollaryError('CANCELLED', 'the request was cancelled');
      return result as ResultOf<Kind>;
    } catch (error) {
      if (signal?.aborted) throw new CorollaryError('CANCELLED', 'the request was cancelled');
      throw error;
    } finally {
      clearTimeout(kill);
      clearTimeout(killCancelled);
      signal?.removeEventListener('abort', onAbort);
      this.#answerer = undefined;
    }
  }

  /** Whether the goal in this thread rests now and then, so that others have the processor. */
  makeWay(isWanted: boolean): void {
    if (Atomics.exchange(this.#cells, MAKES_WAY, isWanted ? 1 : 0) === 1 && !isWanted) {
      Atomics.notify(this.#cells, MAKES_WAY);
    }
  }

  async stop(): Promise<void> {
    await this.#end(new WorkerEnded('crashed', 'the reasoner stopped'));
  }

  async #send(command: AnyCommand): Promise<ResultOf<CommandKind>> {
    await this.#ready;
    if (this.ended) throw new WorkerEnded('crashed', 'the thread has ended');
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      postAnyDepth(this.#thread, { number, command });
    });
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) how(waiting);
  }

  async #answer(request: HostRequest): Promise<void> {
    const answer = await answerTo(request, this.#answerer);
    if (this.ended) return;
    this.#answers.postMessage(answer);
    Atomics.add(this.#cells, ANSWERED, 1);
    Atomics.notify(this.#cells, ANSWERED);
  }

  async #end(error: WorkerEnded): Promise<void> {
    if (!this.ended) {
      this.ended = true;
      this.#settle((waiting) => waiting.reject(error));
      this.#answers.close();
    }
    await this.#thread.terminate();
  }
}

async function answerTo(request: HostRequest, answerer: HostAnswerer | undefined): Promise<HostAnswer> {
  try {
    if (answerer === undefined) throw new CorollaryError('CANCELLED', 'the question has ended');
    return { value: await answerer(request) };
  } catch (error) {
    const isKnown = error instanceof CorollaryError;
    const message = error instanceof Error ? error.message : String(error);
    return {
      failure: {
        code: isKnown ? error.code : 'REASONER_FAILED',
        message,
        details: isKnown ? error.details : {},
      },
    };
  }
}

const isOutOfMemory = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
