import fc from 'fast-check';
import { vi } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { ReasoningBase } from '../reasoning-base.js';

/** Evaluators that every property is held against, as `describe.each` takes them. */
export const evaluators = [{ evaluator: 'deduction' }, { evaluator: 'swi' }] as const;

export type EvaluatorUnderTest = 'deduction' | 'swi' | 'tau';

export const openUnderTest = (database: Database, evaluator: EvaluatorUnderTest): Promise<ReasoningBase> =>
  ReasoningBase.create(database, { reasoner: evaluator === 'tau' ? 'tau' : 'swi' });

/** Random programs a property, and where they begin; TEST_RUNS and TEST_SEED override. */
const numRuns = Number(process.env.TEST_RUNS ?? 25);
const seed = Number(process.env.TEST_SEED ?? 1);

// A failure is to be told as a small program, which takes time to find.
vi.setConfig({ testTimeout: 90_000 });

/** Every run has the same programs: what failed once fails again. Of `part` of the runs where each takes long. */
export const assertAlways = <T>(property: fc.IAsyncPropertyWithHooks<T>, part = 1): Promise<void> =>
  fc.assert(property, {
    numRuns: Math.ceil(numRuns * part),
    seed,
    interruptAfterTimeLimit: 60_000,
    markInterruptAsFailure: true,
  });

/** A program with many proofs of everything may take Prolog long; it then says that it is not complete. */
export const limits = { answers: 10_000, inferences: 1_000_000, timeMs: 5_000, memoryMb: 256 };
export const tauLimits = { ...limits, inferences: 20_000 };
