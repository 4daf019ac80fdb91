import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { checkRules } from '../../../src/reasoning/check-rules.js';
import { readRuleSource } from '../../../src/reasoning/rule.js';
import { testDatabase } from '../../support/database.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { openPlainTabling } from './plain-tabling.js';
import { answerLines, ProgramBase, valuesOf } from './program-base.js';
import { anyProgram, randomClosure, randomProgram } from './random-programs.js';
import { assertAlways, evaluators, openUnderTest } from './under-test.js';

let database: Database;
let shared: ReasoningBase;
beforeAll(async () => {
  database = await testDatabase();
  shared = await openUnderTest(database, 'swi');
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
  await database.stop();
});

describe('The evaluators', () => {
  it.each([
    ['', anyProgram()],
    // Enough keys and rows for every table to grow, and to grow again.
    [' over graphs too large for the naive one', randomClosure({ nodes: 30, edges: 60 })],
  ] as const)('give the same answers, scores, order and size of proofs%s', async (_, programs) => {
    await assertAlways(
      fc.asyncProperty(programs, async (program) => {
        await using prolog = await ProgramBase.load(shared, program, 'swi');
        const deduction = prolog.askedOf('deduction');
        for (const goal of program.goals) {
          const [one, other] = [await deduction.prove(goal), await prolog.prove(goal)];
          expect(answerLines(one)).toEqual(answerLines(other));
          expect(one.answers.map(({ proof }) => proof!.nodes.length)).toEqual(
            other.answers.map(({ proof }) => proof!.nodes.length),
          );
        }
      }),
    );
  });

  it.each(evaluators)('give the answers of plain tabled Prolog ($evaluator)', async ({ evaluator }) => {
    const plain = await openPlainTabling();
    await assertAlways(
      fc.asyncProperty(anyProgram(), async (program) => {
        await using loaded = await ProgramBase.load(shared, program, evaluator);
        for (const goal of program.goals) {
          const { answers } = await loaded.prove(goal);
          expect(answers.map(valuesOf).sort()).toEqual(plain.answers(program, goal));
        }
      }),
    );
  });

  it('agree with tau-prolog where there is no recursion', async () => {
    // tau-prolog 0.3.4 unifies wrongly where a variable stands three times: f(X, X, X) = f(A, B, C), f(A, B, C) = f(b, c, b).
    const options = { recursion: false, strings: false, mostArguments: 2, mostRules: 2 };
    await using slow = await openUnderTest(database, 'tau');
    await assertAlways(
      fc.asyncProperty(randomProgram(options), async (program) => {
        await using swi = await ProgramBase.load(shared, program, 'swi');
        await using tau = await ProgramBase.load(slow, program, 'tau');
        for (const goal of program.goals) {
          expect(answerLines(await tau.prove(goal))).toEqual(answerLines(await swi.prove(goal)));
        }
      }),
      0.4,
    );
  });
});

describe('The random programs', () => {
  it('are accepted: their rules are stratified and call what there is', () => {
    fc.assert(
      fc.property(anyProgram(), ({ rules }) => {
        const diagnostics = checkRules(readRuleSource('rules', rules), { facts: new Set(), others: [] });
        expect(diagnostics.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
