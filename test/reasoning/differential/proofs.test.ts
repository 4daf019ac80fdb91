import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import type { Proof } from '../../../src/reasoning/reasoning.js';
import { testDatabase } from '../../support/database.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { expectSoundProof } from './check-proof.js';
import { ProgramBase } from './program-base.js';
import { anyProgram } from './random-programs.js';
import { assertAlways, evaluators, openUnderTest } from './under-test.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

describe.each(evaluators)('The proof of an answer by $evaluator', ({ evaluator }) => {
  let shared: ReasoningBase;
  beforeAll(async () => {
    shared = await openUnderTest(database, evaluator);
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  it.each(['PRODUCT', 'MINIMUM'] as const)(
    'has rules and live facts only, and under %s the score that a person computes from it',
    async (scoring) => {
      await assertAlways(
        fc.asyncProperty(anyProgram({ confidences: 'rough' }), async (program) => {
          await using loaded = await ProgramBase.load(shared, program, evaluator);
          const { facts } = loaded;
          for (const goal of program.goals) {
            const { answers } = await loaded.prove(goal, { scoring });
            for (const answer of answers)
              expectSoundProof(answer, { facts, rules: program.rules, goal, scoring });
          }
        }),
      );
    },
  );

  it('has no more nodes than any other with that score', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram(), async (program) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        for (const goal of program.goals) {
          const { answers } = await loaded.prove(goal);
          const sizes = answers.map(({ proof }) => proof!.nodes.length);
          expect(sizes).toEqual(loaded.naive(goal).map(({ size }) => size));
        }
      }),
    );
  });

  it('says of goals that they have no proof, or are built in, only where that is so', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram(), async (program) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        const claims = new Map<string, boolean>();
        for (const goal of program.goals) {
          const { answers } = await loaded.prove(goal);
          for (const { proof } of answers) collectClaims(proof!, claims);
        }
        for (const [goal, isTrue] of [...claims].slice(0, 20)) {
          const { answers } = await loaded.base.prove(goal);
          expect(answers.length > 0, goal).toBe(isTrue);
        }
      }),
    );
  });
});

/** What built-ins and negations of a proof say of a goal: whether it is true. */
function collectClaims({ nodes }: Proof, claims: Map<string, boolean>): void {
  for (const { kind, goal } of nodes) {
    if (kind === 'BUILTIN') claims.set(writeTerm(goal), true);
    if (kind === 'NEGATION' && goal.kind === 'compound') claims.set(writeTerm(goal.args[0]!), false);
  }
}
