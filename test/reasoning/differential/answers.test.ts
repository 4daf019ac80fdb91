import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { testDatabase } from '../../support/database.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { expectByScore, expectInOrder, ProgramBase } from './program-base.js';
import { anyProgram } from './random-programs.js';
import { assertAlways, evaluators, openUnderTest } from './under-test.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

describe.each(evaluators)('A goal over a random program, asked of $evaluator,', ({ evaluator }) => {
  let shared: ReasoningBase;
  beforeAll(async () => {
    shared = await openUnderTest(database, evaluator);
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  it('has the answers, scores and order that the definitions give it', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram(), async (program) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        for (const goal of program.goals) expectInOrder(await loaded.prove(goal), loaded.naive(goal));
      }),
    );
  });

  it('has the best score to the last bit where products are rounded', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram({ confidences: 'rough' }), async (program) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        for (const goal of program.goals) expectByScore(await loaded.prove(goal), loaded.naive(goal));
      }),
    );
  });

  it('has the weakest link of its best proof for a score under MINIMUM', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram({ confidences: 'rough' }), async (program) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        const scoring = 'MINIMUM';
        for (const goal of program.goals) {
          expectByScore(await loaded.prove(goal, { scoring }), loaded.naive(goal, { scoring }));
        }
      }),
    );
  });
});
