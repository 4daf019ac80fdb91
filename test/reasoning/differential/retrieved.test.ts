import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { testDatabase } from '../../support/database.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { asking, marks } from '../retrieved-facts.js';
import { GivenStream } from './given-stream.js';
import { answerLines, ProgramBase, valuesOf } from './program-base.js';
import { anyProgram } from './random-programs.js';
import { assertAlways, evaluators, limits, openUnderTest } from './under-test.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

describe.each(evaluators.filter(({ evaluator }) => evaluator !== 'deduction'))(
  'A hybrid question to $evaluator, whose facts come as they are wanted',
  ({ evaluator }) => {
    let shared: ReasoningBase;
    beforeAll(async () => {
      shared = await openUnderTest(database, evaluator);
    });
    afterAll(() => shared[Symbol.asyncDispose]());

    it.each(['ANCHORED', 'RETRIEVED', 'ALL'] as const)(
      'of scope %s has the best answers that there are, or says that it may not',
      async (scope) => {
        await assertAlways(
          fc.asyncProperty(
            anyProgram(),
            marks,
            asking,
            async (program, marked, { isWhole, topK, piece, canAsk, ...asked }) => {
              await using loaded = await ProgramBase.load(shared, program, evaluator, (i) =>
                marked[i % marked.length]!.hasSentence ? { text: `Sentence ${i}.` } : {},
              );
              const similarities = new Map(
                loaded.facts.flatMap(({ id, hasSentence }, i) => {
                  const similarity = marked[i % marked.length]!.similarity ?? (isWhole ? 0.25 : undefined);
                  return hasSentence && similarity !== undefined ? [[id, similarity] as const] : [];
                }),
              );
              for (const goal of program.goals) {
                const stream = new GivenStream(similarities, isWhole, topK, piece, canAsk);
                const known = scope === 'ALL' ? stream.first : similarities;
                const { scoring, skip, first } = asked;
                const right = loaded.naive(goal, { anchors: { scope, similarities: known }, scoring });
                const found = await loaded.base.prove(goal, {
                  limits,
                  anchors: { scope, stream },
                  ...(evaluator === 'deduction' ? {} : { evaluator: 'prolog' }),
                  ...asked,
                });
                const isLimited = ['INFERENCES', 'TIME'].includes(found.limitReached ?? '');
                if (evaluator !== 'deduction') fc.pre(!isLimited);
                expect(found.evaluator).toBe(evaluator);
                const expected = right.slice(skip, skip + first);
                if (found.complete) {
                  const lines = expected.map(({ values, score }) => `${score} ${values}`);
                  if (scoring === 'PRODUCT') expect(answerLines(found)).toEqual(lines);
                  // Proofs of one score may have other sizes where the weakest part alone counts.
                  else
                    expect(found.answers.map(({ score }) => score)).toEqual(
                      expected.map(({ score }) => score),
                    );
                  if (found.total !== null) expect(found.total).toBe(right.length);
                } else {
                  expect(found).toMatchObject({ limitReached: 'TOP_K', total: null });
                  expect(topK).toBeLessThan(1_000);
                  if (found.warnings.length > 0) continue;
                  const best = new Map(right.map(({ values, score }) => [values, score]));
                  for (const answer of found.answers) {
                    expect(answer.score).toBeLessThanOrEqual(best.get(valuesOf(answer)) ?? 0);
                  }
                }
              }
            },
          ),
        );
      },
    );
  },
);
