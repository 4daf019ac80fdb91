import { type Attack, refusals } from './attack.js';

/** Names that Corollary's own Prolog has. Prefixes keep them apart: as long as nobody defines them, they are not known. */
export const namesOfItsOwn: Attack[] = [
  ...refusals('UNKNOWN_PREDICATE', [
    'tick',
    'found(T, V, E, 10)',
    'request(R, M, X)',
    'excluded(X)',
    'retrieved(X, Y)',
    'assumed(X)',
    'solve(P, Q, 1, 1, 1, 0, O, D)',
    'user_predicate(K, G, A, E, T, Kind)',
    'program(P, F, S)',
    'builtin(N, A, K)',
    'known(P, G, A, E, T, K)',
    'declare(k1, edge, 2, facts)',
    'add_clause(r, 0, 1, edge(x, y), true)',
    'forget(k1)',
    "load_text('/goals.pl')",
    'clear_request',
    'meta_call(plain, P, halt, A, S, N, Proof)',
    'closure(P, halt)',
    'closure_goal(P, shell, [id])',
    'similar_fact(P, T, X, S, A, C, Proof)',
    "'k1:edge'(X, Y, A, E)",
    "'k1.edge'(X, Y, I, C, F, T, S)",
    "'r1:way'(X, Y, A, E)",
    "'$tbl_answer'(X, Y, Z)",
    "'$set_source_module'(x)",
    "'$compile'",
    'corollary_tick',
    'answer_lines(L)',
    'measured(X, 1, 1, L)',
    'G = tick, call(G)',
    'G = clear_request, call(G)',
    "atom_concat('k1:', edge, P), call(P, X, Y, A, E)",
    "atom_concat('k1.', edge, P), G =.. [P, X, Y, I, C, F, T, S], call(G)",
    'G = request(R, M, X), findall(R, G, L)',
    'maplist(forget, [k1])',
    'X = user_predicate(K, G, A, E, T, Kind), once(X)',
  ]),
  {
    name: 'rules that have the names of its own',
    module: `
      tick :- fail.
      found(_, _, _, _).
      request(1, 2, 3).
      solve(_, _, _, _, _, _, complete, "").
      known(P, G, A, E, T, K) :- member(P-G-A-E-T-K, [1-2-3-4-5-6]).
      clear_request :- fail.
      better(X, Y, Z) :- X = Y, Y = Z.
      assumed(X) :- request(X, _, _).`,
    goal: 'assumed(X), known(P, _, _, _, _, _), found(a, b, c, d)',
    expected: { answers: ['X = 1, P = 1'] },
  },
  {
    name: 'facts that are supposed under the names of its own',
    assume: ['request(9, 9, 9)', 'user_predicate(a, b, c, d, e, f)', 'excluded(1)', "'k1.edge'(z)", 'tick'],
    goal: "request(X, _, _), excluded(Y), 'k1.edge'(Z), tick, edge(a, B)",
    expected: { answers: ['X = 9, Y = 1, Z = z, B = b'] },
  },
  {
    name: 'a predicate whose name looks like one with a prefix',
    module: "'k1:edge'(x, y, 0, e(1.0, 1, none)). p(X) :- 'k1:edge'(X, _, _, _).",
    goal: 'p(X), edge(a, Y)',
    expected: { answers: ['X = x, Y = b'] },
  },
  ...['halt', 'shell(x)', 'append(a, b, c)', 'assertz(x)', '(a, b)', '(a :- b)', 'system:halt'].map(
    (fact): Attack => ({
      assume: [fact],
      goal: 'edge(a, X)',
      name: `${fact} supposed`,
      expected: { refused: 'FACT_NOT_CALLABLE' },
    }),
  ),
  { assume: ['p(X)'], goal: 'edge(a, X)', expected: { refused: 'FACT_NOT_GROUND' } },
  { assume: ['p(a'], goal: 'edge(a, X)', expected: { refused: 'PROLOG_SYNTAX' } },
  { assume: ['p(a). :- halt'], goal: 'edge(a, X)', expected: { refused: 'PROLOG_SYNTAX' } },
  { assume: ['2 :: p(a)'], goal: 'edge(a, X)', expected: { refused: 'BAD_INPUT' } },
  {
    name: 'more suppositions than there may be',
    assume: Array.from({ length: 1_001 }, (_, i) => `p(${i})`),
    goal: 'p(0)',
    expected: { refused: 'BAD_INPUT' },
  },
  {
    name: 'a supposition that tries to end its clause',
    assume: ["p('x'), halt"],
    goal: 'edge(a, X)',
    expected: { refused: 'FACT_NOT_CALLABLE' },
  },
  {
    name: 'a supposition with quotes and brackets in its texts',
    assume: ["p('). :- halt. (''')"],
    goal: 'p(X)',
    expected: { answers: ["X = '). :- halt. (\\''"] },
  },
];
