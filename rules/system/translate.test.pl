% Tests of translate.pl, for both engines. See test-support.pl.

family([parent(anna, ben), parent(anna, cleo), parent(ben, dora), with(0.5, parent(cleo, emil))]).

% ------------------------------------------------------------------ rules

test('a fact is an answer') :- family(F), given(F, []), answers(X, parent(anna, X), [ben, cleo]).

test('a rule joins its goals') :-
    family(F), given(F, [(grand(X, Z) :- parent(X, Y), parent(Y, Z))]),
    answers(A-B, grand(A, B), [anna-dora, anna-emil]).

test('a predicate has rules and facts') :-
    given([p(a)], [(p(b) :- true)]), facts_too(r, p, 1), answers(X, p(X), [b, a]).

test('a rule calls a rule that comes after it') :-
    given([q(a)], [(p(X) :- s(X)), (s(X) :- q(X))]), answers(X, p(X), [a]).

test('a recursion goes down a list') :-
    given([], [as(recursive, sum([], 0)), as(recursive, (sum([X|Xs], S) :- sum(Xs, S0), S is S0 + X))]),
    answers(S, sum([1, 2, 3], S), [6]).

test('a disjunction gives the answers of both branches') :-
    given([q(a), s(b)], [(p(X) :- ( q(X) ; s(X) ))]), answers(X, p(X), [a, b]).

test('a condition commits to its first answer') :-
    given([q(a), q(b)], [(p(Y) :- ( q(X) -> Y = X ; Y = none ))]), answers(Y, p(Y), [a]).

test('a soft condition gives all its answers') :-
    given([q(a), q(b)], [(p(Y) :- ( q(X) *-> Y = X ; Y = none ))]), answers(Y, p(Y), [a, b]).

test('a condition that fails takes the other branch') :-
    given([q(a)], [(p(Y) :- ( q(z) -> Y = yes ; Y = no ))]), answers(Y, p(Y), [no]).

test('a cut drops the clauses behind it') :-
    given([q(a), q(b)], [(p(X) :- q(X), !), p(z)]), answers(X, p(X), [a]).

test('a negation holds where its goal has no answer') :-
    given([q(a), q(b), s(a)], [(p(X) :- q(X), \+ s(X))]), answers(X, p(X), [b]).

test('forall holds where no answer of the first goal fails the second') :-
    given([q(a), q(b), s(a)], [(p(X) :- q(X), forall(s(Y), Y == X))]), answers(X, p(X), [a]).

test('ignore holds once, whatever its goal does') :-
    given([q(a), q(b)], []), answers(X, ignore(q(X)), [a]), answers(y, ignore(q(z)), [y]).

% ------------------------------------------------------------------ scores

test('a fact scores its confidence') :- given([with(0.5, q(a))], []), proved(q(a), 0, 0.5, 1, _).

test('a rule multiplies under product') :-
    given([with(0.5, q(a)), with(0.25, s(a))], [with(0.5, (p(X) :- q(X), s(X)))]),
    proved(p(a), 0, S, 3, _), S =:= 0.0625.

test('a rule takes the least under minimum') :-
    given(minimum, [with(0.5, q(a)), with(0.25, s(a))], [with(0.5, (p(X) :- q(X), s(X)))]),
    proved(p(a), 0, S, 3, _), S =:= 0.25.

test('a negation, a comparison and an aggregate count 1') :-
    given([with(0.5, q(a))], [(p(X) :- q(X), \+ q(z), 1 < 2, findall(Y, q(Y), _))]),
    proved(p(a), 0, S, N, _), S =:= 0.5, N =:= 5.

test('a branch counts what was proved in it') :-
    given([with(0.5, q(a)), with(0.25, s(a))], [(p(X) :- ( q(X), s(X) ; s(X) ))]),
    findall(S, proved(p(a), _, S, _, _), [S1, S2]), S1 =:= 0.125, S2 =:= 0.25.

test('a question of several goals multiplies their scores') :-
    given([with(0.5, q(a)), with(0.25, s(a))], []), proved((q(X), s(X)), 0, S, 3, _), S =:= 0.125.

test('a goal that is called at run time scores as if it stood there') :-
    given([with(0.5, q(a))], [(p(G) :- call(G))]), proved(p(q(a)), 0, S, _, _), S =:= 0.5.

test('the score of the goal that a closure calls does not count') :-
    given([with(0.5, q(a))], []), proved(maplist(q, [a]), 0, S, _, _), S =:= 1.0.

% ------------------------------------------------------------------ proofs

test('a proof names the rule and its premises') :-
    given([q(a)], [(p(X) :- q(X))]), proved(p(a), _, _, 2, r(0, p(a), _, [f(1, q(a), _)])).

test('a proof keeps built-ins and negations as they were proved') :-
    given([q(1)], [(p(Y) :- q(X), Y is X + 1, \+ q(Y))]),
    proved(p(_), _, _, _, r(0, p(2), _, [f(1, q(1), _), b(2 is 1 + 1), n(q(2))])).

% ------------------------------------------------------------------ aggregates

twice([q(a), q(b)], [p(a), p(a), (p(X) :- q(X)), (p(b) :- q(a))]).

test('an aggregate counts answers, not proofs') :-
    twice(F, C), given(F, C), answers(L, findall(X, p(X), L), [[a, b]]), answers(N, aggregate_all(count, p(_), N), [2]).

test('outside an aggregate every proof is looked at') :-
    twice(F, C), given(F, C), answers(X, p(X), [a, a, a, b, b]).

test('an answer that was asked for is counted once') :- twice(F, C), given(F, C), answers(L, findall(x, p(a), L), [[x]]).

test('bagof counts answers, and groups by what is free') :-
    given([q(a), q(b)], [(p(X, Y) :- q(X), q(Y)), p(a, b)]),
    answers(X-L, bagof(Y, p(X, Y), L), [a-[a, b], b-[a, b]]),
    answers(L, bagof(X-Y, p(X, Y), L), [[a-a, a-b, b-a, b-b]]).

test('bagof does not group by what stands before the caret') :-
    given([q(a), q(b)], [(p(X, Y) :- q(X), q(Y))]), answers(L, setof(Y, X^p(X, Y), L), [[a, b]]).

test('answers with variables are the same when they are variants') :-
    given([], [p(_, a), p(_, a), p(X, X), p(b, a)]), answers(N, ( findall(X-Y, p(X, Y), L), length(L, N) ), [3]).

test('answers of a conjunction count as often as its goals have answers') :-
    twice(F, C), given(F, C), answers(L, findall(x, (p(_), q(_)), L), [[x, x, x, x]]).

test('built-ins inside an aggregate give what they give') :-
    given([], []), answers(L, findall(X, member(X, [a, a]), L), [[a, a]]).

test('a closure inside an aggregate is one goal') :-
    twice(F, C), given(F, C), answers(L, findall(X, maplist(p, [X]), L), [[a, a, a, b, b]]).

test('a goal known only at run time counts answers too') :-
    twice(F, C), given(F, C), answers(L, ( G = p(X), findall(X, G, L) ), [[a, b]]),
    answers(L, findall(X, call(p, X), L), [[a, b]]).

test('a condition inside an aggregate looks no further than its first answer') :-
    given([], [p(1), (p(_) :- atom_length(_, _))]),
    answers(L, findall(X, ( p(X) -> true ; fail ), L), [[1]]),
    answers(L, findall(x, \+ p(_), L), [[]]).

% ------------------------------------------------------------------ what may be called

test('a predicate that is not known is an error') :- given([], []), raised(gone(_), existence_error(procedure, gone/1)).

test('nor may it be called at run time') :-
    given([], []), raised(( G = gone(a), call(G) ), existence_error(procedure, gone/1)).

test('what Prolog has and the list has not is unknown') :-
    given([], []),
    raised(( G = assertz(x), call(G) ), existence_error(procedure, assertz/1)),
    raised(maplist(assertz, [x]), existence_error(procedure, assertz/1)),
    raised(findall(X, halt(X), _), existence_error(procedure, halt/1)).

test('the predicates of these files are unknown too') :-
    given([], []),
    raised(( G = user_predicate(_, _, _, _, _, _), call(G) ), existence_error(procedure, user_predicate/6)),
    raised(( G2 = clear_request, call(G2) ), existence_error(procedure, clear_request/0)).

test('a variable cannot be called') :- given([], []), raised(call(_), instantiation_error).

test('a number cannot be called') :- given([], []), raised(( G = 42, call(G) ), type_error(callable, 42)).

test('list predicates call rules with what they take from the lists') :-
    given([q(a), s(a, 1), t6(a, b, c, d, e, f)], [(grown(X, Y, Z) :- Z is X + Y)]),
    holds(maplist(q, [a, a])), holds(maplist(s, [a], [1])), holds(\+ maplist(q, [a, b])),
    holds(maplist(t6, [a], [b], [c], [d], [e], [f])), holds(maplist(t6(a), [b], [c], [d], [e], [f])),
    answers(S, foldl(grown, [1, 2, 3], 0, S), [6]),
    answers(In, include(q, [b, a, c], In), [[a]]), answers(Out, exclude(q, [b, a, c], Out), [[b, c]]).

test('a rule may be called as a predicate of Prolog is') :-
    given([q(a)], [(halt :- q(a)), (open(X, _, _) :- q(X))]), holds(halt), answers(X, open(X, _, _), [a]).
