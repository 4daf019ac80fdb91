import type { Clause, DatalogProgram } from './deduction/datalog.js';
import type { Goal } from './goal.js';
import type { Program } from './program.js';
import type { GoalOutcome, GoalRequest } from './reasoning.js';
import type { AssumedFact } from './request-view.js';

export interface Evaluation {
  readonly program: Program;
  /** Predicates that have, or had, facts, by indicator, and how many they have now. */
  readonly facts: ReadonlyMap<string, number>;
  /** Which versions of rule modules are in force now, whatever the request's revision: they made the sentences. */
  readonly sentences: string;
  readonly goal: Goal;
  readonly request: GoalRequest;
  readonly assumed: readonly AssumedFact[];
  /** How deduction evaluates the goal; absent where Prolog must. */
  readonly deduction?: DeductionTask;
}

export interface DeductionTask {
  /** The same for the same rules. */
  readonly key: string;
  readonly program: DatalogProgram;
  /** The goal as clauses, see DeductionQuestion. */
  readonly clauses: readonly Clause[];
  readonly isSingle: boolean;
}

/** One way to evaluate goals; all give the same answers, scores and proofs where they can evaluate at all. */
export interface Evaluator {
  readonly name: string;
  evaluate(evaluation: Evaluation): Promise<Omit<GoalOutcome, 'warnings'>>;
  stop(): Promise<void>;
}
