% Rules into scored, proof-carrying clauses.
%
% A predicate p/n of a program becomes a predicate with two more arguments:
%
%     p(X1, .., Xn, Anchored, e(Score, Size, Proof))
%
% Anchored is 1 when a retrieved fact was used, else 0: the best proof with one and the best proof without are kept
% apart, since a hybrid question may ask for the former only. Score combines the confidences and similarities on the
% way, Size counts the proof's nodes (of two proofs with one score the smaller is kept), and Proof is a term:
%
%     f(Id, Goal, Score)           a fact; Id < 0: an assumption
%     r(Rule, Goal, Score, Parts)  a rule, by its number, with the proofs of its body
%     q(Goal, Score, Parts)        the question itself
%     s(Id, Goal, Score, Sim)      a fact brought by similar/3 or nearest/3
%     m(Goal, Score)               similarity/3
%     b(Goal)                      a built-in, after it succeeded
%     n(Goal)                      a goal without any proof
%     t(Program, Call, Goal, Anchored)  an answer of a tabled predicate: its proof is looked up when it is wanted
%     c(Parts)                     the parts of a branch that was taken
%
% Kept by the engine's own file: tick, distinct_answers(Goal, Target), table_predicate/3, make_dynamic/1, is_text/1.
%
% Written in the subset of ISO Prolog that SWI-Prolog and tau-prolog share. The names of a program's predicates get a
% prefix (r3:path), so that none can meet a name of Prolog's own or of this file.
%
% Dynamic here, filled by the host:
%   user_predicate(Key, Goal, Anchored, Evidence, Target, Kind)  Kind: tabled, recursive, rules or facts
%   program(Program, Facts, Scoring)       the prefixes of a program and of its facts; product or minimum
%   builtin(Name, Arity, Kind)             what a rule may call; Kind: once or many (it can be retried)

:- dynamic(user_predicate/6).
:- dynamic(program/3).
:- dynamic(builtin/3).

% known(+Program, +Goal, -Anchored, -Evidence, -Target, -Kind)
known(P, G, A, E, T, K) :- user_predicate(P, G, A, E, T, K), !.
known(P, G, A, E, T, K) :- program(P, Facts, _), user_predicate(Facts, G, A, E, T, K), !.

% declare(+Key, +Name, +Arity, +Kind): Key is the prefix of a program or of a knowledge base's facts.
declare(Key, Name, Arity, Kind) :-
    functor(Goal, Name, Arity),
    Goal =.. [_|Args],
    prefixed(Key, Name, Target0),
    append(Args, [A, E], TargetArgs),
    Target =.. [Target0|TargetArgs],
    ( user_predicate(Key, Goal, _, _, _, _) -> true
    ; assertz(user_predicate(Key, Goal, A, E, Target, Kind)) ).

prefixed(Key, Name, Prefixed) :- atom_concat(Key, ':', Prefix), atom_concat(Prefix, Name, Prefixed).

% add_clause(+Program, +Rule, +Confidence, +Head, +Body)
add_clause(P, Rule, Confidence, Head, Body) :-
    user_predicate(P, Head, A, E, Target, Kind),
    scored(Body, proof, P, Goal, Evidence, []),
    combined(Evidence, P, Confidence, A, S, N, Parts, Join),
    Whole = e(S, N, r(Rule, Head, S, Parts)),
    (   Kind == tabled ->
        % The moded argument of a table must be a fresh variable in the head.
        conjoined([tick, Goal, Join, E = Whole], Clause)
    ;   E = Whole,
        ( Kind == recursive -> conjoined([tick, Goal, Join], Clause) ; conjoined([Goal, Join], Clause) )
    ),
    assertz((Target :- Clause)).

% facts_too(+Program, +Name, +Arity): the predicate has facts beside its rules.
facts_too(P, Name, Arity) :-
    functor(Goal, Name, Arity),
    user_predicate(P, Goal, A, E, Target, _),
    program(P, Facts, _),
    user_predicate(Facts, Goal, A, E, FactTarget, _),
    assertz((Target :- FactTarget)).

conjoined([], true).
conjoined([true|Goals], Goal) :- !, conjoined(Goals, Goal).
conjoined([Goal], Goal) :- !.
conjoined([Goal|Goals], Conjunction) :-
    conjoined(Goals, Rest),
    ( Rest == true -> Conjunction = Goal ; Conjunction = (Goal, Rest) ).

% ------------------------------------------------------------------ what parts make together
% Evidence is a list of u(Anchored, Score, Size, Proof) for parts that have a score, and k(Proof) for others.

combined(Evidence, P, Confidence, A, S, N, Parts, Join) :-
    parted(Evidence, 1, As, Ss, Ns, Constant, Parts),
    program(P, _, Scoring),
    anchor_of(As, A, JoinA),
    ( Confidence =:= 1 -> Scores = Ss ; Scores = [Confidence|Ss] ),
    score_of(Scores, Scoring, S, JoinS),
    size_of(Ns, Constant, N, JoinN),
    conjoined([JoinA, JoinS, JoinN], Join).

parted([], C, [], [], [], C, []).
parted([k(Part)|Evidence], C0, As, Ss, Ns, C, [Part|Parts]) :-
    C1 is C0 + 1,
    parted(Evidence, C1, As, Ss, Ns, C, Parts).
parted([u(A, S, N, Part)|Evidence], C0, [A|As], [S|Ss], [N|Ns], C, [Part|Parts]) :-
    parted(Evidence, C0, As, Ss, Ns, C, Parts).

anchor_of([], 0, true).
anchor_of([A], A, true) :- !.
anchor_of([A|As], Anchored, Anchored is Sum) :- folded(As, (\/), A, Sum).

score_of([], _, 1.0, true).
score_of([S], _, S, true) :- !.
score_of([S|Ss], product, Score, Score is Product) :- folded(Ss, (*), S, Product).
score_of([S|Ss], minimum, Score, Score is Least) :- folded(Ss, min, S, Least).

size_of([], Constant, Constant, true).
size_of([N|Ns], Constant, Size, Size is Sum) :- folded([N|Ns], (+), Constant, Sum).

folded([], _, Expression, Expression).
folded([X|Xs], Operator, Left, Expression) :- Next =.. [Operator, Left, X], folded(Xs, Operator, Next, Expression).

% ------------------------------------------------------------------ bodies
% scored(+Body, +Mode, +Program, -Goal, ?Evidence, ?EvidenceRest). Mode:
%     proof     with evidence
%     plain     without: the goal is only to succeed (under negation, in closures)
%     counting  without, inside findall, bagof, setof and aggregate_all: a call of a predicate of the knowledge base gives
%               each of its answers once, however many proofs it has. An aggregate is over answers, as it is where a
%               table keeps them. Built-ins give what Prolog gives: member(X, [a, a]) has two solutions.

scored(G, M, P, Goal) --> { var(G) }, !, scored(call(G), M, P, Goal).
scored((X, Y), M, P, (GX, GY)) --> !, scored(X, M, P, GX), scored(Y, M, P, GY).
scored(true, _, _, true) --> !, [].
scored(!, _, _, !) --> !, [].
scored(fail, _, _, fail) --> !, [].
scored(false, _, _, fail) --> !, [].
scored((C -> T ; E), M, P, (GC -> GT ; GE)) --> !,
    { first_solution(M, M1), scored(C, M1, P, GC, EvC, EvT), scored(T, M, P, GT0, EvT, []),
      negation(M, C, EvE, EvE1), scored(E, M, P, GE0, EvE1, []) },
    either(M, P, EvC, GT0, GT, EvE, GE0, GE).
scored((C *-> T ; E), M, P, (GC *-> GT ; GE)) --> !,
    { scored(C, M, P, GC, EvC, EvT), scored(T, M, P, GT0, EvT, []),
      negation(M, C, EvE, EvE1), scored(E, M, P, GE0, EvE1, []) },
    either(M, P, EvC, GT0, GT, EvE, GE0, GE).
scored((X ; Y), M, P, (GX ; GY)) --> !,
    { scored(X, M, P, GX0, EvX, []), scored(Y, M, P, GY0, EvY, []) },
    either(M, P, EvX, GX0, GX, EvY, GY0, GY).
scored((C -> T), M, P, Goal) --> !, scored((C -> T ; fail), M, P, Goal).
scored((C *-> T), M, P, Goal) --> !, scored((C, T), M, P, Goal).
scored(\+ G, M, P, \+ Goal) --> !, { plain(G, P, Goal) }, negation(M, G).
scored(not(G), M, P, Goal) --> !, scored(\+ G, M, P, Goal).
scored(once(G), M, P, Goal) --> !, scored((G -> true ; fail), M, P, Goal).
scored(ignore(G), M, P, Goal) --> !, scored((G -> true ; true), M, P, Goal).
scored(forall(C, T), M, P, \+ (GC, \+ GT)) --> !, { plain(C, P, GC), plain(T, P, GT) }, constant(M, b(forall(C, T))).
scored(findall(T, G, L), M, P, findall(T, Goal, L)) --> !, { counted(G, P, Goal) }, constant(M, b(findall(T, G, L))).
scored(findall(T, G, L, R), M, P, findall(T, Goal, L, R)) --> !,
    { counted(G, P, Goal) }, constant(M, b(findall(T, G, L, R))).
% The result is unified afterwards: SWI-Prolog lets the greatest of nothing be whatever is given for it.
scored(aggregate_all(T, G, R), M, P, (aggregate_all(T, Goal, Result), R = Result)) --> !,
    { counted(G, P, Goal) }, constant(M, b(aggregate_all(T, G, R))).
scored(aggregate_all(T, D, G, R), M, P, (aggregate_all(T, D, Goal, Result), R = Result)) --> !,
    { counted(G, P, Goal) }, constant(M, b(aggregate_all(T, D, G, R))).
scored(bagof(T, G, L), M, P, Goal) --> !,
    { quantified(G, P, Inner, Make), conjoined([Make, bagof(T, Inner, L)], Goal) }, constant(M, b(bagof(T, G, L))).
scored(setof(T, G, L), M, P, Goal) --> !,
    { quantified(G, P, Inner, Make), conjoined([Make, setof(T, Inner, L)], Goal) }, constant(M, b(setof(T, G, L))).
scored(_ ^ G, M, P, Goal) --> !, scored(G, M, P, Goal).
scored(similar(T, F, S), M, P, similar_fact(P, T, F, S, A, Score, Proof)) --> !, scored_part(M, A, Score, 1, Proof).
scored(nearest(G, F, S), M, P, nearest_fact(P, G, F, S, A, Score, Proof)) --> !, scored_part(M, A, Score, 1, Proof).
scored(similarity(X, Y, S), M, _, text_similarity(X, Y, S, Score, Proof)) --> !, scored_part(M, 0, Score, 1, Proof).
scored(Call, M, P, (Make, meta_call(M, P, G, A, S, N, Proof))) -->
    { Call =.. [call, Closure|Extra] }, !,
    { Extra == [] -> Make = true, G = Closure ; Make = extended(Closure, Extra, G) },
    scored_part(M, A, S, N, Proof).
scored(G, M, P, Goal) --> { closure_call(G, P, Goal) }, !, constant(M, b(G)).
scored(G, M, P, Goal) --> { known(P, G, A, E, Target, Kind) }, !, predicate(Kind, M, P, G, A, E, Target, Goal).
scored(G, M, _, Goal) --> { functor(G, Name, Arity), builtin(Name, Arity, Kind) }, !,
    { Kind == many -> Goal = (G, tick) ; Goal = G },
    constant(M, b(G)).
scored(G, _, _, _) --> { functor(G, Name, Arity), throw(error(existence_error(procedure, Name/Arity), Name/Arity)) }.

plain(G, P, Goal) :- scored(G, plain, P, Goal, [], []).

counted(G, P, Goal) :- scored(G, counting, P, Goal, [], []).

% Where only the first solution is looked at, the others need not be found to be told apart.
first_solution(M, M1) :- ( M == counting -> M1 = plain ; M1 = M ).

predicate(tabled, proof, P, G, A, E, Target, (copy_term(G, Call), Target, E = e(S, N, _))) --> !,
    [u(A, S, N, t(P, Call, G, A))].
predicate(_, proof, _, _, A, e(S, N, Proof), Target, Target) --> !, [u(A, S, N, Proof)].
predicate(tabled, _, P, G, A, _, Target, Goal) --> !,
    % One answer may stand in the table twice, anchored and not: without evidence it counts once.
    { known(P, G, A0, _, Target0, _), Goal = (Target, ( A =:= 0 -> true ; \+ (Target0, A0 =:= 0) )) }.
predicate(_, plain, _, _, _, _, Target, Target) --> !.
% A fact is stored once, but one that is supposed may be stored already.
predicate(facts, counting, _, G, _, _, Target, ( assumed(_) -> distinct_answers(G, Target) ; Target )) --> !.
predicate(_, counting, _, G, _, _, Target, distinct_answers(G, Target)) --> [].

constant(proof, Part) --> !, [k(Part)].
constant(_, _) --> [].

negation(proof, G) --> !, [k(n(G))].
negation(_, _) --> [].

scored_part(proof, A, S, N, Proof) --> !, [u(A, S, N, Proof)].
scored_part(_, _, _, _, _) --> [].

either(plain, _, _, G1, G1, _, G2, G2) --> !.
either(counting, _, _, G1, G1, _, G2, G2) --> !.
either(proof, P, Ev1, G1, G1J, Ev2, G2, G2J) -->
    { branch(Ev1, P, G1, G1J, A, S, N, Part), branch(Ev2, P, G2, G2J, A, S, N, Part) },
    [u(A, S, N, Part)].

branch(Evidence, P, Goal, Whole, A, S, N, Part) :-
    combined(Evidence, P, 1, A1, S1, N1, Parts, Join),
    conjoined([Goal, Join, A = A1, S = S1, N is N1 - 1, Part = c(Parts)], Whole).

% quantified(+Goal, +Program, -Inner, -Make): Inner is for bagof and setof, among whose free variables evidence must not
% count. A goal that is not there yet is made by Make at run time, for then it may begin with V^ too.
quantified(G, P, Inner, quantified_goal(G, P, Inner)) :- var(G), !.
quantified(V^G, P, V^Inner, Make) :- !, quantified(G, P, Inner, Make).
quantified(G, P, Goal, true) :-
    counted(G, P, Goal0),
    % The goal's own variables come first, then what translation has added.
    term_variables(G, Old),
    term_variables(G - Goal0, All),
    append(Old, New, All),
    !,
    hidden(New, Goal0, Goal).

quantified_goal(G, _, _) :- var(G), !, throw(error(instantiation_error, call)).
quantified_goal(G, _, _) :- \+ callable(G), !, throw(error(type_error(callable, G), call)).
quantified_goal(G, P, Inner) :- quantified(G, P, Inner, Make), call(Make).

hidden([], Goal, Goal).
hidden([V|Vs], Goal, V^Hidden) :- hidden(Vs, Goal, Hidden).

% ------------------------------------------------------------------ goals that come to light at run time

% closure_call(+Goal, +Program, -Wrapped): list predicates that call a closure.
closure_call(G, P, Wrapped) :-
    functor(G, Name, Arity),
    closure_predicate(Name, Arity),
    G =.. [Name, Closure|Args],
    Wrapped =.. [Name, closure(P, Closure)|Args].

closure_predicate(maplist, N) :- N >= 2, N =< 7.
closure_predicate(foldl, N) :- N >= 4, N =< 6.
closure_predicate(include, 3).
closure_predicate(exclude, 3).
closure_predicate(partition, 4).

closure(P, C, A) :- closure_goal(P, C, [A]).
closure(P, C, A, B) :- closure_goal(P, C, [A, B]).
closure(P, C, A, B, D) :- closure_goal(P, C, [A, B, D]).
closure(P, C, A, B, D, E) :- closure_goal(P, C, [A, B, D, E]).
closure(P, C, A, B, D, E, F) :- closure_goal(P, C, [A, B, D, E, F]).
closure(P, C, A, B, D, E, F, G) :- closure_goal(P, C, [A, B, D, E, F, G]).

closure_goal(P, Closure, Extra) :- extended(Closure, Extra, G), meta_call(plain, P, G, _, _, _, _).

extended(Closure, _, _) :- var(Closure), throw(error(instantiation_error, call)).
extended(Closure, Extra, G) :-
    ( callable(Closure) -> true ; throw(error(type_error(callable, Closure), call)) ),
    Closure =.. Parts,
    append(Parts, Extra, All),
    G =.. All.

% meta_call(+Mode, +Program, +Goal, -Anchored, -Score, -Size, -Proof)
meta_call(_, _, G, _, _, _, _) :- var(G), !, throw(error(instantiation_error, call)).
meta_call(_, _, G, _, _, _, _) :- \+ callable(G), !, throw(error(type_error(callable, G), call)).
meta_call(Mode, P, G, _, _, _, _) :- Mode \== proof, !, scored(G, Mode, P, Goal, [], []), tick, call(Goal).
meta_call(proof, P, G, A, S, N, Proof) :-
    scored(G, proof, P, Goal, Evidence, []),
    tick,
    (   Evidence = [u(A0, S0, N0, Proof0)] -> call(Goal), A = A0, S = S0, N = N0, Proof = Proof0
    ;   combined(Evidence, P, 1, A, S, N, Parts, Join), call((Goal, Join)), Proof = c(Parts)
    ).

% question(+Program, +Goal, -Callable, -Anchored, -Evidence): the goal of a request.
question(P, G, Callable, A, e(S, N, Proof)) :-
    scored(G, proof, P, Goal, Evidence, []),
    (   Evidence = [u(A, S, N, Proof)], simple(G) -> Callable = Goal
    ;   combined(Evidence, P, 1, A, S, N, Parts, Join), conjoined([Goal, Join], Callable), Proof = q(G, S, Parts)
    ).

simple(G) :- nonvar(G), functor(G, Name, Arity), \+ control(Name, Arity).

control((','), 2).
control((;), 2).
control((->), 2).
control((*->), 2).
control(call, _).
control(once, 1).
control(ignore, 1).
