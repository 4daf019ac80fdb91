% Dates as SWI-Prolog has them, but a time that names no zone is in UTC: the host's own zone is not to be seen, and answers must
% not depend on where the server stands.

:- use_module(library(date), [day_of_the_week/2, date_time_value/3]).
:- redefine_system_predicate(date_time_stamp(_, _)).
:- redefine_system_predicate(stamp_date_time(_, _, _)).
:- redefine_system_predicate(format_time(_, _, _)).

date_time_stamp(Date, Stamp) :- in_utc(Date, Utc), system:date_time_stamp(Utc, Stamp).

stamp_date_time(Stamp, Date, Zone) :-
    (   Zone == local -> throw(error(domain_error(timezone, local), stamp_date_time/3))
    ;   system:stamp_date_time(Stamp, Date, Zone)
    ).

% parse_time(+Text, -Stamp): ISO 8601, RFC 1123, RFC 1036 and asctime.
parse_time(Text, Stamp) :-
    ( is_list(Text) -> Codes = Text ; atom_codes(Text, Codes) ),
    once(date:date(_, Year, Month, Day, Hour, Minute, Second, Offset, Codes, [])),
    maplist(unless_given, [1, 0, 0, 0, 0], [Day, Hour, Minute, Second, Offset]),
    system:date_time_stamp(date(Year, Month, Day, Hour, Minute, Second, Offset, -, -), Stamp).

unless_given(Default, Value) :- ( var(Value) -> Value = Default ; true ).

% format_time(+Sink, +Format, +StampOrDate): Sink is atom(A), string(S) or codes(Cs), never a stream.
format_time(Sink, Format, Time) :-
    (   nonvar(Sink), in_memory(Sink) -> true
    ;   throw(error(domain_error(output_sink, Sink), format_time/3))
    ),
    ( number(Time) -> system:stamp_date_time(Time, Date, 'UTC') ; in_utc(Time, Date) ),
    system:format_time(Sink, Format, Date).

in_memory(atom(_)).
in_memory(string(_)).
in_memory(codes(_)).

in_utc(Date, Utc) :-
    (   var(Date) -> Utc = Date
    ;   Date = date(Year, Month, Day) -> Utc = date(Year, Month, Day, 0, 0, 0, 0, -, -)
    ;   Date = date(Year, Month, Day, Hour, Minute, Second, Offset, Zone, Summer), \+ number(Offset) ->
        Utc = date(Year, Month, Day, Hour, Minute, Second, 0, Zone, Summer)
    ;   Utc = Date
    ).
