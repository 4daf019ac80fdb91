% The predicates of GeoQuery's queries, over the facts of geobase.pl (state/10, city/4, river/3, ..).
%
% A query names things by kind (stateid(texas), cityid(dallas, _)) and takes goals as arguments:
%
%     answer(A, (capital(A), loc(A, B), largest(B, (state(B), next_to(B, C), const(C, stateid(texas))))))
%
% What the predicates mean follows Zelle and Mooney's executor, ties and oddities included, since its answers are what
% ours are held against.


% ---------------------------------------------------------------- answers

%! answered(+Query, -Name)
%  Name is what an answer of Query is called. Query itself keeps its variables: answers are distinct by their names.
answered(Query, Name) :-
    apart(Query, Apart),
    copy_term(Apart, answer(Thing, Goal)),
    call(Goal),
    print_name(Thing, Name).

print_name(Thing, Name) :-
    (   named(Thing, Known) -> Name = Known
    ;   calculation(Thing) -> Name is Thing
    ;   Name = Thing
    ).

named(stateid(Name), Name).
named(cityid(Name, _), Name).
named(riverid(Name), Name).
named(placeid(Name), Name).
named(countryid(Name), Name).
named(mountainid(Name), Name).
named(lakeid(Name), Name).

calculation(_ / _).
calculation(_ * _).
calculation(_ + _).
calculation(_ - _).

%! apart(+Query, -Apart)
%  Apart is Query with its superlatives worked out. largest(B, Goal) means the largest of all, whatever B is bound to
%  when its turn comes: so it is found with variables of its own, once, and only then said to be B.
apart(Query, Apart) :-
    (   var(Query) -> Apart = Query
    ;   superlative(Query, Goal) ->
        term_variables(Goal, Shared),
        copy_term(Shared-Query, Own-Renamed),
        apart_within(Renamed, Superlative),
        ( call(Superlative) -> Apart = (Shared = Own) ; Apart = fail )
    ;   apart_within(Query, Apart)
    ).

apart_within(Query, Apart) :-
    Query =.. [Name|Arguments],
    maplist(apart, Arguments, Within),
    Apart =.. [Name|Within].

superlative(largest(_, Goal), Goal).
superlative(smallest(_, Goal), Goal).
superlative(highest(_, Goal), Goal).
superlative(most(_, _, Goal), Goal).
superlative(fewest(_, _, Goal), Goal).


% ---------------------------------------------------------------- things

const(Thing, Thing).

country(countryid(usa)).
state(stateid(State)) :- state(State, _, _, _, _, _, _, _, _, _).
city(cityid(City, Abbreviation)) :- city(_, Abbreviation, City, _).
river(riverid(River)) :- river(River, _, _).
lake(lakeid(Lake)) :- lake(Lake, _, _).
mountain(mountainid(Mountain)) :- mountain(_, _, Mountain, _).
place(placeid(Place)) :- highlow(_, _, Place, _, _, _).
place(placeid(Place)) :- highlow(_, _, _, _, Place, _).

abbreviation(Abbreviation) :- abbreviation(_, Abbreviation).
abbreviation(stateid(State), Abbreviation) :- state(State, Abbreviation, _, _, _, _, _, _, _, _).

capital(City) :- capital(_, City).
capital(stateid(State), cityid(Capital, Abbreviation)) :- state(State, Abbreviation, Capital, _, _, _, _, _, _, _).

major(cityid(City, Abbreviation)) :-
    population(cityid(City, Abbreviation), Population),
    Population > 150000.
major(riverid(River)) :-
    len(riverid(River), Length),
    Length > 750.


% ---------------------------------------------------------------- where they are

loc(Thing, countryid(usa)) :-
    ( city(Thing) ; state(Thing) ; river(Thing) ; place(Thing) ; lake(Thing) ; mountain(Thing) ).
loc(cityid(City, Abbreviation), stateid(State)) :- city(State, Abbreviation, City, _).
loc(Capital, State) :- capital(State, Capital).
loc(placeid(Place), stateid(State)) :- highlow(State, _, Place, _, _, _).
loc(placeid(Place), stateid(State)) :- highlow(State, _, _, _, Place, _).
loc(mountainid(Mountain), stateid(State)) :- mountain(State, _, Mountain, _).
loc(riverid(River), stateid(State)) :-
    river(River, _, States),
    member(State, States).
loc(lakeid(Lake), stateid(State)) :-
    lake(Lake, _, States),
    member(State, States).

traverse(riverid(River), stateid(State)) :-
    river(River, _, States),
    member(State, States).
traverse(riverid(_), countryid(usa)).

next_to(stateid(State), stateid(Neighbour)) :-
    border(State, _, Neighbours),
    member(Neighbour, Neighbours).

high_point(countryid(usa), placeid('mount mckinley')).
high_point(stateid(State), placeid(Place)) :- highlow(State, _, Place, _, _, _).

low_point(countryid(usa), placeid('death valley')).
low_point(stateid(State), placeid(Place)) :- highlow(State, _, _, _, Place, _).


% ---------------------------------------------------------------- how big they are

population(countryid(Country), Population) :- country(Country, Population, _).
population(stateid(State), Population) :- state(State, _, _, Population, _, _, _, _, _, _).
population(cityid(City, Abbreviation), Population) :- city(_, Abbreviation, City, Population).

area(stateid(State), Area) :-
    state(State, _, _, _, Given, _, _, _, _, _),
    Area is float(Given).
area(countryid(Country), Area) :-
    country(Country, _, Given),
    Area is float(Given).

density(Thing, Density) :-
    population(Thing, Population),
    area(Thing, Area),
    Density is Population / Area.

len(riverid(River), Length) :- river(River, Length, _).

elevation(placeid(Place), Elevation) :- highlow(_, _, _, _, Place, Elevation).
elevation(placeid(Place), Elevation) :- highlow(_, _, Place, Elevation, _, _).
elevation(mountainid(Mountain), Elevation) :- mountain(_, _, Mountain, Elevation).

size(stateid(State), Size) :- area(stateid(State), Size).
size(cityid(City, Abbreviation), Size) :- population(cityid(City, Abbreviation), Size).
size(riverid(River), Size) :- len(riverid(River), Size).
size(placeid(Place), Size) :- elevation(placeid(Place), Size).
size(Number, Number) :- number(Number).

higher(Thing, Other) :- elevation(Thing, High), elevation(Other, Low), High > Low.
lower(Thing, Other) :- elevation(Thing, Low), elevation(Other, High), Low < High.
longer(Thing, Other) :- len(Thing, Long), len(Other, Short), Long > Short.
shorter(Thing, Other) :- len(Thing, Short), len(Other, Long), Short < Long.
more(Number, Other) :- Number > Other.


% ---------------------------------------------------------------- superlatives over a goal
% Of things of the same size the first one found counts, as in the executor: sort/4 keeps their order.

largest(Thing, Goal) :-
    findall(Size-Goal, (call(Goal), size(Thing, Size)), Sized),
    sort(1, @>=, Sized, [_-Goal|_]).

smallest(Thing, Goal) :-
    findall(Size-Goal, (call(Goal), size(Thing, Size)), Sized),
    sort(1, @=<, Sized, [_-Goal|_]).

highest(Thing, Goal) :- largest(Elevation, (Goal, elevation(Thing, Elevation))).
lowest(Thing, Goal) :- smallest(Elevation, (Goal, elevation(Thing, Elevation))).
longest(Thing, Goal) :- largest(Length, (Goal, len(Thing, Length))).
shortest(Thing, Goal) :- smallest(Length, (Goal, len(Thing, Length))).

%! most(?Thing, ?Counted, +Goal)
%  Goal holds of Thing with more different Counted than of any other.
most(Thing, Counted, Goal) :-
    tally(Thing, Counted, Goal, Tally),
    sort(1, @>=, Tally, [_-Thing|_]).

fewest(Thing, Counted, Goal) :-
    tally(Thing, Counted, Goal, Tally),
    sort(1, @=<, Tally, [_-Thing|_]).

%! tally(?Thing, ?Counted, +Goal, -Tally)
%  Number-Thing for each Thing. There is one Tally for each value of Goal's other variables, as setof/3 has it.
tally(Thing, Counted, Goal, Tally) :-
    setof(Thing-Counted, Goal, Pairs),
    pairs_keys(Pairs, All),
    list_to_set(All, Things),
    findall(Number-One, (member(One, Things), aggregate_all(count, member(One, All), Number)), Tally).


% ---------------------------------------------------------------- numbers

count(Thing, Goal, Number) :-
    findall(Thing, Goal, Things),
    sort(Things, Different),
    length(Different, Number).

sum(Number, Goal, Sum) :-
    findall(Number, Goal, Numbers),
    sum_list(Numbers, Sum).

add(X, Y, X + Y).
subtract(X, Y, X - Y).
multiply(X, Y, X * Y).
divide(X, Y, X / Y).
