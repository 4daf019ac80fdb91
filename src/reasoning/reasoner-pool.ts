import { CorollaryError } from '../errors.js';
import type { EngineQuestion } from './engine.js';
import type { FactFeed } from './fact-feed.js';
import { factsPrefix, type Program } from './program.js';
import { ReasonerWorker, type SemanticAnswerer } from './reasoner-worker.js';
import type { Solved } from './thread-messages.js';

export interface PoolOptions {
  readonly reasoner: 'swi' | 'tau';
  /** Threads at most; they are started when they are wanted. */
  readonly workers: number;
}

export interface PoolQuestion {
  readonly knowledgeBase: number;
  /** The facts must be known up to here, and may be known further. */
  readonly revision: number;
  /** Which versions of rule modules made the sentences: another one may have given sentences to other facts. */
  readonly sentences: string;
  readonly program: Program;
  readonly question: EngineQuestion;
  readonly timeMs: number;
  readonly skip: number;
  readonly first: number;
  readonly proofs: boolean;
  /** Where a thread gets the facts that it does not hold yet. */
  readonly feed: FactFeed;
  readonly answerer: SemanticAnswerer;
  readonly signal?: AbortSignal;
}

/** Goals that may wait for a thread before more are refused. */
const MOST_WAITING = 1_000;
/** Programs and knowledge bases that one thread keeps. */
const MOST_PROGRAMS = 8;
const MOST_KNOWLEDGE_BASES = 4;
/** A thread that holds more than this after a goal is replaced: WebAssembly memory never shrinks. */
const MOST_BYTES = 1_000_000_000;

/** A goal in the queue; `take` gets undefined when no thread will come any more. */
interface Waiting {
  readonly knowledgeBase: number;
  readonly take: (worker: ReasonerWorker | undefined) => void;
}

/** Threads that evaluate goals, one each at a time, first come first served. */
export class ReasonerPool {
  readonly #workers = new Set<ReasonerWorker>();
  readonly #idle = new Set<ReasonerWorker>();
  readonly #waiting: Waiting[] = [];
  #stopped = false;
  #warm: Promise<void> | undefined;

  constructor(readonly options: PoolOptions) {}

  /** Waits for the first thread, starting it when there is none, so that the first goal need not. */
  warmUp(): Promise<void> {
    this.#warm ??= this.#warmUp();
    return this.#warm;
  }

  async #warmUp(): Promise<void> {
    const worker = await this.#acquire(-1);
    try {
      await worker.run({ kind: 'load', goals: 'true.\n' });
    } finally {
      this.#release(worker);
    }
  }

  /**
   * @throws CorollaryError OVERLOADED, CANCELLED
   * @throws WorkerEnded when the goal took its thread with it
   */
  async solve(asked: PoolQuestion): Promise<Solved> {
    const worker = await this.#acquire(asked.knowledgeBase, asked.signal);
    try {
      await this.#bringUpToDate(worker, asked);
      const { question, timeMs, skip, first, proofs, answerer, signal } = asked;
      const command = { kind: 'solve', question, timeMs, skip, first, proofs } as const;
      const solved = await worker.solve(command, answerer, signal);
      if (solved.memory > MOST_BYTES) await worker.stop();
      return solved;
    } finally {
      this.#release(worker);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const waiting of this.#waiting.splice(0)) waiting.take(undefined);
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
  }

  async #bringUpToDate(worker: ReasonerWorker, asked: PoolQuestion): Promise<void> {
    const { knowledgeBase, revision, sentences, program, question } = asked;
    const prefix = factsPrefix(knowledgeBase);
    const forget = async (oldest: string) => {
      worker.held.delete(oldest);
      await worker.run({ kind: 'forget', prefix: oldest });
    };
    const before = worker.held.get(prefix);
    // A template makes sentences for facts that did not change themselves; only this scope asks who has one.
    const isStale = before !== undefined && question.mode === 'all' && before.sentences !== sentences;
    if (isStale) await forget(prefix);
    else if (before === undefined && worker.held.size >= MOST_KNOWLEDGE_BASES) {
      await forget(worker.held.keys().next().value!);
    }
    const held = isStale ? 0 : (before?.revision ?? 0);
    if (held < revision) {
      // Until all batches are in, the worker does not count as holding any of it.
      worker.held.delete(prefix);
      try {
        for await (const changes of asked.feed(knowledgeBase, held, revision)) {
          await worker.run({ kind: 'facts', facts: prefix, changes, held });
        }
      } catch (error) {
        await worker.stop();
        throw error;
      }
    }
    worker.held.delete(prefix);
    worker.held.set(prefix, {
      revision: Math.max(held, revision),
      sentences: held === 0 ? sentences : (before?.sentences ?? sentences),
    });
    if (!worker.programs.has(program.key)) {
      if (worker.programs.size >= MOST_PROGRAMS) {
        const oldest = worker.programs.values().next().value!;
        worker.programs.delete(oldest);
        await worker.run({ kind: 'forget', prefix: oldest });
      }
      await worker.run({ kind: 'load', goals: program.text });
    }
    worker.programs.delete(program.key);
    worker.programs.add(program.key);
  }

  async #acquire(knowledgeBase: number, signal?: AbortSignal): Promise<ReasonerWorker> {
    if (this.#stopped) throw stopping();
    const worker = this.#choose(knowledgeBase);
    if (worker !== undefined) {
      this.#idle.delete(worker);
      return worker;
    }
    if (this.#waiting.length >= MOST_WAITING) {
      throw new CorollaryError('OVERLOADED', `${MOST_WAITING} goals are waiting already; try again later`);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        knowledgeBase,
        take: (taken: ReasonerWorker | undefined) => {
          signal?.removeEventListener('abort', onAbort);
          if (taken === undefined) reject(stopping());
          else resolve(taken);
        },
      };
      const onAbort = () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(new CorollaryError('CANCELLED', 'the request was cancelled'));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      if (signal?.aborted) onAbort();
    });
  }

  /** An idle thread that holds the knowledge base, else a new one, else any idle one. */
  #choose(knowledgeBase: number): ReasonerWorker | undefined {
    const prefix = factsPrefix(knowledgeBase);
    for (const worker of this.#idle) if (worker.held.has(prefix)) return worker;
    const [idle] = this.#idle;
    if (idle !== undefined && (idle.held.size === 0 || this.#workers.size >= this.options.workers))
      return idle;
    if (this.#workers.size < this.options.workers) {
      const worker = new ReasonerWorker(this.options.reasoner);
      this.#workers.add(worker);
      return worker;
    }
    return idle;
  }

  #release(worker: ReasonerWorker): void {
    if (worker.ended) {
      this.#workers.delete(worker);
      const next = this.#stopped ? undefined : this.#waiting.shift();
      if (next !== undefined) next.take(this.#choose(next.knowledgeBase));
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.add(worker);
    else next.take(worker);
  }
}

const stopping = () => new CorollaryError('CANCELLED', 'the server is stopping');
