import type { Database } from '../../../src/database/database.js';
import { ReasoningBase } from '../reasoning-base.js';

/** Reasoners that every property is held against, as `describe.each` takes them. */
export const reasoners: readonly { readonly evaluator: 'swi' }[] = [{ evaluator: 'swi' }];

export type ReasonerUnderTest = (typeof reasoners)[number];

export const openUnderTest = (database: Database, { evaluator }: ReasonerUnderTest): Promise<ReasoningBase> =>
  ReasoningBase.create(database, { reasoner: evaluator });

/** Random programs a property; TEST_RUNS overrides. */
export const numRuns = Number(process.env.TEST_RUNS ?? 40);

/** A program with many proofs of everything may take Prolog long; it then says that it is not complete. */
export const limits = { answers: 10_000, inferences: 3_000_000, timeMs: 5_000, memoryMb: 256 };
