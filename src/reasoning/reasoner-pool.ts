import type { DatalogProgram } from './deduction/datalog.js';
import type { DeductionOutcome, DeductionQuestion } from './deduction/deduction.js';
import type { EngineQuestion } from './engine.js';
import { declaration } from './fact-rows.js';
import { FactLoader, type FactsWanted } from './held-facts.js';
import { Lanes } from './lanes.js';
import { factsPrefix, type Program } from './program.js';
import type { HostAnswerer, ReasonerWorker } from './reasoner-worker.js';
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
  /** See goalShape. */
  readonly shape: string;
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

/** Programs of one kind that one thread keeps. */
const MOST_PROGRAMS = 8;
/** A thread whose engine goals have made grow by more than this is replaced: WebAssembly memory never shrinks. */
const MOST_GROWTH = 128 * 1024 * 1024;
/** Evaluates goals in threads, to which it brings the facts and rules that they need (see Lanes for who waits for whom). */
export class ReasonerPool {
  readonly #lanes: Lanes;
  readonly #loader: FactLoader;
  #warm: Promise<void> | undefined;

  constructor(readonly options: PoolOptions) {
    this.#lanes = new Lanes(options.reasoner, options.workers);
    this.#loader = new FactLoader(options.residentFactsMax ?? RESIDENT_FACTS_MAX);
  }

  /** Waits for the first thread, starting it when there is none, so that the first goal need not. */
  warmUp(): Promise<void> {
    this.#warm ??= this.#lanes.warmUp();
    return this.#warm;
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

  stop(): Promise<void> {
    return this.#lanes.stop();
  }

  #run<Result>(
    { facts, shape, signal }: GoalSetting,
    evaluate: (worker: ReasonerWorker, external: readonly string[], signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return this.#lanes.run({
      knowledgeBase: facts.knowledgeBase,
      kind: `${facts.knowledgeBase} ${shape}`,
      signal,
      prepare: (worker) => this.#bring(worker, facts),
      evaluate,
    });
  }

  async #bring(worker: ReasonerWorker, facts: FactsWanted): Promise<readonly string[]> {
    try {
      return await this.#loader.bring(worker, facts);
    } catch (error) {
      await worker.stop();
      throw error;
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
