import type { LimitKind } from './reasoning.js';
import type { RequestView } from './request-view.js';

/** A Prolog that evaluates one goal at a time, in a worker thread of its own; every text is canonical (writeTerm). */
export interface PrologEngine {
  /** Calls the goals of rules/system, each with its full stop. */
  load(goals: string): MaybePromise<void>;
  /** Drops all of a program or a knowledge base. */
  forget(prefix: string): MaybePromise<void>;
  solve(question: EngineQuestion): MaybePromise<EngineOutcome>;
  /** The proof of the answer with this index in `answers`, as text of a list of n/5 (see rules/system/evaluate.pl). */
  proof(index: number, mostNodes: number): MaybePromise<string>;
  /** Forgets the last question. */
  clear(): MaybePromise<void>;
  /** Bytes that the engine holds. */
  memory(): number;
}

export interface EngineQuestion extends RequestView {
  readonly program: string;
  readonly facts: string;
  /** `question([Variable, ...], Goal)`. */
  readonly text: string;
}

export interface EngineOutcome {
  readonly answers: readonly EngineAnswer[];
  readonly limit: LimitKind | 'CANCELLED' | null;
  /** Canonical text of the error that ended the search. */
  readonly error: string | null;
}

export interface EngineAnswer {
  readonly score: number;
  /** Nodes of its proof. */
  readonly size: number;
  /** Canonical text of the list of values, in the order of the question's variables. */
  readonly values: string;
}

/** What an engine asks of its thread. */
export interface EngineHost {
  /** Called now and then while a goal runs: `go`, or why it must end. */
  tick(): 'go' | 'time' | 'cancelled' | 'memory';
  /**
   * Answers `similar(Text, Pattern)`, `nearest(Fact, Pattern)`, `similarity(A, B)`, or `lookup(Name, Args, After)` (see
   * lookup-page.ts); blocks until it can.
   */
  semantic(call: string): string;
}

/** SWI-Prolog answers at once, tau-prolog by callbacks. */
export type MaybePromise<T> = T | Promise<T>;
