import { type Attack, endless, tooMuch } from './attack.js';

const attack = (goal: string, expected: Attack['expected'], more: Partial<Attack> = {}): Attack => ({
  name: goal,
  goal,
  expected,
  ...more,
});
/** One built-in that cannot be interrupted: its thread is ended a second after the time limit. */
const short = { limits: { timeMs: 200 } };
/** Some engines notice before they begin that it is too much. */
const anyEnd: Attack['expected'] = { limited: ['INFERENCES', 'TIME', 'MEMORY', 'ANSWERS'] };

const doubling = `
  doubled(0, [x]) :- !.
  doubled(N, [L, L]) :- N1 is N - 1, doubled(N1, L).
  deep(0, x) :- !.
  deep(N, f(T)) :- N1 is N - 1, deep(N1, T).
  wide(N, T) :- functor(T, f, N).`;

/** Numbers, texts, lists, terms and answers that are too large. */
export const floods: Attack[] = [
  // Numbers.
  attack('X is 2 ** (10 ** 10)', tooMuch),
  attack('X is 1 << (1 << 40)', tooMuch),
  attack('X is 7 ^ (7 ^ 9), Y is X mod 10', tooMuch, short),
  attack('X is 10 ** 1000000', tooMuch),
  attack('X is 2 ** 100000000, Y is X * X', anyEnd, short),
  attack('X is 3 ** 100000, X > 0, Y is X mod 7', { count: 1 }),
  attack('fac(100000, X)', anyEnd, {
    module: 'fac(0, 1) :- !.\nfac(N, F) :- N1 is N - 1, fac(N1, F1), F is N * F1.',
    ...short,
  }),
  attack('X is 1 / 0', { refused: 'EVALUATION' }),
  attack('X is 1.0e308 * 10', { refused: 'EVALUATION' }),
  attack('X is inf', { refused: 'EVALUATION' }),
  attack('X is nan', { refused: 'EVALUATION' }),
  attack('X is inf, Y = f([X])', { either: [{ refused: 'EVALUATION' }, tooMuch] }),
  attack('G = (X is inf), call(G)', { refused: 'EVALUATION' }),
  attack('G = (_X is inf), call(G)', { refused: 'EVALUATION' }),
  attack('X is 1 rdiv 3', { refused: 'EVALUATION' }),
  attack('_X is inf, edge(a, Y)', { count: 1 }, { name: 'an infinite number that only the proof shows' }),
  attack('X is foo + 1', { refused: 'EVALUATION' }),
  attack('X is Y + 1', { refused: 'EVALUATION' }),
  attack('number_codes(X, "99999999999999999999999999999999x")', { refused: 'EVALUATION' }),
  // Texts.
  attack('atoms(abcdefgh)', tooMuch, {
    module: 'atoms(A) :- !, atom_concat(A, A, B), atoms(B).',
    name: 'an atom that doubles',
  }),
  attack('strings("abcdefgh")', tooMuch, {
    module: 'strings(A) :- !, string_concat(A, A, B), strings(B).',
    name: 'a string that doubles',
  }),
  attack('codes([a, b])', anyEnd, {
    module: 'codes(L) :- !, append(L, L, M), atomic_list_concat(M, A), atom_chars(A, Cs), codes(Cs).',
  }),
  attack('findall(A, (between(1, 1000000, I), atom_concat(an_atom_with_a_long_name_, I, A)), _L)', endless, {
    name: 'a million atoms that are kept',
  }),
  attack('between(1, inf, I), atom_concat(an_atom_with_a_long_name_, I, A), A == b', endless, {
    name: 'atoms without end that are not kept',
  }),
  attack("numlist(1, 100000, L), atomic_list_concat(L, ',', A), atomic_list_concat(M, ',', A), M == []", {
    answers: [],
  }),
  attack('numlist(1, 20000, _L), atomic_list_concat(_L, _A), sub_atom(_A, _, _, _, S), S == zzz', endless, {
    name: 'every part of a long atom',
  }),
  attack('numlist(1, 200000, _L), atomic_list_concat(_L, X)', tooMuch, { name: 'an answer of a megabyte' }),
  attack(
    'numlist(1, 50000, _L), atomic_list_concat(_L, A), atom_length(A, N)',
    { count: 1 },
    {
      name: 'an answer of a quarter of a megabyte',
    },
  ),
  attack('atom_length(X, Y)', { refused: 'EVALUATION' }),
  attack('atom_codes(X, [-1])', { refused: 'EVALUATION' }),
  attack('atom_codes(X, [55296])', { refused: 'EVALUATION' }),
  attack('atom_codes(X, [1114112])', { refused: 'EVALUATION' }),
  attack('char_code(X, 0)', { count: 1 }, { name: 'the null character as an answer' }),
  attack(
    "atom_codes(X, [0'a, 0, 0'b]), member(Y, [1, 2])",
    { count: 2 },
    { name: 'null characters in answers' },
  ),
  attack("atom_codes(_X, [0'a, 0, 0'b]), edge(a, Y)", { count: 1 }, { name: 'a null character in a proof' }),
  attack(
    "atom_codes(X, [0'a, 0, 0'b]), atom_length(f(X), Y)",
    { refused: 'EVALUATION' },
    {
      name: 'a null character in an error',
    },
  ),
  attack(
    'atom_codes(X, [0x202e, 10, 9, 0x2028, 0xfeff, 0x1f600])',
    { count: 1 },
    {
      name: 'characters that nobody sees',
    },
  ),
  // Lists and terms.
  attack('numlist(1, 100000000, L)', tooMuch),
  attack('length(L, 100000000)', tooMuch),
  attack('length(L, 1000000)', tooMuch),
  attack('length(L, L)', { answers: [] }),
  attack('length(L, N), N < 0', endless),
  attack('functor(T, f, 100000000)', tooMuch),
  attack('wide(1000000, T), T =.. L', tooMuch, { module: doubling }),
  attack('numlist(1, 300000, L)', tooMuch, { name: 'an answer of three hundred thousand numbers' }),
  attack(
    'numlist(1, 300000, _L), _G = edge(a, X), call(_G)',
    { count: 1 },
    { name: 'a proof with three hundred thousand numbers' },
  ),
  attack('numlist(1, 200000, _L), msort(_L, _M), _G = edge(a, X), call(_G)', { count: 1 }),
  attack('numlist(1, 1000000, L), permutation(L, P)', anyEnd),
  attack('numlist(1, 7, L), permutation(L, P), P = [8 | _]', { answers: [] }, { limits: { timeMs: 10_000 } }),
  attack('numlist(1, 30000, L), subtract(L, L, M)', { either: [{ count: 1 }, anyEnd] }, short),
  attack('repeat, fail', endless),
  attack('between(1, inf, X), X < 0', endless),
  attack('repeat', endless),
  attack('append(X, Y, Z), X == a', endless),
  attack('member(a, L), L == b', endless),
  attack('nth0(I, L, x), I < 0', endless),
  attack('select(X, Y, Z), X == 1', endless),
  attack('atom_concat(X, Y, Z)', { refused: 'EVALUATION' }),
  // A little memory, and no end to its text.
  attack('doubled(40, L)', tooMuch, { module: doubling }),
  attack('doubled(40, _L), edge(a, X)', { count: 1 }, { module: doubling, name: 'a shared term in a proof' }),
  attack('doubled(40, L), atom_length(L, N)', { refused: 'EVALUATION' }, { module: doubling }),
  attack('doubled(17, L)', tooMuch, { module: doubling }),
  attack('doubled(40, L), findall(L, true, _M)', anyEnd, { module: doubling, ...short }),
  attack(
    'doubled(30, L), doubled(30, M), L = M, edge(a, X), L == x',
    { either: [{ answers: [] }, anyEnd] },
    { module: doubling, ...short },
  ),
  attack(
    'doubled(60, L), ground(L), term_variables(L, Vs), Vs == x',
    { either: [{ either: [{ answers: [] }, anyEnd] }, anyEnd] },
    { module: doubling, ...short },
  ),
  attack(
    'deep(1500, T)',
    { count: 1 },
    { module: doubling, name: 'an answer nested 1,500 deep', limits: { memoryMb: 512 } },
  ),
  attack('deep(3000, T)', tooMuch, { module: doubling, name: 'an answer nested 3,000 deep' }),
  attack('deep(100000, T)', tooMuch, { module: doubling, name: 'an answer nested 100,000 deep' }),
  attack(
    'deep(1200, _T), edge(a, X)',
    { count: 1 },
    { module: doubling, name: 'a proof nested 1,200 deep', limits: { memoryMb: 512 } },
  ),
  attack('deep(10000, T), atom_length(T, X)', { refused: 'EVALUATION' }, { module: doubling }),
  attack(
    'deep(100000, T), deep(100000, U), T == U, copy_term(T, V), V = T, ground(T), T = f(f(_)), T == x',
    anyEnd,
    {
      module: doubling,
      name: 'comparing and copying what is 100,000 deep',
    },
  ),
  // Cycles.
  attack('X = f(X)', tooMuch),
  attack('X = [a | X]', tooMuch),
  attack('_X = f(_X), edge(a, Y)', { count: 1 }, { name: 'a cycle in a proof' }),
  attack('X = f(X), Y = f(Y), X = Y', tooMuch),
  attack('X = f(X), Y = f(Y), X == Y, edge(a, Z), copy_term(X, W), W \\== X', { answers: [] }),
  attack('X = f(X), atom_length(X, N)', { refused: 'EVALUATION' }),
  attack('X = [a | X], length(X, N)', { refused: 'EVALUATION' }),
  attack('X = [a | X], sum_list(X, N)', { refused: 'EVALUATION' }),
  attack('X = [1 | X], sum_list(X, N)', anyEnd),
  attack('X = [a | X], reverse(X, Y)', anyEnd),
  attack('X = [a | X], atomic_list_concat(X, Y)', { refused: 'EVALUATION' }),
  attack('X = [a | X], msort(X, Y)', { refused: 'EVALUATION' }),
  attack('X = [a | X], member(b, X)', anyEnd),
  attack('X = [edge | X], G =.. X, call(G)', { refused: 'EVALUATION' }),
  attack('X = (edge(a, b), X), call(X)', anyEnd),
  attack('X = (X ; fail), call(X)', anyEnd),
  attack('X = (\\+ X), call(X)', anyEnd),
  attack('X = call(X), call(X)', anyEnd),
  attack('X = X ^ X, setof(a, X, L)', anyEnd),
  attack('X is 1 + 1, Y = Y + X, Z is Y', { refused: 'EVALUATION' }),
  // Answers.
  attack('between(1, 100000, X)', { limited: ['ANSWERS'] }),
  attack('between(1, 300, X), numlist(1, 1000, L)', { count: 300 }, { name: 'answers of a few megabytes' }),
  attack('between(1, 1000, X), numlist(1, 20000, L)', anyEnd, { name: 'answers of hundreds of megabytes' }),
  attack('edge(X, Y), edge(Z, U), edge(V, W), between(1, 1000, N)', { limited: ['ANSWERS', 'TIME'] }),
];
