% What tau-prolog needs beside translate.pl and evaluate.pl: no tables, no strings (they are atoms), limits by the host,
% which also gives host_semantic(Call, Reply).

:- use_module(library(lists)).
:- use_module(library(corollary)).

is_text(Text) :- atom(Text).

tick.

table_predicate(_, _, _).

make_dynamic(Name/Arity) :- functor(Head, Name, Arity), assertz(Head), retract(Head).

semantic_rows(Call, Rows) :- semantic(Call, Rows).
semantic_number(Call, Number) :- semantic(Call, Number).

semantic(Call, Answer) :-
    host_semantic(Call, Reply),
    ( Reply = failed(Code, Message) -> throw(error(semantic(Code, Message), Call)) ; Answer = Reply ).

% distinct_answers(+Goal, :Target): the answers of Target that differ in Goal's variables, in the order in which they are
% found first. Of variants the ground copies are the same.
distinct_answers(Goal, Target) :-
    findall(Goal, Target, All),
    numbered(All, 0, Numbered),
    keysort(Numbered, Sorted),
    firsts(Sorted, Firsts),
    keysort(Firsts, Ordered),
    member(_-Goal, Ordered).

numbered([], _, []).
numbered([Answer|Answers], I, [key(Copy, Variables)-(I-Answer)|Numbered]) :-
    copy_term(Answer, Copy),
    term_variables(Copy, Variables),
    made_ground(Variables, 0),
    I1 is I + 1,
    numbered(Answers, I1, Numbered).

made_ground([], _).
made_ground(['$variable'(N)|Variables], N) :- N1 is N + 1, made_ground(Variables, N1).

firsts([], []).
firsts([Key-First|Numbered], [First|Firsts]) :- others(Numbered, Key, Others), firsts(Others, Firsts).

others([Key1-_|Numbered], Key, Others) :- Key1 == Key, !, others(Numbered, Key, Others).
others(Others, _, Others).

% forget(+Prefix): everything of a program or a knowledge base.
forget(Key) :-
    findall(Goal-Target-Kind, user_predicate(Key, Goal, _, _, Target, Kind), Predicates),
    forgotten(Predicates, Key),
    all_retracted(user_predicate(Key, _, _, _, _, _)),
    all_retracted(program(Key, _, _)).

forgotten([], _).
forgotten([Goal-Target-Kind|Predicates], Key) :-
    all_clauses_retracted(Target),
    (   Kind == facts ->
        functor(Goal, Name, N),
        stored(Key, Name, Stored),
        StoredArity is N + 5,
        functor(Row, Stored, StoredArity),
        all_retracted(Row)
    ;   true
    ),
    forgotten(Predicates, Key).

all_retracted(Head) :- retract(Head), fail.
all_retracted(_).

all_clauses_retracted(Head) :- retract((Head :- _)), fail.
all_clauses_retracted(_).

:- dynamic(assumed/1).

clear_request :-
    findall(Row, assumed(Row), Rows),
    all_rows_retracted(Rows),
    all_retracted(assumed(_)),
    all_retracted(request(_, _, _)),
    all_retracted(excluded(_)),
    all_retracted(retrieved(_, _)),
    all_retracted(never_retrieved(_)).

all_rows_retracted([]).
all_rows_retracted([Row|Rows]) :- ( retract(Row) -> true ; true ), all_rows_retracted(Rows).

load([]).
load([Goal|Goals]) :- call(Goal), !, load(Goals).

aggregate_all(count, G, Count) :- !, findall(x, G, L), length(L, Count).
aggregate_all(sum(E), G, Sum) :- !, findall(E, G, L), summed(L, 0, Sum).
aggregate_all(bag(E), G, Bag) :- !, findall(E, G, Bag).
aggregate_all(set(E), G, Set) :- !, findall(E, G, Bag), sort(Bag, Set).
aggregate_all(max(X, W), G, max(Max, Witness)) :- !, findall(X-W, G, [First|Pairs]), greatest_pair(Pairs, First, Max-Witness).
aggregate_all(min(X, W), G, min(Min, Witness)) :- !, findall(X-W, G, [First|Pairs]), least_pair(Pairs, First, Min-Witness).
aggregate_all(max(E), G, Max) :- !, findall(E, G, [X|Xs]), greatest(Xs, X, Max).
aggregate_all(min(E), G, Min) :- !, findall(E, G, [X|Xs]), least(Xs, X, Min).

summed([], Sum, Sum).
summed([X|Xs], Sum0, Sum) :- Sum1 is Sum0 + X, summed(Xs, Sum1, Sum).

greatest([], Max, Max).
greatest([X|Xs], Max0, Max) :- ( X > Max0 -> greatest(Xs, X, Max) ; greatest(Xs, Max0, Max) ).

least([], Min, Min).
least([X|Xs], Min0, Min) :- ( X < Min0 -> least(Xs, X, Min) ; least(Xs, Min0, Min) ).

greatest_pair([], Max, Max).
greatest_pair([X-W|Pairs], Y-V, Max) :- ( X > Y -> greatest_pair(Pairs, X-W, Max) ; greatest_pair(Pairs, Y-V, Max) ).

least_pair([], Min, Min).
least_pair([X-W|Pairs], Y-V, Min) :- ( X < Y -> least_pair(Pairs, X-W, Min) ; least_pair(Pairs, Y-V, Min) ).

% ------------------------------------------------------------------ list predicates that its library has not

memberchk(X, Xs) :- member(X, Xs), !.

sumlist(Xs, Sum) :- sum_list(Xs, Sum).

plus(X, Y, Z) :- ( var(Z) -> Z is X + Y ; var(Y) -> Y is Z - X ; X is Z - Y ).

numlist(Low, High, []) :- Low > High, !, fail.
numlist(High, High, [High]) :- !.
numlist(Low, High, [Low|Ns]) :- Next is Low + 1, numlist(Next, High, Ns).

% sort(+Key, +Order, +Terms, -Sorted): Key is 0 for the terms themselves, or one of their arguments; @< and @> keep the
% first of those that have the same.
sort(Key, Order, Terms, Sorted) :-
    with_keys(Terms, Key, Pairs),
    (   ( Order == (@<) ; Order == (@=<) ) -> keysort(Pairs, Ordered)
    ;   reverse(Pairs, Backwards), keysort(Backwards, Rising), reverse(Rising, Ordered)
    ),
    ( ( Order == (@<) ; Order == (@>) ) -> one_of_each(Ordered, Kept) ; Kept = Ordered ),
    pairs_values(Kept, Sorted).

with_keys([], _, []).
with_keys([Term|Terms], Key, [Value-Term|Pairs]) :-
    ( Key =:= 0 -> Value = Term ; arg(Key, Term, Value) ),
    with_keys(Terms, Key, Pairs).

one_of_each([], []).
one_of_each([Key-Term|Pairs], [Key-Term|Kept]) :- without_key(Pairs, Key, Rest), one_of_each(Rest, Kept).

without_key([Key1-_|Pairs], Key, Rest) :- Key1 == Key, !, without_key(Pairs, Key, Rest).
without_key(Pairs, _, Pairs).

max_member(Max, [X|Xs]) :- msort([X|Xs], Sorted), last(Sorted, Max).
min_member(Min, [X|Xs]) :- msort([X|Xs], [Min|_]).

subtract([], _, []).
subtract([X|Xs], Ys, Rest) :- ( memberchk(X, Ys) -> subtract(Xs, Ys, Rest) ; Rest = [X|Rest1], subtract(Xs, Ys, Rest1) ).

intersection([], _, []).
intersection([X|Xs], Ys, Both) :- ( memberchk(X, Ys) -> Both = [X|Both1], intersection(Xs, Ys, Both1) ; intersection(Xs, Ys, Both) ).

union([], Ys, Ys).
union([X|Xs], Ys, Either) :- ( memberchk(X, Ys) -> union(Xs, Ys, Either) ; Either = [X|Either1], union(Xs, Ys, Either1) ).

% All that unify with X go.
delete([], _, []).
delete([Y|Ys], X, Rest) :- ( Y \= X -> Rest = [Y|Rest1], delete(Ys, X, Rest1) ; delete(Ys, X, Rest) ).

flatten(Nested, Flat) :- flattened(Nested, [], Flat0), !, Flat = Flat0.

flattened(X, Rest, [X|Rest]) :- var(X), !.
flattened([], Rest, Rest) :- !.
flattened([X|Xs], Rest, Flat) :- !, flattened(Xs, Rest, Flat1), flattened(X, Flat1, Flat).
flattened(X, Rest, [X|Rest]).

pairs_keys_values([], [], []).
pairs_keys_values([K-V|Pairs], [K|Ks], [V|Vs]) :- pairs_keys_values(Pairs, Ks, Vs).

pairs_keys(Pairs, Keys) :- pairs_keys_values(Pairs, Keys, _).
pairs_values(Pairs, Values) :- pairs_keys_values(Pairs, _, Values).

partition(_, [], [], []).
partition(Closure, [X|Xs], Included, Excluded) :-
    (   call(Closure, X) -> Included = [X|Included1], partition(Closure, Xs, Included1, Excluded)
    ;   Excluded = [X|Excluded1], partition(Closure, Xs, Included, Excluded1)
    ).
