import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { testDatabase } from '../../support/database.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { expectByScore, expectInOrder, ProgramBase } from './program-base.js';
import { randomProgram } from './random-programs.js';
import { numRuns, openUnderTest, reasoners } from './under-test.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

describe.each(reasoners)('A goal over a random program, asked of $evaluator,', (reasoner) => {
  let shared: ReasoningBase;
  beforeAll(async () => {
    shared = await openUnderTest(database, reasoner);
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  it('has the answers, scores and order that the definitions give it', async () => {
    await fc.assert(
      fc.asyncProperty(randomProgram(), async (program) => {
        await using loaded = await ProgramBase.load(shared, program);
        for (const goal of program.goals) expectInOrder(await loaded.prove(goal), loaded.naive(goal));
      }),
      { numRuns },
    );
  });

  it('has the best score to the last bit where products are rounded', async () => {
    await fc.assert(
      fc.asyncProperty(randomProgram({ confidences: 'rough' }), async (program) => {
        await using loaded = await ProgramBase.load(shared, program);
        for (const goal of program.goals) expectByScore(await loaded.prove(goal), loaded.naive(goal));
      }),
      { numRuns },
    );
  });

  it('has the weakest link of its best proof for a score under MINIMUM', async () => {
    await fc.assert(
      fc.asyncProperty(randomProgram({ confidences: 'rough' }), async (program) => {
        await using loaded = await ProgramBase.load(shared, program);
        const scoring = 'MINIMUM';
        for (const goal of program.goals) {
          expectByScore(await loaded.prove(goal, { scoring }), loaded.naive(goal, { scoring }));
        }
      }),
      { numRuns },
    );
  });
});
