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
  readonly factPredicates: readonly string[];
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
/** A goal that has run for so many times as long as goals do is a long one, and gives its place to others that wait. */
const LONG_TIMES = 10;
/** But never after less than this, nor only after more. */
const LONG_MS = { least: 20, most: 1_000 };
/** How much the latest goal counts in the running mean. */
const LATEST = 0.05;
/** Long goals that may wait for their turn. */
const MOST_LONG_WAITING = 100;
/** How long a thread beyond `workers` waits for the next goal. */
const SPARE_MS = 10_000;

/** A goal in the queue; `take` gets undefined when no thread will come any more. */
interface Waiting {
  readonly knowledgeBase: number;
  readonly take: (worker: ReasonerWorker | undefined) => void;
}

type Lane = 'short' | 'long';

/** A goal in its thread. */
interface Turn {
  readonly worker: ReasonerWorker;
  lane: Lane;
  /** It is a long one, and there was no room in the long lane. */
  isOverdue: boolean;
  /** Aborted when it has to give way, to begin again in the long lane. */
  readonly putOff: AbortController;
}

/**
 * Threads that evaluate goals, one each at a time, first come first served. A goal that runs long moves to a lane of its
 * own, beside the `workers` places of the others. Where that lane is full it goes on as long as nobody waits; then it is
 * put off, and begins again when the lane has room. So goals that never end hold up no short ones.
 */
export class ReasonerPool {
  readonly #workers = new Set<ReasonerWorker>();
  readonly #idle = new Set<ReasonerWorker>();
  readonly #turns = new Set<Turn>();
  readonly #waiting: { readonly [lane in Lane]: Waiting[] } = { short: [], long: [] };
  readonly #loader: FactLoader;
  #stopped = false;
  /** Running mean of the time that goals take which are not long. */
  #typicalMs = 10;
  /** Threads that open their Prolog before they get a goal. */
  #warming = 0;
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
    const turn = await this.#acquire(-1, 'short');
    try {
      await turn.worker.ready();
    } catch (error) {
      this.#release(turn);
      throw error;
    }
    // Not all goals need Prolog: nobody waits for it now.
    turn.worker.run<'warm'>({ kind: 'warm' }).then(
      () => this.#release(turn),
      () => this.#release(turn),
    );
  }

  /**
   * @throws CorollaryError OVERLOADED, CANCELLED
   * @throws WorkerEnded when the goal took its thread with it
   */
  solve(goal: PrologGoal): Promise<Solved> {
    return this.#run(goal, async (worker, external, signal) => {
      const { program, factPredicates, question, timeMs, skip, first, proofs, answerer } = goal;
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
    return this.#run(goal, async (worker, external, signal) => {
      const { key, program, timeMs, answerer } = goal;
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
    for (const queue of [this.#waiting.short, this.#waiting.long]) {
      for (const waiting of queue.splice(0)) waiting.take(undefined);
    }
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
  }

  async #run<Result>(
    { facts, signal }: GoalSetting,
    evaluate: (worker: ReasonerWorker, external: readonly string[], signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    for (let lane: Lane = 'short'; ; lane = 'long') {
      const turn = await this.#acquire(facts.knowledgeBase, lane, signal);
      const { worker, putOff } = turn;
      let long: NodeJS.Timeout | undefined;
      try {
        const external = await this.#bring(worker, facts);
        const began = performance.now();
        if (lane === 'short') long = setTimeout(() => this.#runsLong(turn), this.#longMs);
        const either = signal === undefined ? putOff.signal : AbortSignal.any([signal, putOff.signal]);
        const result = await evaluate(worker, external, either);
        if (turn.lane === 'short') this.#typicalMs += LATEST * (performance.now() - began - this.#typicalMs);
        return result;
      } catch (error) {
        if (!putOff.signal.aborted || signal?.aborted || this.#stopped) throw error;
      } finally {
        clearTimeout(long);
        this.#release(turn);
      }
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

  async #acquire(knowledgeBase: number, lane: Lane, signal?: AbortSignal): Promise<Turn> {
    if (this.#stopped) throw stopping();
    const queue = this.#waiting[lane];
    const worker = queue.length > 0 ? undefined : this.#choose(knowledgeBase, lane);
    if (worker !== undefined) return this.#begin(worker, lane);
    const most = lane === 'short' ? MOST_WAITING : MOST_LONG_WAITING;
    if (queue.length >= most) {
      throw new CorollaryError('OVERLOADED', `${most} ${lane} goals are waiting already; try again later`);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        knowledgeBase,
        take: (taken: ReasonerWorker | undefined) => {
          signal?.removeEventListener('abort', onAbort);
          if (taken === undefined) reject(stopping());
          else resolve(this.#begin(taken, lane));
        },
      };
      const onAbort = () => {
        const at = queue.indexOf(waiting);
        if (at >= 0) queue.splice(at, 1);
        reject(new CorollaryError('CANCELLED', 'the request was cancelled'));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      if (signal?.aborted) onAbort();
      else this.#makeRoom();
    });
  }

  #begin(worker: ReasonerWorker, lane: Lane): Turn {
    const turn = { worker, lane, isOverdue: false, putOff: new AbortController() };
    this.#turns.add(turn);
    return turn;
  }

  /** An idle thread that holds the knowledge base, else a new one, else any idle one; undefined when the lane is full. */
  #choose(knowledgeBase: number, lane: Lane): ReasonerWorker | undefined {
    if (!this.#hasRoom(lane)) return undefined;
    const prefix = factsPrefix(knowledgeBase);
    const idle = [...this.#idle];
    const known = idle.find((worker) => worker.held.has(prefix)) ?? idle.find(({ held }) => held.size === 0);
    const worker = known ?? (this.#mayStart() ? this.#start() : idle[0]);
    if (worker !== undefined) this.#idle.delete(worker);
    return worker;
  }

  #hasRoom(lane: Lane): boolean {
    let running = 0;
    for (const turn of this.#turns) if (turn.lane === lane) running += 1;
    return running < (lane === 'short' ? this.options.workers : this.#mostLong);
  }

  get #longMs(): number {
    return Math.min(LONG_MS.most, Math.max(LONG_MS.least, LONG_TIMES * this.#typicalMs));
  }

  /** Places of the long lane. */
  get #mostLong(): number {
    return Math.max(1, Math.floor(this.options.workers / 2));
  }

  /** New threads are for more goals at a time; a thread that is being warmed up will do as well. */
  #mayStart(): boolean {
    return (
      this.#workers.size <
      Math.min(this.options.workers + this.#mostLong, this.#turns.size + this.#warming + 1)
    );
  }

  #start(): ReasonerWorker {
    const worker = new ReasonerWorker(this.options.reasoner);
    this.#workers.add(worker);
    return worker;
  }

  #runsLong(turn: Turn): void {
    turn.isOverdue = true;
    this.#serve();
  }

  #release(turn: Turn): void {
    const { worker } = turn;
    this.#turns.delete(turn);
    if (worker.ended) {
      this.#workers.delete(worker);
      if (!this.#stopped) this.#replace();
    } else this.#idle.add(worker);
    this.#serve();
    this.#spare ??= setTimeout(() => void this.#stopSpare(), SPARE_MS).unref();
  }

  /** Starts a thread for one that had to be ended. Whoever comes next shall not wait for its Prolog to open. */
  #replace(): void {
    if (this.#workers.size >= this.options.workers + this.#mostLong) return;
    const worker = this.#start();
    this.#warming += 1;
    const done = () => {
      this.#warming -= 1;
      if (worker.ended) this.#workers.delete(worker);
      else this.#idle.add(worker);
      this.#serve();
    };
    worker.run<'warm'>({ kind: 'warm' }).then(done, done);
  }

  /** Gives threads to goals that wait, as far as there may be, and long goals their lane. */
  #serve(): void {
    if (this.#stopped) return;
    this.#serveLane('long');
    for (const turn of this.#turns) {
      if (turn.isOverdue && this.#hasRoom('long')) {
        turn.lane = 'long';
        turn.isOverdue = false;
      }
    }
    this.#serveLane('short');
    this.#makeRoom();
  }

  #serveLane(lane: Lane): void {
    const queue = this.#waiting[lane];
    while (queue.length > 0) {
      const worker = this.#choose(queue[0]!.knowledgeBase, lane);
      if (worker === undefined) return;
      queue.shift()!.take(worker);
    }
  }

  /** Puts off as many long goals as short ones wait. */
  #makeRoom(): void {
    let wanted = this.#waiting.short.length;
    for (const turn of this.#turns) {
      if (wanted <= 0) return;
      if (!turn.isOverdue) continue;
      turn.isOverdue = false;
      turn.putOff.abort();
      wanted -= 1;
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
function loadable({ facts, needs, text }: Program, factPredicates: readonly string[]): string {
  const called = new Set([...needs.values()].flatMap(({ calls }) => [...calls]));
  const declared = factPredicates.filter((indicator) => called.has(indicator));
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
