import { expect, it } from 'vitest';
import { declaredGrammar } from '../../src/asking/grammar/declared-grammar.js';
import { weightName } from '../../src/asking/grammar/grammar.js';
import { parseModule } from '../../src/knowledge/parsed-module.js';

const declared = (source: string) => parseModule(source).declarations;

it('reads pieces and their weights', () => {
  const grammar = declaredGrammar(
    'm',
    declared(`:- piece(p1, Part1, [whole([X]), part(Part1, X, [p2])]).
:- piece(p2, located(A, Name1), [answer(A), name(Name1, [state/10-1])]).
:- weights(p2, words, ['in'-1.5, * - -0.5]).
:- weights(p1, part(1), [p2-2]).
:- weights(located/2, words, ['in'-0.5]).
:- weights(confidence, share, [intercept-1, slope-1.5]).`),
  )!;
  expect(grammar.pieces.map(({ id, answers, parts, takes }) => ({ id, answers, parts, takes }))).toEqual([
    { id: 'p1', answers: ['X'], parts: [['p2']], takes: [] },
    { id: 'p2', answers: [], parts: [], takes: [[{ predicate: 'state', arity: 10, argument: 0 }]] },
  ]);
  expect(grammar.weights).toEqual(
    new Map([
      [weightName.word('p2', 'in'), 1.5],
      [weightName.unknown('p2'), -0.5],
      [weightName.part('p1', 0, 'p2'), 2],
      [weightName.word('located/2', 'in'), 0.5],
    ]),
  );
  expect(grammar.calibration).toEqual({ intercept: 1, slope: 1.5 });
});

it.each([
  [':- piece(P, a(X), [answer(X)]).', 'a piece is named by an atom'],
  [':- piece(p, a(X), [answer(Y)]).', 'with variables of its goal, not answer(Y)'],
  [
    ':- piece(p, (a(X), Part1), [answer(X), part(Part1, X, [Q])]).',
    "the parts of Part1 are a list of pieces' names",
  ],
  [
    ':- piece(p, a(X, N), [answer(X), name(N, [state])]).',
    'the places of N are a list of such as state/10-1',
  ],
  [':- weights(p, words, [capital]).', 'a weight is such as capital-2.3, not capital'],
  [':- weights(p, words, many).', 'weights are given as weights(p7, words'],
])('says what is wrong with %s', (source, message) => {
  const { faults, pieces, weights } = declared(source);
  expect([...pieces, ...weights]).toEqual([]);
  expect(faults).toEqual([
    expect.objectContaining({ code: 'BAD_PIECE', message: expect.stringContaining(message), line: 1 }),
  ]);
});
