import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Chart, type NamedConstant } from '../../../src/asking/grammar/chart.js';
import type { GrammarPiece } from '../../../src/asking/grammar/grammar.js';
import { GrammarModel } from '../../../src/asking/grammar/grammar-model.js';
import { IMPOSSIBLE } from '../../../src/asking/grammar/log-sum.js';
import { keyOfTree, sampledTrees } from '../../../src/asking/grammar/sampled-trees.js';
import { type NumberedTree, TreeChart } from '../../../src/asking/grammar/tree-chart.js';
import { chartExpectations, treeExpectations } from '../../../src/asking/learning/gradient.js';
import { readTerm } from '../../../src/prolog/reader.js';
import { atom } from '../../../src/prolog/term.js';

const numRuns = Math.ceil(Number(process.env.TEST_RUNS ?? 100) / 5);

function piece(
  id: string,
  goal: string,
  answer: string,
  holes: readonly (readonly [on: string, parts: readonly string[]])[],
  slots: number,
): GrammarPiece {
  return {
    id,
    goal: readTerm(goal).term,
    answer,
    answers: answer === '' ? ['X'] : [],
    holes: holes.map(([on], index) => ({ name: `Part${index + 1}`, on })),
    slots: Array.from({ length: slots }, (_, index) => `Name${index + 1}`),
    takes: Array.from({ length: slots }, () => []),
    parts: holes.map(([, parts]) => parts),
  };
}

const pieces = [
  piece('whole', 'Part1', '', [['X', ['unary', 'binary', 'named', 'both']]], 0),
  piece('unary', '(u(A), Part1)', 'A', [['A', ['unary', 'named', 'binary']]], 0),
  piece('binary', '(b(A, B), Part1)', 'A', [['B', ['named', 'leaf']]], 0),
  piece(
    'both',
    '(c(A, B), Part1, Part2)',
    'A',
    [
      ['A', ['leaf']],
      ['B', ['leaf', 'named']],
    ],
    0,
  ),
  piece('leaf', 'l(A)', 'A', [], 0),
  piece('named', 'n(A, Name1)', 'A', [], 1),
];
const words = ['w0', 'w1', 'w2'];
const vocabulary = { words: new Set(words), starts: new Set<string>() };

const questions = fc.record({
  words: fc.array(fc.constantFrom(...words, 'unheard'), { minLength: 2, maxLength: 5 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  named: fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 2 })), { minLength: 1, maxLength: 2 }),
});

interface Question {
  readonly words: readonly string[];
  readonly seed: number;
  readonly named: readonly (readonly [number, number])[];
}

function chartOf(
  { words: said, seed, named }: Question,
  model = new GrammarModel({ pieces, weights: new Map() }, vocabulary),
) {
  let state = seed;
  for (let index = 0; index < model.weights.length; index++) {
    state = (state * 48_271) % 2_147_483_647;
    model.weights[index] = (state / 2_147_483_647 - 0.5) * 2;
  }
  const names: NamedConstant[] = named
    .map(([from, length]) => ({ from, to: from + length, value: atom('k'), positions: [], score: 0.9 }))
    .filter(({ to }) => to <= said.length);
  return { model, names, chart: () => new Chart(model, model.numbered(said), names) };
}

it('counts weights as the slope of the sum over everything says', () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { model, chart } = chartOf(question);
      const before = chart();
      if (before.sum <= IMPOSSIBLE) return;
      const counted = new Float64Array(model.weights.length);
      chartExpectations(before, (weight, amount) => {
        counted[weight]! += amount;
      });
      expectSlopes(counted, model, () => chart().sum);
    }),
    { numRuns },
  );
});

it('counts weights as the slope of the sum over one tree says, and no tree is likelier than all', () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { model, chart } = chartOf(question);
      const whole = chart();
      for (const tree of sampledTrees(whole, 2)) {
        const counted = new Float64Array(model.weights.length);
        const treeChart = new TreeChart(whole, tree);
        expect(treeChart.sum).toBeLessThanOrEqual(whole.sum + 1e-9);
        treeExpectations(treeChart, (weight, amount) => {
          counted[weight]! += amount;
        });
        expectSlopes(counted, model, () => new TreeChart(chart(), tree).sum);
      }
    }),
    { numRuns },
  );
});

it('draws all trees of a short question, whose shares are the whole', () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { chart } = chartOf({ ...question, words: question.words.slice(0, 2) });
      const whole = chart();
      const found = new Map<string, NumberedTree>();
      for (const tree of sampledTrees(whole, 3_000)) found.set(keyOfTree(tree), tree);
      let share = 0;
      for (const tree of found.values()) share += Math.exp(new TreeChart(whole, tree).sum - whole.sum);
      if (found.size === 0) expect(whole.sum).toBeLessThanOrEqual(IMPOSSIBLE);
      else {
        expect(share).toBeGreaterThan(0.98);
        expect(share).toBeLessThan(1 + 1e-9);
      }
    }),
    { numRuns },
  );
});

function expectSlopes(counted: Float64Array, model: GrammarModel, sum: () => number): void {
  const step = 1e-5;
  for (let weight = 0; weight < model.weights.length; weight++) {
    const there = model.weights[weight]!;
    model.weights[weight] = there + step;
    const above = sum();
    model.weights[weight] = there - step;
    const below = sum();
    model.weights[weight] = there;
    expect(counted[weight]).toBeCloseTo((above - below) / (2 * step), 3);
  }
}
