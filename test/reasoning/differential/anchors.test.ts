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

/** Of each fact: whether it has a sentence, and its similarity where retrieval brought it. */
const marks = fc.array(
  fc.record({ hasSentence: fc.boolean(), similarity: fc.constantFrom(undefined, undefined, 0.5, 0.75, 1) }),
  { minLength: 20, maxLength: 20 },
);

describe.each(evaluators)('A hybrid question to $evaluator', ({ evaluator }) => {
  let shared: ReasoningBase;
  beforeAll(async () => {
    shared = await openUnderTest(database, evaluator);
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  it.each([
    ['ANCHORED', 'has the answers that rest on a retrieved fact, by the best such proof'],
    ['RETRIEVED', 'takes retrieved facts only for true'],
    ['ALL', 'takes every fact for true, one with a sentence for less than any that was retrieved'],
  ] as const)('of scope %s %s', async (scope, _) => {
    await assertAlways(
      fc.asyncProperty(anyProgram(), marks, async (program, marked) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator, (i) =>
          marked[i % marked.length]!.hasSentence ? { text: `Sentence ${i}.` } : {},
        );
        const similarities = new Map(
          loaded.facts.flatMap(({ id, hasSentence }, i) => {
            const { similarity } = marked[i % marked.length]!;
            return hasSentence && similarity !== undefined ? [[id, similarity] as const] : [];
          }),
        );
        const anchors = { scope, similarities };
        for (const goal of program.goals) {
          expectInOrder(await loaded.prove(goal, { anchors }), loaded.naive(goal, { anchors }));
          const asked = { anchors, scoring: 'MINIMUM' } as const;
          expectByScore(await loaded.prove(goal, asked), loaded.naive(goal, asked));
        }
      }),
    );
  });
});
