import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conjuncts, goalOf } from '../../../src/asking/grammar/piece.js';
import { conditionsOf, piecesOf } from '../../../src/asking/learning/goal-pieces.js';
import { readTerm } from '../../../src/prolog/reader.js';
import type { Term } from '../../../src/prolog/term.js';
import { variablesOf } from '../../../src/prolog/variables.js';
import { displayTerm, writeTerm } from '../../../src/prolog/writer.js';

const numRuns = Number(process.env.TEST_RUNS ?? 100);
const never = () => false;

function pieceGoals(goal: string, isNamed: (constant: Term) => boolean = never): string[] {
  const { term } = readTerm(goal);
  const found: string[] = [];
  const visit = ({ piece, parts }: ReturnType<typeof piecesOf>) => {
    found.push(displayTerm(piece.goal));
    parts.forEach(visit);
  };
  visit(piecesOf(term, conditionsOf([term]), isNamed));
  return found;
}

it('takes a goal apart where one variable alone connects its parts', () => {
  expect(pieceGoals('answer(C, (capital(C), in(C, S), borders(S, T), name(T, utah)))')).toEqual([
    'answer(C, Part1)',
    'capital(A), Part1',
    'in(A, B), Part1',
    'borders(A, B), Part1',
    'name(A, utah)',
  ]);
});

it('keeps conditions together that share more than one variable', () => {
  expect(pieceGoals('answer(C, (in(C, S), largest(P, (state(S), population(S, P), old(S)))))')).toEqual([
    'answer(C, Part1)',
    'in(A, B), Part1',
    'largest(B, (Part1, population(A, B)))',
    'state(A), Part1',
    'old(A)',
  ]);
});

it('makes slots of the constants that a question names', () => {
  const isUtah = (constant: Term) => constant.kind === 'atom' && constant.name === 'utah';
  expect(pieceGoals('answer(C, (in(C, S), name(S, utah), kind(S, big)))', isUtah)).toEqual([
    'answer(C, Part1)',
    'in(A, B), Part1',
    'name(A, Name1), Part1',
    'kind(A, big)',
  ]);
});

const names = ['A', 'B', 'C', 'D'];
const values = ['x', 'y', 'z'];
const literal = fc.oneof(
  fc.tuple(fc.constantFrom('p', 'q'), fc.constantFrom(...names)).map(([p, v]) => `${p}(${v})`),
  fc
    .tuple(fc.constantFrom('r', 's'), fc.constantFrom(...names), fc.constantFrom(...names, 'x'))
    .map(([p, v, w]) => `${p}(${v}, ${w})`),
);
const facts = fc.tuple(
  fc.uniqueArray(fc.tuple(fc.constantFrom('p', 'q'), fc.constantFrom(...values)), { selector: String }),
  fc.uniqueArray(
    fc.tuple(fc.constantFrom('r', 's'), fc.constantFrom(...values), fc.constantFrom(...values)),
    {
      selector: String,
    },
  ),
);

it('puts pieces together to a goal with the same answers', () => {
  fc.assert(
    fc.property(fc.array(literal, { minLength: 1, maxLength: 6 }), facts, (literals, [unary, binary]) => {
      const goal = readTerm(`answer(A, (${['p(A)', ...literals].join(', ')}))`).term;
      const tree = piecesOf(goal, conditionsOf([goal]), never);
      const again = goalOf(tree);
      const known = new Set([...unary, ...binary].map(([p, ...args]) => `${p}(${args.join(',')})`));
      expect(answersOf(again, known)).toEqual(answersOf(goal, known));
    }),
    { numRuns },
  );
});

/** Of answer(A, Goal): every value of A, by trying all values for all variables. */
function answersOf(goal: Term, known: ReadonlySet<string>): string[] {
  if (goal.kind !== 'compound') throw new Error(writeTerm(goal));
  const literals = conjuncts(goal.args[1]!);
  const variables = variablesOf(goal);
  const answers = new Set<string>();
  const tryAll = (index: number, chosen: Readonly<Record<string, string>>): void => {
    if (index < variables.length) {
      for (const value of values) tryAll(index + 1, { ...chosen, [variables[index]!]: value });
      return;
    }
    const holds = literals.every((each) => {
      if (each.kind !== 'compound') throw new Error(writeTerm(each));
      const args = each.args.map((argument) =>
        argument.kind === 'variable' ? chosen[argument.name] : writeTerm(argument),
      );
      return known.has(`${each.name}(${args.join(',')})`);
    });
    if (holds) answers.add(chosen.A!);
  };
  tryAll(0, {});
  return [...answers].sort();
}
