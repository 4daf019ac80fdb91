import { type Attack, endless } from './attack.js';

/** A module with one predicate and a goal for it. */
const rule = (
  module: string,
  goal: string,
  expected: Attack['expected'],
  more: Partial<Attack> = {},
): Attack => ({
  name: `${module.split('\n')[0]!} ?- ${goal}`,
  module,
  goal,
  expected,
  ...more,
});

const forty = Array.from({ length: 40 }, (_, i) => `X${i}`);
const swapped = [forty[1], forty[0], ...forty.slice(2)];
const turned = [...forty.slice(1), forty[0]];

/** Recursion that does not end, or does so much too late. */
export const recursion: Attack[] = [
  rule('p(X) :- p(X).', 'p(a)', { answers: [] }),
  rule('p(X) :- !, p(X).', 'p(a)', endless),
  rule('p(X) :- q(X).\nq(X) :- p(X).', 'p(a)', { answers: [] }),
  rule('p(X) :- p([X]).', 'p(a)', endless),
  rule('p(X) :- p(Y), edge(Y, X).\np(a).', 'p(X)', { answers: ['X = a', 'X = b', 'X = c'] }),
  rule('p([X | Xs]) :- p([X, X | Xs]).', 'p([a])', endless),
  rule('p(N) :- M is N + 1, p(M).', 'p(0)', endless),
  rule('p(N) :- M is N + 1, p(M), true.', 'p(0)', endless),
  rule('p(X) :- G = p(X), call(G).', 'p(a)', endless),
  rule('p(X) :- maplist(p, [X]).', 'p(a)', { either: [{ answers: [] }, endless] }),
  rule('p(X) :- findall(X, q(X), _).\nq(X) :- G = p(X), call(G).', 'p(a)', endless),
  rule('p(X) :- edge(X, Y), G = p(Y), \\+ call(G).', 'p(X)', { answers: ['X = b'] }),
  rule('p(X) :- G = p(X), \\+ call(G).', 'p(a)', endless),
  rule('n(0).\nn(N) :- n(M), N is M + 1.', 'n(X), X < 0', endless),
  rule('n(0).\nn(s(N)) :- n(N).', 'n(X)', endless),
  rule('n(0).\nn(N) :- n(M), N is M + 1.', 'n(X)', endless),
  rule('t(a).\nt(f(X, Y)) :- t(X), t(Y).', 't(X), X == b', endless),
  rule('l([]).\nl([a | T]) :- l(T).\nl([b | T]) :- l(T).', 'l(X), X == c', endless),
  rule(
    'c(X, Y) :- between(1, 2000, X), between(1, 2000, Y).\nc(X, Y) :- c(Y, X).',
    'c(X, Y), X < 0',
    endless,
  ),
  rule(
    'c(X, Y, Z) :- between(1, 200, X), between(1, 200, Y), between(1, 200, Z).\nc(X, Y, Z) :- c(Y, Z, X).',
    'c(X, Y, Z), X < 0',
    endless,
  ),
  rule(
    'fib(0, 0).\nfib(1, 1).\nfib(N, F) :- N > 1, A is N - 1, B is N - 2, fib(A, X), fib(B, Y), F is X + Y.',
    'fib(200, F)',
    {
      answers: ['F = 280571172992510140037611932413038677189525'],
    },
  ),
  rule(
    'f(0, 0) :- !.\nf(1, 1) :- !.\nf(N, F) :- A is N - 1, B is N - 2, f(A, X), f(B, Y), F is X + Y.',
    'f(200, F)',
    endless,
  ),
  rule(
    'a(0, N, R) :- !, R is N + 1.\na(M, 0, R) :- !, M1 is M - 1, a(M1, 1, R).\na(M, N, R) :- M1 is M - 1, N1 is N - 1, a(M, N1, R1), a(M1, R1, R).',
    'a(3, 12, R)',
    endless,
  ),
  rule(
    'h(0, _, _, _) :- !.\nh(N, A, B, C) :- M is N - 1, h(M, A, C, B), h(M, C, B, A).',
    'h(40, a, b, c)',
    endless,
  ),
  rule(
    'b(X, Y) :- (X = 0 ; X = 1), (Y = 0 ; Y = 1).\ne(A, Z) :- b(A, B), b(B, C), b(C, D), b(D, E), b(E, F), b(F, G), b(G, H), b(H, I), b(I, J), b(J, K), b(K, L), b(L, M), b(M, Z).',
    'e(X, Y), X > 1',
    { either: [{ answers: [] }, endless] },
  ),
  rule(
    `x :- ${Array.from({ length: 30 }, (_, i) => `(edge(a, X${i}) ; edge(b, X${i}))`).join(', ')}, X0 == d.`,
    'x',
    endless,
    { name: 'two alternatives, thirty times over' },
  ),
  rule(
    `x(X) :- ${Array.from({ length: 12 }, (_, i) => `edge(Y${i}, Z${i})`).join(', ')}, X = Y0, X == z.`,
    'forall(between(1, 1000, _), \\+ x(_))',
    { either: [{ answers: ['true'] }, endless] },
    { name: 'a product of twelve tables' },
  ),
  rule('len([], 0).\nlen([_ | T], N) :- len(T, M), N is M + 1.', 'numlist(1, 200000, _L), len(_L, N)', {
    limited: ['MEMORY', 'TIME', 'INFERENCES'],
  }),
  rule('d(0) :- !.\nd(N) :- M is N - 1, d(M), true.', 'd(10000000)', endless),
  rule('p(X) :- p(Y), p(Z), atom_concat(Y, Z, X).\np(a).', 'p(X), X == b', endless),
  rule(
    'p(X, Y) :- edge(X, Y).\np(X, Z) :- p(X, Y), p(Y, Z).\np(X, f(Y)) :- p(X, Y).',
    'p(a, X), X == x',
    endless,
  ),
  rule('0.9 :: p(X) :- p(X).\n0.5 :: p(a).', 'p(X)', { answers: ['X = a'] }),
  rule('0.5 :: p(N) :- p(M), N is M + 1, N < 2000.\np(0).', 'p(1999)', { answers: ['true'] }),
  rule(
    `p(${forty}) :- p(${swapped}).\np(${forty}) :- p(${turned}).\np(${forty.map(() => 'a')}).`,
    `p(${forty.map((name, i) => (i % 2 === 0 ? 'a' : name))})`,
    { either: [{ count: 1 }, endless] },
    { name: 'forty arguments that trade places in every way' },
  ),
  { goal: 'forall(between(1, inf, X), X > 0)', expected: endless },
  { goal: 'aggregate_all(count, repeat, N)', expected: endless },
  { goal: 'aggregate_all(bag(X), between(1, inf, X), L)', expected: endless },
  { goal: 'findall(X, between(1, inf, X), L)', expected: endless },
  { goal: 'setof(X, Y ^ (between(1, inf, X), Y = X), L)', expected: endless },
  { goal: '\\+ (repeat, fail)', expected: endless },
  { goal: '( repeat, fail -> true ; true )', expected: endless },
  { goal: 'between(1, inf, X), between(1, inf, Y), X + Y < 0', expected: endless },
  { goal: 'G = (repeat, G), call(G)', expected: endless },
  { goal: 'length(L, N), maplist(==(x), L), N < 0', expected: endless },
  { goal: 'foldl(plus, L, 0, 1)', expected: { refused: 'EVALUATION' } },
  { goal: 'maplist(=, L, M), L == a', expected: endless },
];
