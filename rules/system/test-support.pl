% What the tests of this folder share. A test is a clause
%
%     test('a sentence about what holds') :- Goal.
%
% Goal must hold once. Nothing of an earlier test is there when it begins: test/reasoning/system-rules.test.ts forgets the
% program r, the facts k and the request before each, and runs every test in each engine that its file is for. Its host
% finds q(a), fact 1 with the confidence 0.5, by 0.5 and q(b), fact 2, by 0.25 like any text but the atom nothing, for which
% it fails; it looks up big(a, b), big(a, c), big(b, c) and, for one revision, big(b, d).

:- discontiguous(test/1).

% given(+Facts, +Clauses): facts of k, all live at revision 1, and rules of r under the product of scores. A fact is
% Fact or with(Confidence, Fact), a clause is Clause or with(Confidence, Clause), or as(Kind, Clause) with Kind as in declare/4.
given(Facts, Clauses) :- given(product, Facts, Clauses).

given(Scoring, Facts, Clauses) :-
    assertz(program(r, k, Scoring)),
    assertz(request(1, plain, 0)),
    facts(Facts, 1),
    declared(Clauses),
    clauses(Clauses, 0).

facts([], _).
facts([Given|Facts], Id) :-
    weighted(Given, Confidence, Fact),
    fact(Fact, Id, Confidence, 1, 1000),
    Id1 is Id + 1,
    facts(Facts, Id1).

% fact(+Fact, +Id, +Confidence, +From, +To)
fact(Fact, Id, Confidence, From, To) :-
    Fact =.. [Name|Args],
    length(Args, Arity),
    fact_predicate(k, Name, Arity),
    stored(k, Name, Stored),
    append(Args, [Id, Confidence, From, To, 0], Values),
    Row =.. [Stored|Values],
    assertz(Row).

declared([]).
declared([Clause|Clauses]) :-
    parts(Clause, Kind, _, Head, _),
    functor(Head, Name, Arity),
    (   functor(Any, Name, Arity), user_predicate(r, Any, _, _, _, _) -> true
    ;   declare(r, Name, Arity, Kind),
        ( Kind == tabled -> table_predicate(r, Name, Arity) ; true )
    ),
    declared(Clauses).

clauses([], _).
clauses([Clause|Clauses], Rule) :-
    parts(Clause, _, Confidence, Head, Body),
    add_clause(r, Rule, Confidence, Head, Body),
    Rule1 is Rule + 1,
    clauses(Clauses, Rule1).

parts(Given, Kind, Confidence, Head, Body) :-
    ( Given = as(Kind0, Given0) -> Kind = Kind0, Given1 = Given0 ; Kind = rules, Given1 = Given ),
    weighted(Given1, Confidence, Clause),
    ( Clause = (Head :- Body) -> true ; Head = Clause, Body = true ).

weighted(Given, Confidence, Thing) :-
    ( Given = with(Confidence0, Thing0) -> Confidence = Confidence0, Thing = Thing0 ; Confidence = 1.0, Thing = Given ).

% answers(?Template, +Goal, -Answers): of every proof one, in the order in which they are found.
answers(Template, Goal, Answers) :-
    question(r, Goal, Callable, _, _),
    findall(Template, Callable, Answers).

% proved(+Goal, -Anchored, -Score, -Size, -Proof): one proof after the other.
proved(Goal, A, S, N, Proof) :-
    question(r, Goal, Callable, A, e(S, N, Proof)),
    call(Callable).

holds(Goal) :- once(proved(Goal, _, _, _, _)).

% raised(+Goal, -Formal): Goal ends with the error Formal.
raised(Goal, Formal) :- catch(( holds(Goal), Formal = none ), error(Formal, _), true).
