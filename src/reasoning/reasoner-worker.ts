import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { CorollaryError } from '../errors.js';
import { ANSWERED, CANCELLED, type Command, type Reply, type Solved } from './thread-messages.js';

/** How long past its time limit a goal may run before its thread is ended: a single built-in can't be interrupted. */
const GRACE_MS = 1_000;

interface Waiting {
  readonly resolve: (solved: Solved | null) => void;
  readonly reject: (error: Error) => void;
}

export type SemanticAnswerer = (call: string) => Promise<string>;

/** Why a thread came to its end; the pool replaces it. */
export class WorkerEnded extends Error {
  constructor(
    readonly reason: 'time' | 'crashed' | 'memory',
    message: string,
  ) {
    super(message);
  }
}

/** The main thread's side of one reasoner thread: commands one at a time, semantic calls answered meanwhile. */
export class ReasonerWorker {
  /** Knowledge bases that it holds, by facts prefix: up to which revision, and by which modules' sentences. */
  readonly held = new Map<string, { readonly revision: number; readonly sentences: string }>();
  /** Programs that it holds, in order of use. */
  readonly programs = new Set<string>();
  /** Whether it has ended. */
  ended = false;

  readonly #thread: Worker;
  readonly #cells = new Int32Array(new SharedArrayBuffer(8));
  readonly #answers: MessagePort;
  readonly #ready: Promise<void>;
  #number = 0;
  #waiting: Waiting | undefined;
  #answerer: SemanticAnswerer | undefined;

  constructor(reasoner: 'swi' | 'tau') {
    const { port1, port2 } = new MessageChannel();
    this.#answers = port1;
    this.#thread = new Worker(new URL('./reasoner-thread.js', import.meta.url), {
      workerData: { reasoner, signals: this.#cells.buffer, answers: port2 },
      transferList: [port2],
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#thread.on('message', (reply: Reply) => {
        if (reply.kind === 'ready') resolve();
        else if (reply.kind === 'semantic') void this.#answerSemantic(reply.call);
        else if (reply.kind === 'done') this.#settle((waiting) => waiting.resolve(reply.solved));
        else void this.#end(new WorkerEnded('crashed', reply.message));
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

  /** Runs one command that is not `solve`. */
  async run(command: Exclude<Command, { kind: 'solve' }>): Promise<void> {
    await this.#send(command);
  }

  /**
   * @throws WorkerEnded when the thread had to be ended, which loses what it had found
   * @throws CorollaryError CANCELLED
   */
  async solve(
    command: Command & { kind: 'solve' },
    answerer: SemanticAnswerer,
    signal?: AbortSignal,
  ): Promise<Solved> {
    Atomics.store(this.#cells, CANCELLED, 0);
    this.#answerer = answerer;
    const cancel = () => Atomics.store(this.#cells, CANCELLED, 1);
    const kill = setTimeout(
      () => void this.#end(new WorkerEnded('time', 'the goal did not stop at its time limit')),
      command.timeMs + GRACE_MS,
    );
    // Once cancelled nobody waits for the answer: the thread gets a short time to stop by itself.
    let killCancelled: NodeJS.Timeout | undefined;
    const onAbort = () => {
      cancel();
      killCancelled = setTimeout(() => void this.#end(new WorkerEnded('time', 'cancelled')), GRACE_MS);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal?.aborted) throw new CorollaryError('CANCELLED', 'the request was cancelled');
      const solved = (await this.#send(command))!;
      if (solved.outcome.limit === 'CANCELLED')
        throw new CorollaryError('CANCELLED', 'the request was cancelled');
      return solved;
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

  async stop(): Promise<void> {
    await this.#end(new WorkerEnded('crashed', 'the reasoner stopped'));
  }

  async #send(command: Command): Promise<Solved | null> {
    await this.#ready;
    if (this.ended) throw new WorkerEnded('crashed', 'the thread has ended');
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#thread.postMessage({ number, command });
    });
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) how(waiting);
  }

  async #answerSemantic(call: string): Promise<void> {
    const answer = (await this.#answerer?.(call)) ?? "failed('CANCELLED','the question has ended')";
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

const isOutOfMemory = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
