import type { Attack } from './attack.js';

const notStored = (code: string, modules: readonly string[]): Attack[] =>
  modules.map((module) => ({ module, expected: { notStored: code } }));

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i));

/** Modules that should not come in, or must do no harm when they are in. */
export const modules: Attack[] = [
  ...notStored('NOT_PERMITTED', [
    // Directives.
    ':- initialization(halt).',
    ":- shell('id').",
    ':- halt.',
    ':- use_module(library(process)).',
    ':- module(user, [edge/2]).',
    ':- set_prolog_flag(double_quotes, codes).',
    ':- op(700, xfx, ===>).',
    ':- table p/1.',
    ':- consult(x).',
    ":- include('/etc/passwd').",
    ':- assertz(p(1)).',
    ':- multifile edge/2.',
    ':- (true, halt).',
    ':- X = halt, call(X).',
    // What is there is not to be defined anew.
    'true :- fail.',
    'fail.',
    '!.',
    'X = Y :- halt(X, Y).',
    'X is Y :- p(X, Y).',
    '(A, B) :- p(A, B).',
    '(A ; B) :- p(A, B).',
    '(A -> B) :- p(A, B).',
    '\\+ X :- p(X).',
    'call(X) :- p(X).',
    'call(X, Y) :- p(X, Y).',
    'findall(X, Y, Z) :- p(X, Y, Z).',
    'halt.',
    'assertz(X) :- p(X).',
    'shell(X) :- p(X).',
    'atom_length(_, 42).',
    'functor(a, b, c).',
    'similar(a, b, 1.0).',
    'system:p(1).',
    'user:p(1) :- true.',
    'm:p(1) :- edge(a, _).',
    // Bodies.
    'p :- halt.',
    'p(X) :- edge(X, _), shell(X).',
    'p(X) :- \\+ shell(X).',
    'p(L) :- findall(X, shell(X), L).',
    'p(L) :- maplist(shell, L).',
    'p(X) :- system:halt(X).',
    'p(X) :- X := f.',
    'p(X) :- call(shell, X).',
    'p :- assertz(q).',
    'p :- catch(edge(_, _), _, true).',
    'p(X) :- 5.',
    'p(X) :- "text".',
    // Grammars.
    'p --> [a], p.',
  ]),
  ...notStored('UNKNOWN_PREDICATE', [
    'p(X) :- q(X).',
    'p(X) :- tick, edge(X, _).',
    "p(X) :- 'k1:edge'(X, _, _, _).",
    'p(X) :- user_predicate(X, _, _, _, _, _).',
  ]),
  ...notStored('BAD_HEAD', ['5 :- true.', '"text" :- true.', 'X :- edge(X, _).']),
  ...notStored('BAD_CONFIDENCE', ['2 :: p(a).', '-1 :: p(a).', '0 :: p(a).', 'x :: p(a).']),
  ...notStored('PROLOG_SYNTAX', [
    'p(a',
    'p(a)) :- b.',
    "p('a).",
    'p :- a b.',
    'p(X) :- X = "abc.',
    'p([a|b|c]).',
    'p(a). /* for ever',
    "p('\\xFFFFFFFF\\').",
  ]),
  ...notStored('NOT_STRATIFIED', [
    'p(X) :- edge(X, _), \\+ p(X).',
    'p(X) :- edge(X, _), \\+ q(X). q(X) :- p(X).',
    'p(X) :- edge(X, _), forall(edge(X, Y), q(Y)). q(X) :- p(X).',
    'p(X) :- edge(X, _), \\+ \\+ p(X).',
  ]),
  { name: 'a module that is too long', module: '% '.repeat(300_000), expected: { notStored: 'BAD_INPUT' } },
  {
    name: 'a body of five thousand goals',
    module: `p :- ${rows(5_000, (i) => `edge(a, _X${i})`).join(', ')}.`,
    expected: { notStored: 'BAD_INPUT' },
  },
  {
    name: 'a body of five thousand alternatives',
    module: `p(X) :- ${rows(5_000, (i) => `X = ${i}`).join(' ; ')}.`,
    expected: { notStored: 'BAD_INPUT' },
  },
  {
    name: 'a body that is negated a hundred thousand times',
    module: `p :- ${'\\+ '.repeat(100_000)}edge(a, b).`,
    expected: { notStored: 'BAD_INPUT' },
  },
  {
    name: 'brackets a hundred thousand deep',
    module: `p :- ${'('.repeat(100_000)}true${')'.repeat(100_000)}.`,
    expected: { notStored: 'PROLOG_SYNTAX' },
  },
  {
    name: 'a predicate of two thousand arguments',
    module: `p(${rows(2_000, (i) => `X${i}`).join()}) :- p(${rows(2_000, (i) => `X${1_999 - i}`).join()}).`,
    expected: { notStored: 'BAD_INPUT' },
  },
  {
    name: 'ten thousand calls of what is not known',
    module: rows(10_000, (i) => `p${i}(X) :- qqqq${i}(X).`).join('\n'),
    expected: { notStored: 'UNKNOWN_PREDICATE' },
  },
  {
    name: 'ten thousand texts that are never closed',
    module: rows(10_000, (i) => `p${i}('X.`).join('\n'),
    expected: { notStored: 'PROLOG_SYNTAX' },
  },
  {
    name: 'expansions, which are predicates like others',
    module: 'term_expansion(edge(X, Y), edge(Y, X)). goal_expansion(edge(_, _), true). user_portray(x).',
    goal: 'edge(a, X)',
    expected: { answers: ['X = b'] },
  },
  {
    name: 'hooks, which are predicates like others',
    module:
      "portray(_) :- fail. exception(_, _, retry). prolog_load_file(_, _). message_hook(_, _, _). '$exit'(1).",
    goal: 'edge(a, X)',
    expected: { answers: ['X = b'] },
  },
  {
    name: 'a library predicate of its own, which is its own only',
    module: 'append(own, own, own). last(own, own). p(X) :- append(X, _, _).',
    goal: 'p(X), last(X, Y)',
    expected: { answers: ['X = own, Y = own'] },
  },
  {
    name: 'the end of a file as a clause',
    module: 'p(1). end_of_file. p(2).',
    goal: 'p(X)',
    expected: { answers: ['X = 1', 'X = 2'] },
  },
  {
    name: 'five thousand clauses of one predicate',
    module: rows(5_000, (i) => `p(${i}).`).join('\n'),
    goal: 'p(4999)',
    expected: { answers: ['true'] },
  },
  {
    name: 'two thousand predicates that call each other round and round',
    module: `${rows(2_000, (i) => `p${i}(X) :- p${(i + 1) % 2_000}(X).`).join('\n')}\np7(x).`,
    goal: 'p0(X)',
    expected: { answers: ['X = x'] },
  },
  {
    name: 'ten thousand variables in one aggregate',
    module: `p(L) :- bagof(x, f(${rows(10_000, (i) => `X${i}`).join()}) = f(${rows(10_000, (i) => `Y${i}`).join()}), L).`,
    goal: 'edge(a, X), \\+ \\+ p([x])',
    expected: { answers: ['X = b'] },
  },
  {
    name: 'conditions three hundred deep',
    module: `p(X) :- ${rows(300, (i) => `(X = ${i} -> true ; `).join('')}fail${')'.repeat(300)}.`,
    goal: 'p(299)',
    expected: { answers: ['true'] },
  },
  {
    name: 'a name of a hundred thousand characters',
    module: `${'p'.repeat(100_000)}(x). q(X) :- ${'p'.repeat(100_000)}(X).`,
    goal: 'q(X)',
    expected: { answers: ['X = x'] },
  },
];
