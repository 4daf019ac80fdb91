% Facts, semantic predicates and proofs at run time. As translate.pl, for SWI-Prolog and tau-prolog alike.
%
% A fact p(X1, .., Xn) of a knowledge base with the prefix k1 is held as
%     'k1.p'(X1, .., Xn, Id, Confidence, From, To, Sentence)
% live at revision R when From =< R < To; Sentence is 1 when it has one. A reader 'k1:p'(X1, .., Xn, Anchored, Evidence)
% stands before it.
%
% Dynamic here, one request at a time:
%   request(Revision, Mode, Excluding)  Mode: plain, anchored, anchored(Most), retrieved, retrieved(Most) or all(Floor);
%                                       Most: what a fact with a sentence counts of which it is not known yet whether it is
%                                       retrieved, 0 when it is not to count at all; Excluding: 0 or 1
%   excluded(Id)                        facts to leave out
%   retrieved(Id, Similarity)           what retrieval brought to a hybrid question
%   never_retrieved(Id)                 what it is known never to bring

:- dynamic(request/3).
:- dynamic(excluded/1).
:- dynamic(retrieved/2).
:- dynamic(never_retrieved/1).

stored(Facts, Name, Stored) :- atom_concat(Facts, '.', Prefix), atom_concat(Prefix, Name, Stored).

% fact_predicate(+Facts, +Name, +Arity): makes room for facts of a predicate, once.
fact_predicate(Facts, Name, Arity) :-
    functor(Goal, Name, Arity),
    (   user_predicate(Facts, Goal, _, _, _, _) -> true
    ;   stored(Facts, Name, Stored),
        StoredArity is Arity + 5,
        make_dynamic(Stored/StoredArity),
        declare(Facts, Name, Arity, facts),
        user_predicate(Facts, Goal, A, E, Target, _),
        fact_reader(Facts, Name, Goal, A, E, Target)
    ).

fact_reader(Facts, Name, Goal, A, e(S, 1, f(Id, Goal, S)), Target) :-
    stored(Facts, Name, Stored),
    Goal =.. [_|Args],
    append(Args, [Id, C, From, To, Sentence], StoredArgs),
    Row =.. [Stored|StoredArgs],
    assertz((Target :- Row, fact_score(Id, C, From, To, Sentence, A, S))).

% rows(+Stored, +Arity, +Id, +Confidence, +From, +To, +Sentence, +Args): rows whose ids follow each other and which agree
% in all else; Args has the arguments of all of them in one list. So there is little to read: of a row by itself most is
% punctuation.
rows(Stored, Arity, Id, C, From, To, Sentence, Args) :- rows_added(Args, Arity, Stored, Id, C, From, To, Sentence).

rows_added([], _, _, _, _, _, _, _).
rows_added([X|Xs], Arity, Stored, Id, C, From, To, Sentence) :-
    row_taken(Arity, [X|Xs], Rest, Values, [Id, C, From, To, Sentence]),
    Row =.. [Stored|Values],
    assertz(Row),
    Id1 is Id + 1,
    rows_added(Rest, Arity, Stored, Id1, C, From, To, Sentence).

row_taken(0, Rest, Rest, Tail, Tail) :- !.
row_taken(N, [X|Xs], Rest, [X|Values], Tail) :- M is N - 1, row_taken(M, Xs, Rest, Values, Tail).

% ended(+Stored, +Arity, +Id, +To): the fact was retracted.
ended(Stored, Arity, Id, To) :-
    length(Args, Arity),
    append(Args, [Id, C, From, _, Sentence], Values),
    Row =.. [Stored|Values],
    (   retract(Row) ->
        append(Args, [Id, C, From, To, Sentence], Ended),
        Whole =.. [Stored|Ended],
        assertz(Whole)
    ;   true
    ).

fact_score(Id, C, From, To, Sentence, A, S) :-
    request(Revision, Mode, Excluding),
    From =< Revision,
    Revision < To,
    ( Excluding =:= 0 -> true ; \+ excluded(Id) ),
    ( Mode == plain -> A = 0, S = C ; anchored_score(Mode, Id, C, Sentence, A, S) ).

anchored_score(_, Id, C, _, 0, C) :- Id < 0, !.
anchored_score(_, Id, C, _, 1, S) :- retrieved(Id, Similarity), !, S is C * Similarity.
anchored_score(anchored, _, C, _, 0, C).
anchored_score(anchored(Most), Id, C, Sentence, A, S) :-
    ( ( Sentence =:= 0 ; never_retrieved(Id) ) -> A = 0, S = C ; Most > 0, A = 1, S is C * Most ).
anchored_score(retrieved(Most), Id, C, 1, 1, S) :- Most > 0, \+ never_retrieved(Id), S is C * Most.
anchored_score(all(Floor), _, C, Sentence, 0, S) :- ( Sentence =:= 1 -> S is C * Floor ; S = C ).

% ------------------------------------------------------------------ facts that are not held
% The host has more facts of some predicates than an engine can hold: they are looked up by the arguments that are known.
% Its answer to lookup(Name, Args, After), where each of Args is v(Value) or the atom free, is page(Rows, Next): in order
% of id, all behind the fact After, rows row(Args, Id, Confidence, From, To, Sentence). Next is where the next page
% begins, 0 when there is none.
%
% Dynamic here:
%   external(Facts, Name, Arity)                       predicates of that kind
%   looked_page(Value, Name, Args, After, Page, Next)  a page of this request, where some argument was known: Value
%   looked_row(Page, Args, Id, C, From, To, Sentence)

:- dynamic(external/3).
:- dynamic(looked_page/6).
:- dynamic(looked_row/7).
:- dynamic(looked_pages/1).

% no_facts(+Facts, +Name, +Arity): drops the rows of a predicate.
no_facts(Facts, Name, Arity) :-
    stored(Facts, Name, Stored),
    StoredArity is Arity + 5,
    functor(Row, Stored, StoredArity),
    emptied(Row).

emptied(Head) :- retract((Head :- _)), fail.
emptied(_).

% external_predicate(+Facts, +Name, +Arity): from now on the facts of the predicate are looked up. What a request supposes
% is held all the same.
external_predicate(Facts, Name, Arity) :-
    fact_predicate(Facts, Name, Arity),
    no_facts(Facts, Name, Arity),
    functor(Goal, Name, Arity),
    user_predicate(Facts, Goal, A, E, Target, _),
    emptied(Target),
    Goal =.. [_|Args],
    E = e(S, 1, f(Id, Goal, S)),
    assertz((Target :- looked_up(Name, Args, Id, C, From, To, Sentence), fact_score(Id, C, From, To, Sentence, A, S))),
    fact_reader(Facts, Name, Goal, A, E, Target),
    assertz(external(Facts, Name, Arity)).

% looked_up(+Name, +Args, -Id, -Confidence, -From, -To, -Sentence)
looked_up(Name, Args, Id, C, From, To, Sentence) :-
    asked(Args, Asked, Value),
    (   nonvar(Value) -> known_page(Value, Name, Asked, 0, Args, Id, C, From, To, Sentence)
    ;   unknown_page(Name, Asked, 0, Args, Id, C, From, To, Sentence)
    ).

% asked(+Args, -Asked, -Value): Value is the first that is known.
asked([], [], _).
asked([Arg|Args], [Asked|Rest], Value) :-
    ( ground(Arg) -> Asked = v(Arg), ( var(Value) -> Value = Arg ; true ) ; Asked = free ),
    asked(Args, Rest, Value).

known_page(Value, Name, Asked, After, Args, Id, C, From, To, Sentence) :-
    (   looked_page(Value, Name, Asked, After, Page, Next) -> true
    ;   semantic_rows(lookup(Name, Asked, After), page(Rows, Next)),
        ( retract(looked_pages(Last)) -> true ; Last = 0 ),
        Page is Last + 1,
        assertz(looked_pages(Page)),
        page_kept(Rows, Page),
        assertz(looked_page(Value, Name, Asked, After, Page, Next))
    ),
    (   looked_row(Page, Args, Id, C, From, To, Sentence)
    ;   Next > 0, tick, known_page(Value, Name, Asked, Next, Args, Id, C, From, To, Sentence)
    ).

page_kept([], _).
page_kept([row(Args, Id, C, From, To, Sentence)|Rows], Page) :-
    assertz(looked_row(Page, Args, Id, C, From, To, Sentence)),
    page_kept(Rows, Page).

% Where nothing is known there may be very many: none are kept.
unknown_page(Name, Asked, After, Args, Id, C, From, To, Sentence) :-
    semantic_rows(lookup(Name, Asked, After), page(Rows, Next)),
    (   member(row(Args, Id, C, From, To, Sentence), Rows)
    ;   Next > 0, tick, unknown_page(Name, Asked, Next, Args, Id, C, From, To, Sentence)
    ).

% forget_lookups: what the last request has looked up.
forget_lookups :-
    emptied(looked_page(_, _, _, _, _, _)),
    emptied(looked_row(_, _, _, _, _, _, _)),
    emptied(looked_pages(_)).

% forget_external(+Facts): of a knowledge base that is forgotten.
forget_external(Facts) :- emptied(external(Facts, _, _)).

% ------------------------------------------------------------------ semantic predicates
% semantic_rows(+Call, -Rows) and semantic_number(+Call, -Number) are the host's: they block until retrieval answers.

similar_fact(_, Text, Pattern, Similarity, A, S, s(Id, similar(Text, Pattern, Similarity), S, Similarity)) :-
    text_of(Text, similar/3),
    pattern_of(Pattern, similar/3),
    semantic_rows(similar(Text, Pattern), Rows),
    semantic_fact(Rows, Pattern, Similarity, Id, A, S).

nearest_fact(P, Goal, Pattern, Similarity, A, S, s(Id, nearest(Goal, Pattern, Similarity), S, Similarity)) :-
    ( callable(Goal) -> true ; throw(error(type_error(fact, Goal), nearest/3)) ),
    pattern_of(Pattern, nearest/3),
    program(P, Facts, _),
    stored_row(Facts, Goal, Near, _, From, To),
    visible(Near, From, To),
    semantic_rows(nearest(Near, Pattern), Rows),
    semantic_fact(Rows, Pattern, Similarity, Id, A, S).

% Retrieval has seen to it that the facts are live.
semantic_fact(Rows, Pattern, Similarity, Id, A, S) :-
    member(row(Id, Similarity, Pattern, C), Rows),
    \+ excluded(Id),
    ( may_be_retrieved(Id) -> A = 1 ; A = 0 ),
    S is C * Similarity.

may_be_retrieved(Id) :- retrieved(Id, _), !.
may_be_retrieved(Id) :- request(_, anchored(Most), _), Most > 0, \+ never_retrieved(Id).

stored_row(Facts, Goal, Id, C, From, To) :-
    functor(Goal, Name, Arity),
    functor(Any, Name, Arity),
    user_predicate(Facts, Any, _, _, _, _),
    Goal =.. [_|Args],
    (   external(Facts, Name, Arity),
        looked_up(Name, Args, Id, C, From, To, _)
    ;   stored(Facts, Name, Stored),
        append(Args, [Id, C, From, To, _], StoredArgs),
        Row =.. [Stored|StoredArgs],
        call(Row)
    ).

visible(Id, From, To) :-
    request(Revision, _, _),
    From =< Revision,
    Revision < To,
    \+ excluded(Id).

text_similarity(X, Y, Similarity, Similarity, m(similarity(X, Y, Similarity), Similarity)) :-
    text_of(X, similarity/3),
    text_of(Y, similarity/3),
    semantic_number(similarity(X, Y), Similarity).

text_of(Text, Where) :- var(Text), !, throw(error(instantiation_error, Where)).
text_of(Text, _) :- is_text(Text), !.
text_of(Text, Where) :- throw(error(type_error(text, Text), Where)).

pattern_of(Pattern, _) :- var(Pattern), !.
pattern_of(Pattern, _) :- callable(Pattern), !.
pattern_of(Pattern, Where) :- throw(error(type_error(fact_pattern, Pattern), Where)).

% ------------------------------------------------------------------ proofs
% proof_nodes(+Proof, +Most, -Nodes): Nodes is a list of n(Kind, Goal, Score, Children, Reference), each child's index
% (from 0) greater than its parent's. There are at most Most (at least 1): a node for whose children there is no room
% has none of them, and the atom `cut` as Children.

proof_nodes(Proof, Most, Nodes) :- Room is Most - 1, proof_node(Proof, Room, _, 0, _, Nodes, []).

% Room is for nodes that no parent has laid claim to: a node claims its children all at once, before the first is opened.
proof_node(Proof, Room, Room9, I, I9, [n(Kind, Goal, Score, Children, Reference)|Nodes], Nodes9) :-
    described(Proof, Kind, Goal, Score, Reference, Parts),
    I1 is I + 1,
    flat(Parts, Flat, []),
    length(Flat, Claimed),
    (   Claimed > Room -> Children = cut, Room9 = Room, I9 = I1, Nodes9 = Nodes
    ;   Room1 is Room - Claimed,
        proof_children(Flat, Room1, Room9, I1, I9, Children, Nodes, Nodes9)
    ).

proof_children([], Room, Room, I, I, [], Nodes, Nodes).
proof_children([Part|Parts], Room, Room9, I, I9, [I|Children], Nodes, Nodes9) :-
    proof_node(Part, Room, Room1, I, I1, Nodes, Nodes1),
    proof_children(Parts, Room1, Room9, I1, I9, Children, Nodes1, Nodes9).

flat([]) --> [].
flat([c(Parts)|Rest]) --> !, flat(Parts), flat(Rest).
flat([Part|Rest]) --> [Part], flat(Rest).

described(f(Id, Goal, Score), Kind, Goal, Score, Reference, []) :-
    (   Id < 0 -> Kind = assumption, Reference = none
    ;   Kind = fact,
        ( retrieved(Id, Similarity) -> Reference = fact(Id, Similarity) ; Reference = fact(Id) )
    ).
described(r(Rule, Goal, Score, Parts), rule, Goal, Score, rule(Rule), Parts).
described(q(Goal, Score, Parts), rule, Goal, Score, none, Parts).
described(s(Id, Goal, Score, Similarity), semantic, Goal, Score, fact(Id, Similarity), []).
described(m(Goal, Score), semantic, Goal, Score, none, []).
described(b(Goal), builtin, Goal, 1.0, none, []).
described(n(Goal), negation, \+ Goal, 1.0, none, []).
described(c(Parts), rule, true, 1.0, none, Parts).
described(t(P, Call, Goal, A), Kind, Goal, Score, Reference, Parts) :-
    known(P, Call, A1, E, Target, _),
    call(Target),
    Call = Goal,
    A1 =:= A,
    !,
    E = e(_, _, Proof),
    described(Proof, Kind, Goal, Score, Reference, Parts).
