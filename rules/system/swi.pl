% What only SWI-Prolog has: tables with a lattice, limits, numbers of facts at once, and calls of the host.
% The host is JavaScript; it gives corollary_tick() and corollary_semantic(Text).

:- use_module(library(lists)).
:- use_module(library(apply)).
:- use_module(library(aggregate)).

% ------------------------------------------------------------------ tables

% table_predicate(+Program, +Name, +Arity): of the answers with the same arguments the best one stays.
table_predicate(P, Name, Arity) :-
    prefixed(P, Name, Target),
    length(Free, Arity),
    append(Free, [_, lattice(better/3)], Modes),
    Spec =.. [Target|Modes],
    table(Spec).

make_dynamic(Indicator) :- dynamic(Indicator).

better(Old, New, Best) :- ( improves(New, Old) -> Best = New ; Best = Old ).

improves(e(S1, N1, _), e(S2, N2, _)) :- ( S1 > S2 -> true ; S1 =:= S2, N1 < N2 ).

% distinct_answers(+Goal, :Target): the answers of Target that differ in Goal's variables, each as soon as it is found.
% With no variable there is one at most.
distinct_answers(Goal, Target) :-
    term_variables(Goal, Variables),
    (   Variables == [] -> once(Target)
    ;   trie_new(Seen),
        call(Target),
        trie_insert(Seen, Variables)
    ).

% Its library has maplist/2 to maplist/5.

maplist(_, [], [], [], [], []).
maplist(G, [A|As], [B|Bs], [C|Cs], [D|Ds], [E|Es]) :- call(G, A, B, C, D, E), maplist(G, As, Bs, Cs, Ds, Es).

maplist(_, [], [], [], [], [], []).
maplist(G, [A|As], [B|Bs], [C|Cs], [D|Ds], [E|Es], [F|Fs]) :-
    call(G, A, B, C, D, E, F),
    maplist(G, As, Bs, Cs, Ds, Es, Fs).

% ------------------------------------------------------------------ loading

% load_text(+Path): each term of the file is called. The file was written by the host.
load_text(Path) :-
    setup_call_cleanup(open(Path, read, Stream, [encoding(utf8)]), load_stream(Stream), close(Stream)).

load_stream(Stream) :-
    repeat,
    read_term(Stream, Term, []),
    (   Term == end_of_file -> !
    ;   once(Term),
        fail
    ).

% forget(+Prefix): everything of a program or a knowledge base.
forget(Key) :-
    abolish_all_tables,
    forall(( user_predicate(Key, Goal, _, _, Target, Kind) ), forget_predicate(Key, Goal, Target, Kind)),
    retractall(user_predicate(Key, _, _, _, _, _)),
    retractall(program(Key, _, _)).

forget_predicate(Key, Goal, Target, Kind) :-
    functor(Target, Name, Arity),
    ( Kind == tabled -> untable(Name/Arity) ; true ),
    abolish_dynamic(Name, Arity),
    (   Kind == facts ->
        functor(Goal, Fact, N),
        stored(Key, Fact, Stored),
        StoredArity is N + 5,
        abolish_dynamic(Stored, StoredArity)
    ;   true
    ).

abolish_dynamic(Name, Arity) :-
    functor(Head, Name, Arity),
    retractall(Head).

% ------------------------------------------------------------------ one request

% solve(+Program, +Path, +Answers, +Inferences, +StackBytes, +Anchored, -Outcome, -Detail): the file holds
% question(Variables, Goal). The answers stay until the next solve/8. Outcome: complete, the limit that was reached
% (answers, inferences, time, memory, cancelled), or error, with the error's text as Detail. What the host
% is given to read is bounded (units of measure.pl): an answer by 100,000, all answers by 5 million, the goals of a proof
% by 50,000, those of all proofs by 1 million. A larger answer ends the search as the memory limit does.
solve(P, Path, Answers, Inferences, Stack, Anchored, Outcome, Detail) :-
    set_prolog_flag(stack_limit, Stack),
    statistics(inferences, Now),
    nb_setval(next_tick, Now),
    nb_setval(found, 0),
    nb_setval(room, 5_000_000),
    nb_setval(proof_room, 1_000_000),
    trie_new(Trie),
    catch(searched(P, Path, Trie, Answers, Inferences, Anchored, End), Error, ended_by(Error, End)),
    set_prolog_flag(stack_limit, 1_000_000_000),
    catch(kept(Trie), Error2, ended_by(Error2, End2)),
    trie_destroy(Trie),
    ( var(End2) -> Last = End ; Last = End2 ),
    ( Last = error(Whole) -> Outcome = error, error_text(Whole, Detail) ; Outcome = Last, Detail = "" ).

searched(P, Path, Trie, Answers, Inferences, Anchored, End) :-
    setup_call_cleanup(open(Path, read, Stream, [encoding(utf8)]), read_term(Stream, question(Variables, Goal), []), close(Stream)),
    question(P, Goal, Callable, A, E),
    call_with_inference_limit(all_found(Callable, Variables, A, E, Trie, Answers, Anchored), Inferences, Result),
    ( Result == inference_limit_exceeded -> End = inferences ; End = complete ).

all_found(Callable, Variables, A, E, Trie, Answers, Anchored) :-
    forall(( Callable, ( Anchored =:= 0 -> true ; A =:= 1 ) ), found(Trie, Variables, E, Answers)).

found(Trie, Variables, E, Answers) :-
    (   trie_lookup(Trie, Variables, Old) -> ( improves(E, Old) -> replaced(Trie, Variables, E) ; true )
    ;   nb_getval(found, N),
        ( N >= Answers -> throw(limit(answers)) ; true ),
        N1 is N + 1,
        nb_setval(found, N1),
        nb_getval(room, Room),
        Most is min(Room, 100_000),
        measured(Variables, 2000, Most, Left),
        Room1 is Room - Most + Left,
        nb_setval(room, Room1),
        trie_insert(Trie, Variables, E)
    ),
    tick.

% replaced(+Trie, +Key, +Value): trie_update/3 by other means. With that, in SWI-Prolog 10.1.10 as WebAssembly, about one in
% twenty of small recursive goals never returned: the engine looped in the assertz/1 of a later request.
replaced(Trie, Key, Value) :-
    trie_delete(Trie, Key, _),
    trie_insert(Trie, Key, Value).

ended_by(limit(Kind), Kind) :- !.
ended_by(error(resource_error(_), _), memory) :- !.
ended_by(Error, error(Error)).

% What is wrong with a term can be seen from its beginning.
error_text(Error, Text) :-
    shown(Error, 10, 200, _, Shown),
    output_text(written(Shown), Text).

% kept(+Trie): the answers in the standard order of their values.
kept(Trie) :-
    findall(Variables-E, trie_gen(Trie, Variables, E), Pairs),
    keysort(Pairs, Sorted),
    findall(answer(Variables, E), member(Variables-E, Sorted), List),
    Kept =.. [answers|List],
    nb_setval(answers, Kept).

% One line an answer: score, size and the list of its values, with tabs between.
answer_lines(Lines) :-
    nb_getval(answers, Kept),
    output_text(
        forall(( compound(Kept), arg(_, Kept, answer(Variables, e(S, N, _))) ),
            ( written(S), put_char('\t'), written(N), put_char('\t'), written(Variables), nl )),
        Lines).

% answer_proof(+I, +Most, -Text): of the I-th line (from 1).
answer_proof(I, Most, Text) :-
    nb_getval(answers, Kept),
    arg(I, Kept, answer(_, e(_, _, Proof))),
    proof_nodes(Proof, Most, Nodes0),
    nb_getval(proof_room, Room0),
    Part is min(Room0, 50_000),
    shown_nodes(Nodes0, Part, Left, Nodes),
    Room is Room0 - Part + Left,
    nb_setval(proof_room, Room),
    output_text(written(Nodes), Text).

shown_nodes([], Room, Room, []).
shown_nodes([n(Kind, Goal, Score, Children, Reference)|Nodes], Room0, Room, [n(Kind, Shown, Score, Children, Reference)|Showns]) :-
    ( acyclic_term(Goal) -> Depth = 2000 ; Depth = 5 ),
    shown(Goal, Depth, Room0, Room1, Shown),
    shown_nodes(Nodes, Room1, Room, Showns).

% output_text(:Goal, -Text): what Goal writes. On the way to the host a text ends at its first null character; one can only
% stand between quotes here.
output_text(Goal, Text) :-
    with_output_to(string(Whole), Goal),
    split_string(Whole, "\x0\", "", Parts),
    ( Parts = [_] -> Text = Whole ; atomic_list_concat(Parts, '\\x0\\', Text) ).

written(Term) :- write_term(Term, [quoted(true), ignore_ops(true), numbervars(false)]).

:- dynamic(assumed/1).

% clear_request: forgets the last question, what it supposed included.
clear_request :-
    abolish_all_tables,
    nb_setval(answers, none),
    forall(retract(assumed(Row)), ignore(retract(Row))),
    retractall(request(_, _, _)),
    retractall(excluded(_)),
    retractall(retrieved(_, _)),
    retractall(never_retrieved(_)).

% ------------------------------------------------------------------ the host

is_text(Text) :- ( atom(Text) ; string(Text) ), !.

% Asked now and then by everything that can go on for long: throws when time is up or the caller has gone.
tick :-
    statistics(inferences, Now),
    nb_getval(next_tick, Next),
    (   Now < Next -> true
    ;   Later is Now + 5000,
        nb_setval(next_tick, Later),
        Word := corollary_tick(),
        ( Word == go -> true ; throw(limit(Word)) )
    ).

semantic_rows(Call, Rows) :- semantic(Call, Rows).
semantic_number(Call, Number) :- semantic(Call, Number).

semantic(Call, Answer) :-
    measured(Call, 100, 10_000, _),
    output_text(written(Call), Text),
    Reply := corollary_semantic(Text),
    term_to_atom(Answer0, Reply),
    ( Answer0 = failed(Code, Message) -> throw(error(semantic(Code, Message), _)) ; Answer = Answer0 ).
