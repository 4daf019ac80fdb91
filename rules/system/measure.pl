% How much text a term makes, for SWI-Prolog. A small term in memory may be an endless text: parts are shared, a term may
% hold itself. So whatever is written for the host is measured before, or shown with its rest left out.
%
% The unit is one node, or some eight characters of an atom, a string or a number.

% measured(+Term, +Depth, +Room, -Left): throws limit(memory) when the term takes more than Room, or is nested deeper than
% Depth; an error when no text stands for a number in it. The elements of a list are as deep as one another.
measured(Term, Depth, Room0, Room) :-
    (   compound(Term) ->
        ( Depth > 0, Room0 > 0 -> true ; throw(limit(memory)) ),
        Room1 is Room0 - 1,
        measured_compound(Term, Depth, Room1, Room)
    ;   weight(Term, Weight),
        Room is Room0 - Weight,
        ( Room >= 0 -> true ; throw(limit(memory)) )
    ).

measured_compound([Head|Tail], Depth, Room0, Room) :- !,
    Inner is Depth - 1,
    measured(Head, Inner, Room0, Room1),
    measured(Tail, Depth, Room1, Room).
measured_compound(Term, Depth, Room0, Room) :-
    compound_name_arity(Term, _, Arity),
    Inner is Depth - 1,
    measured_arguments(1, Arity, Term, Inner, Room0, Room).

measured_arguments(I, Arity, Term, Depth, Room0, Room) :-
    (   I > Arity -> Room = Room0
    ;   arg(I, Term, Argument),
        measured(Argument, Depth, Room0, Room1),
        I1 is I + 1,
        measured_arguments(I1, Arity, Term, Depth, Room1, Room)
    ).

weight(Term, 1) :- ( var(Term) ; Term == [] ), !.
weight(Term, Weight) :- ( atom(Term) ; string(Term) ), !, atom_length(Term, Length), Weight is 1 + Length >> 3.
weight(Term, Weight) :- integer(Term), !, ( Term =:= 0 -> Weight = 1 ; Weight is 1 + msb(abs(Term)) >> 5 ).
weight(Term, 1) :- float(Term), float_class(Term, Class), Class \== infinite, Class \== nan, !.
weight(Term, _) :- rational(Term), !, throw(error(evaluation_error(rational_number), _)).
weight(_, _) :- throw(error(evaluation_error(undefined), _)).

% shown(+Term, +Depth, +Room, -Left, -Shown): Shown is the term, with the atom … for what is nested deeper or has no room.
shown(Term, Depth, Room0, Room, Shown) :-
    (   compound(Term) ->
        (   Depth > 0, Room0 > 0 ->
            Room1 is Room0 - 1,
            shown_compound(Term, Depth, Room1, Room, Shown)
        ;   Shown = '…', Room = Room0
        )
    ;   catch(weight(Term, Weight), error(_, _), fail) ->
        ( Weight =< Room0 -> Shown = Term, Room is Room0 - Weight ; Shown = '…', Room = Room0 )
    ;   Shown = '…', Room = Room0
    ).

shown_compound([Head|Tail], Depth, Room0, Room, [ShownHead|ShownTail]) :- !,
    Inner is Depth - 1,
    shown(Head, Inner, Room0, Room1, ShownHead),
    shown(Tail, Depth, Room1, Room, ShownTail).
shown_compound(Term, Depth, Room0, Room, Shown) :-
    compound_name_arity(Term, Name, Arity),
    (   Arity > Room0 -> Shown = '…', Room = Room0
    ;   compound_name_arity(Shown, Name, Arity),
        Inner is Depth - 1,
        shown_arguments(1, Arity, Term, Inner, Room0, Room, Shown)
    ).

shown_arguments(I, Arity, Term, Depth, Room0, Room, Shown) :-
    (   I > Arity -> Room = Room0
    ;   arg(I, Term, Argument),
        arg(I, Shown, ShownArgument),
        shown(Argument, Depth, Room0, Room1, ShownArgument),
        I1 is I + 1,
        shown_arguments(I1, Arity, Term, Depth, Room1, Room, Shown)
    ).

% ------------------------------------------------------------------ lists that are too long
% With 32 bits SWI-Prolog takes the size of a list of some hundred million new cells for a small number, and writes
% beyond the room that it has made.

:- redefine_system_predicate(length(_, _)).

length(List, Length) :-
    (   integer(Length), Length > 40_000_000, \+ is_list(List) -> throw(error(resource_error(memory), length/2))
    ;   system:length(List, Length)
    ).
