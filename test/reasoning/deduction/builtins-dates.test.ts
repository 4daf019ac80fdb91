import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTerm } from '../../../src/prolog/reader.js';
import { atom, type Compound, compound, float, integer, str, variable } from '../../../src/prolog/term.js';
import { valueBuiltins } from '../../../src/reasoning/deduction/builtins/builtins.js';
import { calendarDay, daysOf, weekday } from '../../../src/reasoning/deduction/builtins/calendar.js';
import { callsOf, expectAgreement, openReference, type Reference, terms } from './builtins-reference.js';

let swi: Reference;
beforeAll(async () => {
  // Far from UTC, and with summer time: neither evaluator may see it.
  process.env.TZ = 'America/New_York';
  expect(new Date(2024, 6, 1).getTimezoneOffset()).toBe(240);
  swi = await openReference('dates');
}, 60_000);

const X = variable('X');
const Y = variable('Y');
const oddities = terms(`a [] - 1 1.5 "s" f(x) true false on 10000000000 -1 0 'UTC' date(2024,1) [a|b]`);

const TEXTS = [
  ...[
    '2024-01-01',
    '2024-01-01T12:30:45Z',
    '2024-01-01T12:30:45.25+02:00',
    '2024-01-01T12:30',
    '20240101T123000',
  ],
  ...[
    '2024-W05-3',
    '2024W053',
    '2024W05',
    '2024-123',
    '2024-05',
    'Fri, 08 Dec 2006 15:29:44 GMT',
    '-0044-03-15',
  ],
  ...['2024-12-31T23:59:60Z', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994', '1999-365T10:00'],
  ...['2024-01-01T12:30:45,123456789Z', '2024-01-01 12:30:45 UTC', '2024-01-01T1230-02', '2024-01-01T12Z'],
];

describe('Dates and times have the answers and errors of SWI-Prolog', () => {
  it('for texts that are times or nearly so', () => {
    const change = fc.tuple(
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom(0, 1),
      fc.constantFrom('', ...'0123456789-:T ZW+.,GMUC'),
    );
    const nearly = fc
      .tuple(fc.constantFrom(...TEXTS), fc.array(change, { maxLength: 2 }))
      .map(([text, changes]) =>
        changes.reduce((all, [at, cut, put]) => all.slice(0, at) + put + all.slice(at + cut), text),
      );
    const digits = fc
      .tuple(fc.constantFrom(...TEXTS), fc.infiniteStream(fc.integer({ min: 0, max: 9 })))
      .map(([text, stream]) =>
        text.replaceAll(/\d/g, (digit) => String(stream.next().value! < 5 ? digit : stream.next().value)),
      );
    const call = fc.oneof(nearly, digits).map((text) => compound('parse_time', str(text), X));
    fc.assert(
      fc.property(fc.array(call, { minLength: 200, maxLength: 200 }), (calls) => {
        expectAgreement(swi, [...calls, ...TEXTS.map((text) => compound('parse_time', atom(text), X))]);
      }),
      { numRuns: 20 },
    );
    expectAgreement(swi, callsOf('parse_time', oddities, [X]));
  });

  it('for dates of any numbers', () => {
    const part = fc.integer({ min: -3000, max: 3000 }).map(integer);
    const year = fc.integer({ min: 1901, max: 2500 }).map(integer);
    const second = fc.oneof(
      fc.integer({ min: -100, max: 100 }).map(integer),
      fc.double({ min: -90, max: 90, noNaN: true }).map(float),
    );
    const call = fc.oneof(
      fc
        .tuple(fc.integer({ min: 2000, max: 2500 }).map(integer), part, part)
        .map((args) => compound('date_time_stamp', compound('date', ...args), X)),
      fc.tuple(part, part, part).map((args) => compound('day_of_the_week', compound('date', ...args), X)),
      fc
        .tuple(fc.oneof(year, part), part, part, part, part, second, part)
        .map((args) => compound('date_time_stamp', compound('date', ...args, atom('-'), atom('-')), X)),
    );
    fc.assert(
      fc.property(fc.array(call, { minLength: 100, maxLength: 100 }), (calls) => {
        expectAgreement(swi, calls);
      }),
      { numRuns: 20 },
    );
  });

  it('for dates that are none', () => {
    const good = terms(`2024 1 1 0 0 0.0 0 - -`);
    const calls = oddities.flatMap((bad) =>
      good.flatMap((_, at) =>
        oddities.slice(0, 6).flatMap((worse) =>
          good.map((_, other) => {
            const args = good.map((part, position) =>
              position === other ? worse : position === at ? bad : part,
            );
            return compound('date_time_stamp', compound('date', ...args), X);
          }),
        ),
      ),
    );
    // So many seconds overflow in SWI-Prolog.
    const isSane = (call: Compound) => (call.args[0] as Compound).args[5] !== oddities[10];
    expectAgreement(swi, calls.filter(isSane));
    expectAgreement(
      swi,
      callsOf('date_time_stamp', [...oddities, ...callsOf('date', ...[oddities, oddities])], [X]),
    );
    expectAgreement(
      swi,
      callsOf('date_time_stamp', callsOf('date', terms('2024 a'), oddities, oddities), [X]),
    );
  });

  it('for the dates of stamps', () => {
    const stamp = fc.oneof(
      fc.integer().map(integer),
      fc.double({ min: -4e9, max: 4e9, noNaN: true }).map(float),
      fc.double({ min: -1e14, max: 1e14, noNaN: true }).map(float),
      fc.integer().map((each) => float(each / 1000)),
    );
    const zone = fc.oneof(fc.constant(atom('UTC')), fc.integer({ min: -50_000, max: 50_000 }).map(integer));
    const call = fc.tuple(stamp, zone).map(([at, where]) => compound('stamp_date_time', at, X, where));
    fc.assert(
      fc.property(fc.array(call, { minLength: 200, maxLength: 200 }), (calls) => {
        expectAgreement(swi, calls);
      }),
      { numRuns: 20 },
    );
    expectAgreement(swi, callsOf('stamp_date_time', oddities, [X, atom('foo')], oddities));
  });

  it('for the fields of dates', () => {
    const dates = terms(
      `date(2024,1,2,3,4,5.0,0,'UTC',-) date(2024,1,2,3,4,5.0,0,-,true) date(2024,1,2) foo`,
    );
    expectAgreement(
      swi,
      callsOf('date_time_value', [X, ...terms('date year second foo 1')], dates, [Y, integer(2024)]),
    );
  });

  it('for times that name no zone, which are in UTC wherever the server stands', () => {
    const stamped = (call: string, seconds: number) => {
      const { name, args } = readTerm(call).term as Compound;
      const [[, stamp] = []] = [...valueBuiltins.get(`${name}/2`)!.solve([args[0]!, X])];
      expect(stamp).toEqual(float(seconds));
      expectAgreement(swi, [compound(name, args[0]!, X)]);
    };
    stamped(`parse_time('2024-05-06T07:08:09', X)`, 1_714_979_289);
    stamped(`parse_time('2024-05-06', X)`, 1_714_953_600);
    stamped(`parse_time('Mon May  6 07:08:09 2024', X)`, 1_714_979_289);
    stamped('date_time_stamp(date(2024, 5, 6), X)', 1_714_953_600);
    stamped('date_time_stamp(date(2024, 5, 6, 7, 8, 9, -, -, -), X)', 1_714_979_289);
    stamped('date_time_stamp(date(2024, 5, 6, 7, 8, 9, -7200, -, -), X)', 1_714_972_089);
  });

  it('for the zone local, which both refuse', () => {
    const { solve } = valueBuiltins.get('stamp_date_time/3')!;
    const call = () => [...solve([integer(0), X, atom('local')])];
    expect(call).toThrow(expect.objectContaining({ details: { error: 'domain_error(timezone, local)' } }));
    expectAgreement(swi, callsOf('stamp_date_time', [integer(0), atom('foo')], [X], [atom('local')]));
  });
});

describe('The calendar', () => {
  it('counts the same days forwards and backwards as JavaScript does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50_000_000, max: 50_000_000 }), (days) => {
        const { year, month, day } = calendarDay(days);
        expect(daysOf(year, month, day)).toBe(days);
        const date = new Date(days * 86_400_000);
        expect([year, month, day]).toEqual([
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
        ]);
        expect(weekday(days)).toBe(date.getUTCDay());
      }),
    );
  });
});
