import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GivenStream } from '../differential/given-stream.js';
import { naiveAnswers } from '../differential/naive-evaluator.js';
import { anyProgram } from '../differential/random-programs.js';
import { assertAlways } from '../differential/under-test.js';
import { asking, marks } from '../retrieved-facts.js';
import { answerLines, DeducedProgram } from './deduced-program.js';

describe('A hybrid question whose facts come as they are wanted', () => {
  it.each(['ANCHORED', 'RETRIEVED', 'ALL'] as const)(
    'of scope %s has the best answers that there are, or says that it may not',
    async (scope) => {
      await assertAlways(
        fc.asyncProperty(
          anyProgram(),
          marks,
          asking,
          async (program, marked, { isWhole, topK, piece, canAsk, ...asked }) => {
            const deduced = new DeducedProgram(
              program.facts.map((fact, i) => ({
                ...fact,
                hasSentence: marked[i % marked.length]!.hasSentence,
              })),
              program.rules,
            );
            const similarities = new Map(
              deduced.facts.flatMap(({ id, hasSentence }, i) => {
                const similarity = marked[i % marked.length]!.similarity ?? (isWhole ? 0.25 : undefined);
                return hasSentence && similarity !== undefined ? [[id, similarity] as const] : [];
              }),
            );
            // What is negated or counted over retrieved facts is retrieved whole beforehand.
            const negates = /\\\+|findall|setof|aggregate_all|->/.test(program.rules + program.goals.join());
            fc.pre(scope !== 'RETRIEVED' || !negates);
            for (const goal of program.goals) {
              const stream = new GivenStream(similarities, isWhole, topK, piece, canAsk);
              const { facts: begun, isAll } = stream.next(0, 1);
              const found = deduced.ask(
                goal,
                {
                  ...asked,
                  mode: scope.toLowerCase() as 'all',
                  retrieved: begun.map(({ fact, similarity }) => [fact, similarity]),
                  stream: { topK, isAll, isWhole, canAsk },
                },
                {
                  retrieve: ({ from, count }) => stream.next(from, count),
                  similaritiesOf: (facts) => facts.map((fact) => stream.known([fact]).get(fact) ?? null),
                },
              );
              const { facts } = deduced;
              const { scoring, skip, first } = asked;
              const known = scope === 'ALL' ? stream.first : similarities;
              const right = naiveAnswers({
                facts,
                rules: program.rules,
                goal,
                scoring,
                anchors: { scope, similarities: known },
              });
              const expected = right
                .slice(skip, skip + first)
                .map(({ values, score }) => `${score} ${values}`);
              expect(found.error).toBeNull();
              if (found.limit === null) {
                // Proofs of one score may have other sizes where the weakest part alone counts.
                const scoreOf = (line: string) => (scoring === 'PRODUCT' ? line : line.split(' ')[0]);
                expect(answerLines(found).map(scoreOf)).toEqual(expected.map(scoreOf));
                if (found.total !== null) expect(found.total).toBe(right.length);
              } else {
                expect(found).toMatchObject({ limit: 'TOP_K', total: null });
                expect(topK).toBeLessThan(1_000);
                const best = new Map(right.map(({ values, score }) => [values, score]));
                for (const line of answerLines(found)) {
                  const [score, ...values] = line.split(' ');
                  expect(Number(score)).toBeLessThanOrEqual(best.get(values.join(' ')) ?? 0);
                }
              }
            }
          },
        ),
        8,
      );
    },
  );
});
