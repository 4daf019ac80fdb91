% Tests of dates.pl, for SWI-Prolog. See test-support.pl.

test('a date without a zone is in UTC') :-
    parse_time('2024-05-06T07:08:09', S1), S1 =:= 1714979289,
    parse_time("2024-05-06", S2), S2 =:= 1714953600,
    date_time_stamp(date(2024, 5, 6), S3), S3 =:= 1714953600,
    date_time_stamp(date(2024, 5, 6, 7, 8, 9, _, _, _), S4), S4 =:= 1714979289.

test('a date with a zone is that') :-
    parse_time('2024-05-06T07:08:09+02:00', S1), S1 =:= 1714972089,
    date_time_stamp(date(2024, 5, 6, 7, 8, 9, -7200, -, -), S2), S2 =:= 1714972089.

test('a month without a day is its first day') :- parse_time('2024-05', S), S =:= 1714521600.

test('what is no date has no stamp') :- \+ parse_time(foo, _), \+ parse_time('2024-13-05', _).

test('a stamp becomes a date in UTC or at an offset, not in the zone of the host') :-
    stamp_date_time(0, date(1970, 1, 1, 0, 0, 0.0, 0, 'UTC', -), 'UTC'),
    stamp_date_time(0, date(1969, 12, 31, 23, 0, 0.0, 3600, -, -), 3600),
    catch(( stamp_date_time(0, _, local), E = none ), error(E, _), true), E == domain_error(timezone, local).

test('a date is written in UTC, and into a text only') :-
    format_time(atom(A), '%Y-%m-%d %H:%M %z', 1714979289), A == '2024-05-06 07:08 +0000',
    format_time(string(S), '%H', date(2024, 5, 6)), S == "00",
    catch(( format_time(user_error, '%H', 0), E = none ), error(E, _), true), E = domain_error(output_sink, _).

test('the sixth of May 2024 was a Monday') :- day_of_the_week(date(2024, 5, 6), 1).
