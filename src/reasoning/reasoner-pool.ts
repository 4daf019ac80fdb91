import { CorollaryError } from '../errors.js';
import type { DatalogProgram } from './deduction/datalog.js';
import type { DeductionOutcome, DeductionQuestion } from './deduction/deduction.js';
import type { EngineQuestion } from './engine.js';
import { declaration } from './fact-rows.js';
import { FactLoader, type FactsWanted } from './held-facts.js';
import { factsPrefix, type Program } from './program.js';
import { type HostAnswerer, ReasonerWorker } from './reasoner-worker.js';
import type { Solved } from './thread-messages.js';

export interface PoolOptions {
  readonly reasoner: 'swi' | 'tau';
  /** Threads for goals that have only begun; they are started when they are wanted. */
  readonly workers: number;
  /** A predicate with more facts than this, retracted ones included, is held by no thread but looked up; default 1,000,000. */
  readonly residentFactsMax?: number;
}

/** What every goal needs of the pool. */
export interface GoalSetting {
  readonly facts: FactsWanted;
  readonly timeMs: number;
  readonly answerer: HostAnswerer;
  readonly signal?: AbortSignal;
}

export interface PrologGoal extends GoalSetting {
  readonly program: Program;
  /** Predicates (indicators) that have, or had, facts. */
  readonly factPredicates: Iterable<string>;
  readonly question: EngineQuestion;
  readonly skip: number;
  readonly first: number;
  readonly proofs: boolean;
}

export interface DeductionGoal extends GoalSetting {
  /** The same for the same program. */
  readonly key: string;
  readonly program: DatalogProgram;
  readonly question: Omit<DeductionQuestion, 'external'>;
}

export const RESIDENT_FACTS_MAX = 1_000_000;

/** Goals that may wait for a thread before more are refused. */
const MOST_WAITING = 1_000;
/** Programs of one kind that one thread keeps. */
const MOST_PROGRAMS = 8;
/** A thread whose engine goals have made grow by more than this is replaced: WebAssembly memory never shrinks. */
const MOST_GROWTH = 128 * 1024 * 1024;
/** A goal that has run for this long no longer keeps others from starting. */
const LONG_MS = 100;
/** How long a thread beyond `workers` waits for the next goal. */
const SPARE_MS = 10_000;

/** A goal in the queue; `take` gets undefined when no thread will come any more. */
interface Waiting {
  readonly knowledgeBase: number;
  readonly take: (worker: ReasonerWorker | undefined) => void;
}

/**
 * Threads that evaluate goals, one each at a time, first come first served. Goals that run long do not hold up the
 * others: for each of them another thread may be started, up to as many again (at least two).
 */
export class ReasonerPool {
  readonly #workers = new Set<ReasonerWorker>();
  readonly #idle = new Set<ReasonerWorker>();
  /** Workers whose goal has run for LONG_MS. */
  readonly #long = new Set<ReasonerWorker>();
  readonly #waiting: Waiting[] = [];
  readonly #loader: FactLoader;
  #stopped = false;
  #warm: Promise<void> | undefined;
  #spare: NodeJS.Timeout | undefined;

  constructor(readonly options: PoolOptions) {
    this.#loader = new FactLoader(options.residentFactsMax ?? RESIDENT_FACTS_MAX);
  }

  /** Waits for the first thread, starting it when there is none, so that the first goal need not. */
  warmUp(): Promise<void> {
    this.#warm ??= this.#warmUp();
    return this.#warm;
  }

  async #warmUp(): Promise<void> {
    const worker = await this.#acquire(-1);
    try {
      await worker.ready();
    } catch (error) {
      this.#release(worker);
      throw error;
    }
    // Not all goals need Prolog: nobody waits for it now.
    worker.run<'warm'>({ kind: 'warm' }).then(
      () => this.#release(worker),
      () => this.#release(worker),
    );
  }

  /**
   * @throws CorollaryError OVERLOADED, CANCELLED
   * @throws WorkerEnded when the goal took its thread with it
   */
  solve(goal: PrologGoal): Promise<Solved> {
    return this.#run(goal, async (worker, external) => {
      const { program, factPredicates, question, timeMs, skip, first, proofs, answerer, signal } = goal;
      await keep(worker.programs, program.key, {
        add: () => worker.run<'load'>({ kind: 'load', goals: loadable(program, factPredicates) }),
        remove: (oldest) => worker.run<'unload'>({ kind: 'unload', program: oldest }),
      });
      const needed = [...goal.facts.needed.keys()];
      const solved = await worker.evaluate<'solve'>(
        { kind: 'solve', question, needed, external, timeMs, skip, first, proofs },
        answerer,
        signal,
      );
      if (solved.grown > MOST_GROWTH) await worker.stop();
      return solved;
    });
  }

  /**
   * @throws CorollaryError OVERLOADED, CANCELLED
   * @throws WorkerEnded when the goal took its thread with it
   */
  deduce(goal: DeductionGoal): Promise<DeductionOutcome> {
    return this.#run(goal, async (worker, external) => {
      const { key, program, timeMs, answerer, signal } = goal;
      await keep(worker.deductions, key, {
        add: () => worker.run<'learn'>({ kind: 'learn', key, program }),
        remove: (oldest) => worker.run<'unlearn'>({ kind: 'unlearn', key: oldest }),
      });
      const question = { ...goal.question, external };
      const facts = factsPrefix(goal.facts.knowledgeBase);
      return worker.evaluate<'deduce'>({ kind: 'deduce', facts, key, question, timeMs }, answerer, signal);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#spare);
    for (const waiting of this.#waiting.splice(0)) waiting.take(undefined);
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
  }

  async #run<Result>(
    { facts, signal }: GoalSetting,
    evaluate: (worker: ReasonerWorker, external: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    const worker = await this.#acquire(facts.knowledgeBase, signal);
    const long = setTimeout(() => this.#runsLong(worker), LONG_MS);
    try {
      return await evaluate(worker, await this.#bring(worker, facts));
    } finally {
      clearTimeout(long);
      this.#release(worker);
    }
  }

  async #bring(worker: ReasonerWorker, facts: FactsWanted): Promise<readonly string[]> {
    try {
      return await this.#loader.bring(worker, facts);
    } catch (error) {
      await worker.stop();
      throw error;
    }
  }

  async #acquire(knowledgeBase: number, signal?: AbortSignal): Promise<ReasonerWorker> {
    if (this.#stopped) throw stopping();
    const worker = this.#choose(knowledgeBase);
    if (worker !== undefined) return worker;
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

  /** An idle thread that holds the knowledge base, else a new one, else any idle one; undefined when all have goals. */
  #choose(knowledgeBase: number): ReasonerWorker | undefined {
    const running = this.#workers.size - this.#idle.size;
    if (running >= this.options.workers + Math.min(this.#long.size, this.#mostLong)) return undefined;
    const prefix = factsPrefix(knowledgeBase);
    const idle = [...this.#idle];
    const known = idle.find((worker) => worker.held.has(prefix)) ?? idle.find(({ held }) => held.size === 0);
    const mayStart = this.#workers.size < this.options.workers + Math.min(this.#long.size, this.#mostLong);
    const worker = known ?? (mayStart ? this.#start() : idle[0]);
    if (worker !== undefined) this.#idle.delete(worker);
    return worker;
  }

  /** Goals that run long and have a thread beyond `workers`, at most. */
  get #mostLong(): number {
    return Math.max(2, this.options.workers);
  }

  #start(): ReasonerWorker {
    const worker = new ReasonerWorker(this.options.reasoner);
    this.#workers.add(worker);
    return worker;
  }

  #runsLong(worker: ReasonerWorker): void {
    this.#long.add(worker);
    this.#serve();
  }

  #release(worker: ReasonerWorker): void {
    this.#long.delete(worker);
    if (worker.ended) this.#workers.delete(worker);
    else this.#idle.add(worker);
    this.#serve();
    this.#spare ??= setTimeout(() => void this.#stopSpare(), SPARE_MS).unref();
  }

  /** Gives threads to goals that wait, as far as there may be. */
  #serve(): void {
    while (!this.#stopped && this.#waiting.length > 0) {
      const worker = this.#choose(this.#waiting[0]!.knowledgeBase);
      if (worker === undefined) return;
      this.#waiting.shift()!.take(worker);
    }
  }

  /** Ends idle threads beyond `workers`; those that were used longest ago first. */
  async #stopSpare(): Promise<void> {
    this.#spare = undefined;
    for (const worker of [...this.#idle]) {
      if (this.#workers.size <= this.options.workers) return;
      this.#workers.delete(worker);
      this.#idle.delete(worker);
      await worker.stop();
    }
  }
}

/** A program's goals, behind those that declare what its rules call. */
function loadable({ facts, needs, text }: Program, factPredicates: Iterable<string>): string {
  const called = new Set([...needs.values()].flatMap(({ calls }) => [...calls]));
  const declared = [...factPredicates].filter((indicator) => called.has(indicator));
  return declared.map((indicator) => declaration('fact_predicate', facts, indicator)).join('') + text;
}

/** Keeps the last few of what a thread was told. */
async function keep(
  known: Set<string>,
  key: string,
  { add, remove }: { add: () => Promise<null>; remove: (oldest: string) => Promise<null> },
): Promise<void> {
  if (!known.delete(key)) {
    if (known.size >= MOST_PROGRAMS) {
      const oldest = known.values().next().value!;
      known.delete(oldest);
      await remove(oldest);
    }
    await add();
  }
  known.add(key);
}

const stopping = () => new CorollaryError('CANCELLED', 'the server is stopping');
