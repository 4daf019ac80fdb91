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
numbered([Answer|Answers], I, [Key-(I-Answer)|Numbered]) :-
    copy_term(Answer, Key),
    term_variables(Key, Variables),
    made_ground(Variables, 0),
    I1 is I + 1,
    numbered(Answers, I1, Numbered).

made_ground([], _).
made_ground(['$variable'(N)|Variables], N) :- N1 is N + 1, made_ground(Variables, N1).

firsts([], []).
firsts([Key-First|Numbered], [First|Firsts]) :- others(Numbered, Key, Others), firsts(Others, Firsts).

others([Key1-_|Numbered], Key, Others) :- Key1 == Key, !, others(Numbered, Key, Others).
others(Others, _, Others).

% ended(+Row): the row with the same id is replaced.
ended(Row) :-
    Row =.. [Stored|Values],
    append(Args, [Id, C, From, To, Sentence], Values), !,
    same_length(Args, Any),
    append(Any, [Id, _, _, _, _], OldValues),
    Old =.. [Stored|OldValues],
    ( retract(Old) -> true ; true ),
    append(Args, [Id, C, From, To, Sentence], New),
    Whole =.. [Stored|New],
    assertz(Whole).

same_length([], []).
same_length([_|Xs], [_|Ys]) :- same_length(Xs, Ys).

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
    all_retracted(retrieved(_, _)).

all_rows_retracted([]).
all_rows_retracted([Row|Rows]) :- ( retract(Row) -> true ; true ), all_rows_retracted(Rows).

load([]).
load([Goal|Goals]) :- call(Goal), !, load(Goals).

aggregate_all(count, G, Count) :- !, findall(x, G, L), length(L, Count).
aggregate_all(sum(E), G, Sum) :- !, findall(E, G, L), summed(L, 0, Sum).
aggregate_all(bag(E), G, Bag) :- !, findall(E, G, Bag).
aggregate_all(set(E), G, Set) :- !, findall(E, G, Bag), sort(Bag, Set).
aggregate_all(max(E), G, Max) :- number_or_witness(E), !, findall(E, G, [X|Xs]), greatest(Xs, X, Max).
aggregate_all(min(E), G, Min) :- number_or_witness(E), !, findall(E, G, [X|Xs]), least(Xs, X, Min).

number_or_witness(_).

summed([], Sum, Sum).
summed([X|Xs], Sum0, Sum) :- Sum1 is Sum0 + X, summed(Xs, Sum1, Sum).

greatest([], Max, Max).
greatest([X|Xs], Max0, Max) :- ( X > Max0 -> greatest(Xs, X, Max) ; greatest(Xs, Max0, Max) ).

least([], Min, Min).
least([X|Xs], Min0, Min) :- ( X < Min0 -> least(Xs, X, Min) ; least(Xs, Min0, Min) ).
