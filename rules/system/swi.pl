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

% load_facts(+Path): each term of the file is a row of a fact, or ended(Row, Revision) for one that was retracted.
load_facts(Path) :-
    setup_call_cleanup(open(Path, read, Stream, [encoding(utf8)]), load_rows(Stream), close(Stream)).

load_rows(Stream) :-
    repeat,
    read_term(Stream, Row, []),
    (   Row == end_of_file -> !
    ;   ( Row = fact_predicate(F, N, A) -> fact_predicate(F, N, A) ; Row = ended(Stored) -> end_row(Stored) ; assertz(Row) ),
        fail
    ).

% The row with the same id is replaced.
end_row(Row) :-
    Row =.. [Stored|Values],
    append(Args, [Id, C, From, To, Sentence], Values), !,
    length(Args, N),
    length(Any, N),
    append(Any, [Id, _, _, _, _], OldValues),
    Old =.. [Stored|OldValues],
    retractall(Old),
    append(Args, [Id, C, From, To, Sentence], New),
    Whole =.. [Stored|New],
    assertz(Whole).

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
% (answers, inferences, time, memory, cancelled), or error, with the error's text as Detail.
solve(P, Path, Answers, Inferences, Stack, Anchored, Outcome, Detail) :-
    set_prolog_flag(stack_limit, Stack),
    statistics(inferences, Now),
    nb_setval(next_tick, Now),
    nb_setval(found, 0),
    nb_setval(room, 5_000_000),
    trie_new(Trie),
    catch(searched(P, Path, Trie, Answers, Inferences, Anchored, End), Error, ended_by(Error, End)),
    set_prolog_flag(stack_limit, 1_000_000_000),
    catch(kept(Trie), Error2, ended_by(Error2, End2)),
    trie_destroy(Trie),
    ( var(End2) -> Last = End ; Last = End2 ),
    ( Last = error(Whole) -> Outcome = error, with_output_to(string(Detail), written(Whole)) ; Outcome = Last, Detail = "" ).

searched(P, Path, Trie, Answers, Inferences, Anchored, End) :-
    setup_call_cleanup(open(Path, read, Stream, [encoding(utf8)]), read_term(Stream, question(Variables, Goal), []), close(Stream)),
    question(P, Goal, Callable, A, E),
    call_with_inference_limit(all_found(Callable, Variables, A, E, Trie, Answers, Anchored), Inferences, Result),
    ( Result == inference_limit_exceeded -> End = inferences ; End = complete ).

all_found(Callable, Variables, A, E, Trie, Answers, Anchored) :-
    forall(( Callable, ( Anchored =:= 0 -> true ; A =:= 1 ) ), found(Trie, Variables, E, Answers)).

found(Trie, Variables, E, Answers) :-
    (   trie_gen(Trie, Variables, Old) -> ( improves(E, Old) -> trie_update(Trie, Variables, E) ; true )
    ;   nb_getval(found, N),
        ( N >= Answers -> throw(limit(answers)) ; true ),
        N1 is N + 1,
        nb_setval(found, N1),
        nb_getval(room, Room),
        sized([Variables], Room, Room1),
        nb_setval(room, Room1),
        trie_insert(Trie, Variables, E)
    ),
    tick.

% sized(+Terms, +Room, -Left): counts the nodes as they will be written, parts that are shared each time anew: a small
% term in memory may be an endless text.
sized([], Room, Room).
sized([Term|Terms], Room0, Room) :-
    Room1 is Room0 - 1,
    ( Room1 < 0 -> throw(limit(memory)) ; true ),
    ( compound(Term) -> Term =.. [_|Args], sized(Args, Room1, Room2) ; Room2 = Room1 ),
    sized(Terms, Room2, Room).

ended_by(limit(Kind), Kind) :- !.
ended_by(error(resource_error(_), _), memory) :- !.
ended_by(Error, error(Error)).

kept(Trie) :-
    findall(answer(Variables, E), trie_gen(Trie, Variables, E), List),
    Kept =.. [answers|List],
    nb_setval(answers, Kept).

% One line an answer: score, size and the list of its values, with tabs between.
answer_lines(Lines) :-
    nb_getval(answers, Kept),
    with_output_to(string(Lines),
        forall(( compound(Kept), arg(_, Kept, answer(Variables, e(S, N, _))) ),
            ( written(S), put_char('\t'), written(N), put_char('\t'), written(Variables), nl ))).

% answer_proof(+I, +Most, -Text): of the I-th line (from 1).
answer_proof(I, Most, Text) :-
    nb_getval(answers, Kept),
    arg(I, Kept, answer(_, e(_, _, Proof))),
    proof_nodes(Proof, Most, Nodes0),
    (   catch(sized([Nodes0], 1_000_000, _), limit(memory), fail) -> Nodes = Nodes0
    ;   proof_nodes(Proof, 1, Nodes)
    ),
    with_output_to(string(Text), written(Nodes)).

written(Term) :- write_term(Term, [quoted(true), ignore_ops(true), numbervars(false)]).

:- dynamic(assumed/1).

% clear_request: forgets the last question, what it supposed included.
clear_request :-
    abolish_all_tables,
    nb_setval(answers, none),
    forall(retract(assumed(Row)), ignore(retract(Row))),
    retractall(request(_, _, _)),
    retractall(excluded(_)),
    retractall(retrieved(_, _)).

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
    with_output_to(string(Text), written(Call)),
    Reply := corollary_semantic(Text),
    term_to_atom(Answer0, Reply),
    ( Answer0 = failed(Code, Message) -> throw(error(semantic(Code, Message), _)) ; Answer = Answer0 ).
