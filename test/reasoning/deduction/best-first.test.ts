import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveAnswers } from '../differential/naive-evaluator.js';
import { anyProgram } from '../differential/random-programs.js';
import { answerLines, DeducedProgram } from './deduced-program.js';

const numRuns = Number(process.env.TEST_RUNS ?? 100);

describe('Over random stratified programs', () => {
  it('answers, scores and order are those of a naive fixpoint', () => {
    fc.assert(
      fc.property(anyProgram(), ({ facts, rules, goals }) => {
        const program = new DeducedProgram(facts, rules);
        for (const goal of goals) {
          const expected = naiveAnswers({ facts: program.facts, rules, goal, scoring: 'PRODUCT' });
          expect(answerLines(program.ask(goal)), goal).toEqual(
            expected.map(({ score, values }) => `${score} ${values}`),
          );
        }
      }),
      { numRuns },
    );
  });

  it.each(['PRODUCT', 'MINIMUM'] as const)(
    'the best scores are right to the last bit under %s',
    (scoring) => {
      fc.assert(
        fc.property(anyProgram({ confidences: 'rough' }), ({ facts, rules, goals }) => {
          const program = new DeducedProgram(facts, rules);
          for (const goal of goals) {
            const expected = naiveAnswers({ facts: program.facts, rules, goal, scoring });
            expect(answerLines(program.ask(goal, { scoring })).sort(), goal).toEqual(
              expected.map(({ score, values }) => `${score} ${values}`).sort(),
            );
          }
        }),
        { numRuns },
      );
    },
  );

  it('the first answers are the beginning of all', () => {
    fc.assert(
      fc.property(anyProgram(), fc.nat(5), fc.nat(5), ({ facts, rules, goals }, skip, first) => {
        const program = new DeducedProgram(facts, rules);
        for (const goal of goals) {
          const all = answerLines(program.ask(goal));
          const page = program.ask(goal, { skip, first, count: false });
          expect(answerLines(page), goal).toEqual(all.slice(skip, skip + first));
          expect(page.more, goal).toBe(all.length > skip + first);
        }
      }),
      { numRuns },
    );
  });

  it('a question leaves nothing behind', () => {
    fc.assert(
      fc.property(anyProgram(), ({ facts, rules, goals }) => {
        const program = new DeducedProgram(facts, rules);
        const before = goals.map((goal) => answerLines(program.ask(goal)));
        for (const goal of goals) program.ask(goal, { inferences: 1, memoryBytes: 10_000 });
        const supposed = { predicate: 'f0', arity: 2, prolog: 'f0(supposed,supposed)', confidence: 0.5 };
        for (const goal of goals) program.ask(goal, { assumed: [supposed], excluded: [1] });
        expect(goals.map((goal) => answerLines(program.ask(goal)))).toEqual(before);
      }),
      { numRuns },
    );
  });
});
