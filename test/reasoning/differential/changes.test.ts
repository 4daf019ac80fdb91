import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { testDatabase } from '../../support/database.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { expectSoundProof } from './check-proof.js';
import type { NaiveFact } from './naive-evaluator.js';
import { answerLines, expectInOrder, ProgramBase } from './program-base.js';
import { anyProgram, factText, RandomProgram } from './random-programs.js';
import { assertAlways, evaluators, openUnderTest } from './under-test.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

/** A fact is asserted, anew or with another confidence, or retracted; then a question may follow. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('assert', 'retract'),
    choice: fc.nat(1_000),
    confidence: fc.constantFrom(1, 0.5, 0.25),
    asks: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

describe.each(evaluators)('A reasoner that asks $evaluator', ({ evaluator }) => {
  let shared: ReasoningBase;
  beforeAll(async () => {
    shared = await openUnderTest(database, evaluator);
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  it('follows every change, answers of the past as it was, and agrees with one that begins anew', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram(), steps, async (program, history) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        const pool = [...program.facts, ...program.suppositions];
        const past = new Map<number, readonly NaiveFact[]>();
        const remember = async () => {
          past.set((await loaded.base.knowledgeBase()).revision, loaded.facts);
        };
        await remember();
        for (const { kind, choice, confidence, asks } of history) {
          if (kind === 'assert') await loaded.assert([{ ...pool[choice % pool.length]!, confidence }]);
          else if (loaded.facts.length > 0) await loaded.retract(loaded.facts[choice % loaded.facts.length]!);
          await remember();
          const goal = program.goals[choice % program.goals.length]!;
          if (asks) expectInOrder(await loaded.prove(goal), loaded.naive(goal));
        }
        for (const goal of program.goals) {
          for (const [revision, facts] of past) {
            expectInOrder(await loaded.prove(goal, { revision }), loaded.naive(goal, { facts }));
          }
        }
        const now = new RandomProgram(loaded.facts, program.rules, program.goals, program.derived, []);
        await using anew = await ProgramBase.load(shared, now, evaluator);
        for (const goal of program.goals) {
          expect(answerLines(await loaded.prove(goal))).toEqual(answerLines(await anew.prove(goal)));
        }
      }),
      0.5,
    );
  });

  it('supposes facts and leaves facts out for one question, and nothing of it stays', async () => {
    const choices = fc.array(fc.nat(1_000), { maxLength: 3 });
    await assertAlways(
      fc.asyncProperty(anyProgram(), choices, async (program, left) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        const without = left.map((choice) => loaded.facts[choice % loaded.facts.length]!.id);
        const assume = program.suppositions.map((fact) => factText(fact).slice(0, -1));
        const facts = [
          ...loaded.facts.filter(({ id }) => !without.includes(id)),
          ...program.suppositions.map((fact, i) => ({ ...fact, id: -i - 1 })),
        ];
        for (const goal of program.goals) {
          const outcome = await loaded.prove(goal, { assume, without });
          expectInOrder(outcome, loaded.naive(goal, { facts }));
          for (const answer of outcome.answers)
            expectSoundProof(answer, { facts, rules: program.rules, goal, scoring: 'PRODUCT' });
          expectInOrder(await loaded.prove(goal), loaded.naive(goal));
        }
      }),
    );
  });

  it('gives pages that make the whole list, each answer once', async () => {
    await assertAlways(
      fc.asyncProperty(anyProgram(), fc.integer({ min: 1, max: 4 }), async (program, first) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        for (const goal of program.goals) {
          const whole = await loaded.prove(goal);
          const paged: string[] = [];
          for (let hasMore = true; hasMore; ) {
            const page = await loaded.prove(goal, { skip: paged.length, first, count: false });
            expect(page.more).toBe(paged.length + first < whole.answers.length);
            paged.push(...answerLines(page));
            hasMore = page.more;
          }
          expect(paged).toEqual(answerLines(whole));
          expect(whole).toMatchObject({ more: false, total: paged.length });
        }
      }),
    );
  });
});
