% Tests of measure.pl, for SWI-Prolog. See test-support.pl.

limited(Goal) :- catch(( Goal, Limit = none ), limit(Limit), true), Limit == memory.

test('each node is a unit') :- measured(f(a, g(X, Y, 1), 2.5), 10, 100, Left), Left =:= 100 - 7, var(X), var(Y).

test('parts that are shared count each time') :-
    T0 = f(a), T1 = g(T0, T0), T2 = g(T1, T1), measured(T2, 10, 100, Left), Left =:= 100 - 11.

test('a long text counts by its length') :- length(L, 80), maplist(=(0'x), L), atom_codes(A, L), measured(A, 1, 100, 89).

test('a term without room is a memory limit') :- limited(measured(f(a, b, c), 10, 2, _)).

test('a term that is nested too deeply is a memory limit') :-
    limited(measured(f(f(f(a))), 2, 100, _)), measured(f(f(a)), 2, 100, _).

test('the elements of a list are as deep as one another') :- numlist(1, 50, L), measured(L, 1, 200, _).

test('a term that holds itself is a memory limit') :- X = f(X), limited(measured(X, 1000, 10000, _)).

test('what has no room is shown as left out') :-
    shown(f(g(h(a)), b), 2, 100, _, Shown), Shown == f(g('…'), b),
    shown(f(a, b), 0, 100, _, None), None == '…'.
