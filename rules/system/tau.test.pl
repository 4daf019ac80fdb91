% Tests of tau.pl, for tau-prolog. See test-support.pl.

% ------------------------------------------------------------------ answers once

test('answers keep the order in which they were found first') :-
    findall(X, distinct_answers(X, member(X, [c, a, c, b, a])), [c, a, b]).

test('variants are one answer') :-
    findall(X-Y, distinct_answers(X-Y, member(X-Y, [_-a, _-a, Z-Z, W-W, b-a])), All), length(All, 3).

test('a variable is not the same answer as a value') :-
    findall(X, distinct_answers(X, member(X, [_, '$variable'(0)])), All), length(All, 2).

% ------------------------------------------------------------------ aggregates

test('aggregate_all counts') :- aggregate_all(count, member(_, [a, b]), 2), aggregate_all(count, fail, 0).
test('aggregate_all adds up') :- aggregate_all(sum(X * 2), member(X, [1, 2]), 6), aggregate_all(sum(X), member(X, []), 0).
test('aggregate_all finds the greatest and the least') :-
    aggregate_all(max(X), member(X, [2, 3, 1]), 3), aggregate_all(min(X), member(X, [2, 3, 1]), 1).
test('aggregate_all finds what is greatest and least by a number') :-
    aggregate_all(max(X, Y), member(X-Y, [2-a, 3-b, 3-c]), max(3, b)),
    aggregate_all(min(X, Y), member(X-Y, [2-a, 1-b]), min(1, b)).
test('of nothing there is no greatest') :- \+ aggregate_all(max(X), member(X, []), _), \+ aggregate_all(min(X, x), member(X, []), _).
test('aggregate_all collects') :-
    aggregate_all(bag(X), member(X, [b, a, b]), [b, a, b]), aggregate_all(set(X), member(X, [b, a, b]), [a, b]).

% ------------------------------------------------------------------ lists

test('memberchk holds once') :- findall(X, memberchk(X, [a, b]), [a]).
test('numbers from one to another') :- numlist(2, 4, [2, 3, 4]), \+ numlist(3, 2, _).
test('sets') :-
    subtract([a, b, c], [b], [a, c]), intersection([a, b, c], [c, a], [a, c]), union([a, b], [b, c], [a, b, c]),
    delete([a, f(_), b, a], a, [f(_), b]).
test('nested lists are flattened') :- flatten([a, [b, [], [c]], d], [a, b, c, d]), flatten(x, [x]).
test('pairs') :- pairs_keys_values([a-1, b-2], K, V), K = [a, b], V = [1, 2], pairs_keys([a-1], [a]), pairs_values([a-1], [1]).
test('the greatest and the least in the order of terms') :- max_member(X, [b, c, a]), X == c, min_member(Y, [b, 1, a]), Y == 1.
test('sorting by an argument keeps the order of what has the same') :-
    sort(1, @=<, [b-1, a-1, b-0], [a-1, b-1, b-0]), sort(1, @>=, [b-1, a-1, b-0], [b-1, b-0, a-1]),
    sort(1, @<, [b-1, a-1, b-0], [a-1, b-1]), sort(1, @>, [b-1, a-1, b-0], [b-1, a-1]),
    sort(0, @>, [1, 3, 2, 3], [3, 2, 1]).
test('a list is parted by what a closure holds of') :-
    given([q(a)], []), answers(In-Out, partition(q, [b, a, c], In, Out), [[a]-[b, c]]).
test('sums') :- sumlist([1, 2], 3), plus(1, X, 3), X =:= 2, plus(Y, 1, 3), Y =:= 2.

% ------------------------------------------------------------------ forgetting

test('a program that is forgotten is gone, and may be loaded again') :-
    given([q(a)], [(p(X) :- q(X))]), answers(X, p(X), [a]),
    forget(r), \+ user_predicate(r, _, _, _, _, _), forget(k), all_retracted(request(_, _, _)),
    given([q(b)], [(p(X) :- q(X))]), answers(X, p(X), [b]).
