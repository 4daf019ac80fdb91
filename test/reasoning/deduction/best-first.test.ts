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

  it('the first answers are the beginning of all, whether all are counted or not', () => {
    fc.assert(
      fc.property(anyProgram(), fc.nat(5), fc.nat(5), ({ facts, rules, goals }, skip, first) => {
        const program = new DeducedProgram(facts, rules);
        for (const goal of goals) {
          const all = answerLines(program.ask(goal));
          const page = program.ask(goal, { skip, first, count: false });
          expect(answerLines(page), goal).toEqual(all.slice(skip, skip + first));
          expect(page.more, goal).toBe(all.length > skip + first);
          const counted = program.ask(goal, { skip, first });
          expect(answerLines(counted), goal).toEqual(all.slice(skip, skip + first));
          expect([counted.more, counted.total], goal).toEqual([page.more, all.length]);
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

describe('Over large random graphs with cycles', () => {
  const rules = `
    left(X, Y) :- edge(X, Y).
    left(X, Z) :- left(X, Y), edge(Y, Z).
    right(X, Y) :- edge(X, Y).
    right(X, Z) :- edge(X, Y), right(Y, Z).
    both(X, Y) :- edge(X, Y).
    both(X, Z) :- both(X, Y), both(Y, Z).`;

  it.each(['left', 'right', 'both'])('%s-recursive ways have the score of the best way', (way) => {
    const graph = fc
      .tuple(fc.integer({ min: 2, max: 70 }), fc.integer({ min: 1, max: 5 }))
      .chain(([nodes, degree]) =>
        fc.array(
          fc.record({
            from: fc.nat(nodes - 1),
            to: fc.nat(nodes - 1),
            eighths: fc.integer({ min: 1, max: 8 }),
          }),
          { minLength: nodes, maxLength: nodes * degree, size: 'max' },
        ),
      );
    fc.assert(
      fc.property(graph, (edges) => {
        const facts = edges.map(({ from, to, eighths }) => ({
          prolog: `edge(n${from}, n${to})`,
          confidence: eighths / 8,
        }));
        const program = new DeducedProgram(facts, rules);
        const best = bestWays(program.facts);
        const found = answerLines(program.ask(`${way}(X, Y)`));
        expect([...found].sort()).toEqual([...best].map(([key, score]) => `${score} [${key}]`).sort());
        // The same from one node, where only what it reaches is derived.
        const fromFirst = answerLines(program.ask(`${way}(n0, Y)`)).map((line) => line.replace('[', '[n0,'));
        expect(fromFirst.sort()).toEqual(found.filter((line) => line.includes('[n0,')).sort());
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });
});

/** By pair of nodes, as `from,to`. Products of eighths are exact for as many edges as a best way has here. */
function bestWays(
  facts: readonly { readonly prolog: string; readonly confidence: number }[],
): Map<string, number> {
  const edges = facts.map(({ prolog, confidence }) => {
    const [, from, to] = /^edge\((\w+),(\w+)\)$/.exec(prolog)!;
    return { from: from!, to: to!, confidence };
  });
  const best = new Map<string, number>();
  const offer = (key: string, score: number) => {
    if (score <= (best.get(key) ?? 0)) return false;
    best.set(key, score);
    return true;
  };
  for (const { from, to, confidence } of edges) offer(`${from},${to}`, confidence);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [key, score] of [...best]) {
      const [start, middle] = key.split(',');
      for (const { from, to, confidence } of edges) {
        if (from === middle && offer(`${start},${to}`, score * confidence)) changed = true;
      }
    }
  }
  return best;
}

describe('What makes ever larger values', () => {
  it('is asked whether to go on by what it has made, not only for each few thousand steps', () => {
    const program = new DeducedProgram([], 'nested(X) :- nested(f(X)).');
    let asked = 0;
    const outcome = program.ask(
      'nested(a)',
      { memoryBytes: 40_000_000 },
      {
        tick: () => {
          asked += 1;
          return 'go';
        },
      },
    );
    expect(outcome.limit).toBe('MEMORY');
    expect(asked).toBeGreaterThan(100);
    expect(program.ask('nested(a)', {}, { tick: () => 'time' }).limit).toBe('TIME');
  });
});
