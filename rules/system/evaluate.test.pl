% Tests of evaluate.pl, for both engines. See test-support.pl.

% now(+Revision, +Mode, +Excluding): the request, in place of the one that given/2 makes.
now(Revision, Mode, Excluding) :- ( retract(request(_, _, _)) -> true ; true ), assertz(request(Revision, Mode, Excluding)).

history :- given([], []), fact(q(old), 1, 1.0, 1, 3), fact(q(new), 2, 1.0, 3, 1000).

% ------------------------------------------------------------------ revisions

test('a fact lives from its revision to the one that retracts it') :-
    history,
    now(1, plain, 0), answers(X, q(X), [old]),
    now(2, plain, 0), answers(X, q(X), [old]),
    now(3, plain, 0), answers(X, q(X), [new]).

test('rows of facts come together, with ids that follow each other') :-
    given([], []), fact_predicate(k, edge, 2), rows('k.edge', 2, 7, 0.5, 1, 1000, 0, [a, b, c, d]),
    answers(X-Y, edge(X, Y), [a-b, c-d]), proved(edge(c, d), 0, 0.5, 1, f(8, edge(c, d), 0.5)).

test('a fact that was retracted is there for the revisions before') :-
    given([q(a), q(b)], []), ended('k.q', 1, 1, 5),
    answers(X, q(X), All), ( All = [a, b] -> true ; All = [b, a] ),
    now(5, plain, 0), answers(X, q(X), [b]).

test('a fact that is left out is untrue') :-
    given([q(a), q(b)], []), now(1, plain, 1), assertz(excluded(1)), answers(X, q(X), [b]).

test('a predicate is made room for once') :-
    given([q(a)], []), fact_predicate(k, q, 1), answers(X, q(X), [a]).

% ------------------------------------------------------------------ what retrieval brought

hybrid(Mode) :-
    given([q(a), q(b)], [(p(X) :- q(X)), (p2(X) :- q(X), q(X))]),
    fact(s(a), 3, 0.5, 1, 1000),
    ( retract('k.q'(b, 2, C, From, To, 0)) -> assertz('k.q'(b, 2, C, From, To, 1)) ; true ),
    assertz(retrieved(1, 0.5)),
    ( retract('k.q'(a, 1, C1, From1, To1, 0)) -> assertz('k.q'(a, 1, C1, From1, To1, 1)) ; true ),
    now(1, Mode, 0).

test('anchored: a retrieved fact counts its similarity, and a proof with it is anchored') :-
    hybrid(anchored), proved(p(a), 1, S, _, _), S =:= 0.5.

test('anchored: any other fact counts its confidence, and anchors nothing') :-
    hybrid(anchored), proved(p(b), 0, S, _, _), S =:= 1, proved(s(a), 0, S2, _, _), S2 =:= 0.5.

test('retrieved: only retrieved facts are there') :- hybrid(retrieved), answers(X, q(X), [a]), answers(X, s(X), []).

test('all: a fact that was not retrieved counts the floor') :-
    hybrid(all(0.1)), proved(p(b), 0, S, _, _), S =:= 0.1, proved(s(a), 0, S2, _, _), S2 =:= 0.5.

test('a fact that is supposed is there in every mode') :-
    hybrid(retrieved), fact(s(z), -1, 0.25, 0, 1000), proved(s(z), 0, S, _, _), S =:= 0.25.

% ------------------------------------------------------------------ semantic predicates

test('similar/3 refuses what is no text') :-
    given([q(a)], []),
    raised(similar(_, q(_), _), instantiation_error),
    raised(similar(f(x), q(_), _), type_error(text, f(x))).

test('similar/3 refuses what is no pattern') :- given([q(a)], []), raised(similar(text, 42, _), type_error(fact_pattern, 42)).

test('similar/3 gives each fact that the host finds, with its similarity') :-
    given([with(0.5, q(a)), q(b)], []),
    answers(X-S, similar(text, q(X), S), [a-0.5, b-0.25]),
    proved(similar(text, q(a), _), 0, Score, 1, s(1, _, _, 0.5)), Score =:= 0.25.

test('similar/3 leaves out a fact that is left out or not like the pattern') :-
    given([q(a), q(b)], []),
    answers(X, similar(text, q(X), _), [a, b]),
    answers(x, similar(text, q(b), _), [x]),
    now(1, plain, 1), assertz(excluded(1)), answers(X, similar(text, q(X), _), [b]).

test('nearest/3 gives facts near one that is true') :-
    given([q(a), q(b)], []), answers(X, nearest(q(b), q(X), _), [a, b]), answers(X, nearest(q(z), q(X), _), []).

test('a fact that similar/3 brought anchors when it was retrieved') :-
    hybrid(anchored), proved(similar(text, q(a), _), 1, _, _, _), proved(similar(text, q(b), _), 0, _, _, _).

test('similarity/3 counts the similarity of two texts') :-
    given([], []), proved(similarity(a, b, X), 0, S, 1, m(_, _)), X =:= 0.5, S =:= 0.5.

test('a failure of the host is an error of the goal') :-
    given([q(a)], []), raised(similar(nothing, q(_), _), semantic('EMBEDDING_SPACE_UNAVAILABLE', 'no vectors')).

% ------------------------------------------------------------------ facts that are not held

looked_up_facts :- given([], []), external_predicate(k, big, 2).

test('facts that are not held are looked up, page by page') :-
    looked_up_facts, answers(X-Y, big(X, Y), [a-b, a-c, b-c, b-d]).

test('only those count that unify') :-
    looked_up_facts, answers(Y, big(a, Y), [b, c]), answers(X, big(X, c), [a, b]), answers(x, big(c, _), []).

test('they live from their revision to the one that retracts them') :-
    looked_up_facts, now(2, plain, 0), answers(Y, big(b, Y), [c]), now(0, plain, 0), answers(Y, big(b, Y), []).

test('they have their confidence and their id') :- looked_up_facts, proved(big(a, c), 0, 0.5, 1, f(12, big(a, c), 0.5)).

test('what is supposed is there beside them') :-
    looked_up_facts, fact(big(z, z), -1, 1.0, 0, 1000), answers(Y, big(z, Y), [z]).

test('a page that was looked up by a value is kept for the request') :-
    looked_up_facts, answers(Y, big(a, Y), [b, c]), findall(P, looked_page(_, _, _, _, P, _), [_, _]),
    forget_lookups, \+ looked_page(_, _, _, _, _, _), \+ looked_row(_, _, _, _, _, _, _).

test('a page that was looked up by nothing is not kept') :-
    looked_up_facts, answers(x, big(_, _), [x, x, x, x]), \+ looked_page(_, _, _, _, _, _).

% ------------------------------------------------------------------ proofs

test('the nodes of a proof are flat, each child behind its parent') :-
    given([q(a)], [(p(X) :- s(X), \+ q(z)), (s(X) :- q(X))]),
    proved(p(a), _, _, _, Proof),
    proof_nodes(Proof, 100, [
        n(rule, p(a), _, [1, 3], rule(0)),
        n(rule, s(a), _, [2], rule(1)),
        n(fact, q(a), _, [], fact(1)),
        n(negation, \+ q(z), 1.0, [], none)
    ]).

test('the parts of a branch stand among their rule\'s own') :-
    given([q(a)], [(p(X) :- q(X), ( q(X), 1 < 2 ; fail ))]),
    proved(p(a), _, _, _, Proof),
    proof_nodes(Proof, 100, [n(rule, _, _, [1, 2, 3], _), n(fact, _, _, [], _), n(fact, _, _, [], _), n(builtin, 1 < 2, 1.0, [], _)]).

test('a node for whose children there is no room is cut') :-
    given([q(a)], [(p(X) :- s(X)), (s(X) :- q(X))]),
    proved(p(a), _, _, _, Proof),
    proof_nodes(Proof, 2, [n(rule, p(a), _, [1], _), n(rule, s(a), _, cut, _)]),
    proof_nodes(Proof, 1, [n(rule, p(a), _, cut, _)]).

test('a fact that is supposed is an assumption in the proof') :-
    given([], []), fact(q(a), -1, 1.0, 0, 1000), proved(q(a), _, _, _, Proof),
    proof_nodes(Proof, 10, [n(assumption, q(a), _, [], none)]).

test('a retrieved fact keeps its similarity in the proof') :-
    hybrid(anchored), proved(q(a), _, _, _, Proof), proof_nodes(Proof, 10, [n(fact, q(a), _, [], fact(1, 0.5))]).
