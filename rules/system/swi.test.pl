% Tests of swi.pl, for SWI-Prolog. See test-support.pl.

ring(Kind, [with(0.5, edge(a, b)), with(0.5, edge(b, c)), with(0.5, edge(c, a)), with(0.125, edge(a, c))],
     [as(Kind, (path(X, Y) :- edge(X, Y))), as(Kind, (path(X, Y) :- edge(X, Z), path(Z, Y)))]).

% ------------------------------------------------------------------ tables

test('a recursion over a cycle ends') :-
    ring(tabled, F, C), given(F, C), answers(Y, path(a, Y), All), sort(All, [a, b, c]).

test('a table keeps the best score of each answer') :-
    ring(tabled, F, C), given(F, C), findall(S, proved(path(a, c), _, S, _, _), [S1]), S1 =:= 0.25.

test('of two proofs with one score a table keeps the smaller') :-
    given([edge(a, b), edge(b, c), edge(a, c)],
          [as(tabled, (path(X, Y) :- edge(X, Z), path(Z, Y))), as(tabled, (path(X, Y) :- edge(X, Y)))]),
    proved(path(a, c), _, _, N, _), N =:= 2.

test('left recursion ends') :-
    given([edge(a, b), edge(b, a)], [as(tabled, (path(X, Y) :- path(X, Z), edge(Z, Y))), as(tabled, (path(X, Y) :- edge(X, Y)))]),
    answers(Y, path(a, Y), All), sort(All, [a, b]).

test('the proof of a table\'s answer is looked up when it is wanted') :-
    ring(tabled, F, C), given(F, C),
    proved(path(a, c), _, _, _, Proof), Proof = t(r, _, path(a, c), 0),
    proof_nodes(Proof, 100, [n(rule, path(a, c), _, [1, 2], rule(1)), n(fact, edge(a, b), _, [], _), n(rule, path(b, c), _, [3], rule(0)), n(fact, edge(b, c), _, [], _)]).

test('a table is forgotten with its request') :-
    ring(tabled, F, C), given(F, C), answers(Y, path(c, Y), [_, _, _]),
    clear_request, assertz(request(1, plain, 1)), assertz(excluded(3)), answers(Y, path(c, Y), []).

test('an aggregate counts an answer once that stands in the table anchored and not') :-
    ring(tabled, F, C), given(F, C),
    retract(request(_, _, _)), assertz(request(1, all(1.0), 0)), assertz(retrieved(1, 1.0)),
    retract('k.edge'(a, b, 1, Co, From, To, 0)), assertz('k.edge'(a, b, 1, Co, From, To, 1)),
    findall(A, proved(path(a, c), A, _, _, _), As), sort(As, [0, 1]),
    answers(N, aggregate_all(count, path(a, _), N), [3]).

% ------------------------------------------------------------------ better evidence

test('evidence improves by its score, then by its size') :-
    improves(e(0.5, 9, x), e(0.25, 1, y)),
    improves(e(0.5, 1, x), e(0.5, 2, y)),
    \+ improves(e(0.5, 2, x), e(0.5, 2, y)),
    \+ improves(e(0.25, 1, x), e(0.5, 9, y)).

% ------------------------------------------------------------------ answers once

test('answers come as they are found: an endless goal may be cut off') :-
    findall(X, ( distinct_answers(X, ( repeat, member(X, [a, a, b]) )), ( X == b -> ! ; true ) ), [a, b]).

test('a goal without variables is proved once') :- findall(x, distinct_answers(f(a), member(_, [1, 2])), [x]).

% ------------------------------------------------------------------ forgetting

test('a program that is forgotten is gone, and may be loaded again') :-
    ring(tabled, F, C), given(F, C), answers(Y, path(a, Y), [_, _, _]),
    forget(r), \+ user_predicate(r, _, _, _, _, _), \+ program(r, _, _),
    forget(k), retractall(request(_, _, _)),
    given([edge(x, y)], C), answers(Y, path(x, Y), [y]).
