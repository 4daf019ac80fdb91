import { daysOf, weekday } from './calendar.js';

/** In UTC. Numbers may go beyond their ranges: 25 hours are a day and an hour. */
export interface ParsedTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const HOUR = '([01]\\d|2[0-3])';
const MINUTE = '([0-5]\\d)';
const SECOND = '([0-5]\\d|60)(?:[.,](\\d+))?';
const ZONE = `(Z| *UTC| *GMT|([+-])${HOUR}(?::?${MINUTE})?)?`;
const MONTH = '(0[1-9]|1[0-2])';
const DAY_DIGITS = '0[1-9]|[12]\\d|3[01]';
const DAY = `(${DAY_DIGITS})`;
const WEEK = '(0[1-9]|[1-4]\\d|5[0-3])';
const ORDINAL = '(00[1-9]|0[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NAMED_MONTH = `(${MONTHS.join('|')})`;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
// SWI-Prolog takes the abbreviations of RFC 1123, and the whole names of RFC 1036.
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const CLOCK = `${HOUR}:${MINUTE}:${SECOND}`;

const whole = (pattern: string) => new RegExp(`^${pattern}$`);

type Day = Pick<ParsedTime, 'year' | 'month' | 'day'>;

/** ISO 8601 dates, with or without a time behind. */
const DATES: readonly (readonly [RegExp, (parts: readonly string[]) => Day])[] = [
  [whole(`(\\d{4})-${MONTH}-${DAY}`), ([y, m, d]) => ({ year: +y!, month: +m!, day: +d! })],
  [whole(`(\\d{4})${MONTH}${DAY}`), ([y, m, d]) => ({ year: +y!, month: +m!, day: +d! })],
  [whole(`(\\d{4})-${ORDINAL}`), ([y, d]) => ({ year: +y!, month: 1, day: +d! })],
  [whole(`(\\d{4})-W${WEEK}-([1-7])`), ([y, w, d]) => dayOfWeek(+y!, +w!, +d!)],
  [whole(`(\\d{4})W${WEEK}([1-7])`), ([y, w, d]) => dayOfWeek(+y!, +w!, +d!)],
];
/** And those that no time may follow. */
const PERIODS: typeof DATES = [
  [whole(`(\\d{4})-${MONTH}`), ([y, m]) => ({ year: +y!, month: +m!, day: 1 })],
  [whole(`(\\d{4})W${WEEK}`), ([y, w]) => dayOfWeek(+y!, +w!, 1)],
];

const TIMES: readonly RegExp[] = [
  whole(`${HOUR}:${MINUTE}:${SECOND}${ZONE}`),
  whole(`${HOUR}:${MINUTE}()()${ZONE}`),
  whole(`${HOUR}${MINUTE}${SECOND}${ZONE}`),
  whole(`${HOUR}${MINUTE}()()${ZONE}`),
  whole(`${HOUR}()()()${ZONE}`),
];

const RFC_1123 = whole(`(?:${DAYS.join('|')}),  *${DAY} *${NAMED_MONTH} *(\\d{4}) *${CLOCK} *${ZONE}`);
const RFC_1036 = whole(`(?:${LONG_DAYS.join('|')}),  *${DAY}-${NAMED_MONTH}-(\\d\\d) *${CLOCK} *${ZONE}`);
const ASCTIME = whole(`(?:${DAYS.join('|')}) ${NAMED_MONTH} ( [1-9]|${DAY_DIGITS}) ${CLOCK} (\\d{4})`);

/** What `parse_time/2` of SWI-Prolog reads: ISO 8601 and the three forms of HTTP (RFC 9110, 5.6.7). */
export function parseTime(text: string): ParsedTime | undefined {
  return iso8601(text) ?? httpDate(text);
}

function iso8601(text: string): ParsedTime | undefined {
  if (text.startsWith('-')) {
    const time = iso8601(text.slice(1));
    return time && { ...time, year: -time.year };
  }
  const at = text.search(/[T ]/);
  const day = firstOf(at < 0 ? [...DATES, ...PERIODS] : DATES, at < 0 ? text : text.slice(0, at));
  if (day === undefined || at < 0) return day && { ...day, hour: 0, minute: 0, second: 0 };
  for (const pattern of TIMES) {
    const parts = pattern.exec(text.slice(at + 1));
    if (parts !== null) return { ...day, ...timeOf(parts.slice(1)) };
  }
  return undefined;
}

function firstOf(forms: typeof DATES, text: string): Day | undefined {
  for (const [pattern, read] of forms) {
    const parts = pattern.exec(text);
    if (parts !== null) return read(parts.slice(1));
  }
  return undefined;
}

function httpDate(text: string): ParsedTime | undefined {
  const rfc1123 = RFC_1123.exec(text);
  if (rfc1123 !== null) {
    const [, day, month, year, ...time] = rfc1123;
    return { year: +year!, month: monthOf(month!), day: +day!, ...timeOf(time) };
  }
  const rfc1036 = RFC_1036.exec(text);
  if (rfc1036 !== null) {
    const [, day, month, year, ...time] = rfc1036;
    const century = +year! < 70 ? 2000 : 1900;
    return { year: century + +year!, month: monthOf(month!), day: +day!, ...timeOf(time) };
  }
  const asctime = ASCTIME.exec(text);
  if (asctime === null) return undefined;
  const [, month, day, hour, minute, second, fraction, year] = asctime;
  return { year: +year!, month: monthOf(month!), day: +day!, ...timeOf([hour, minute, second, fraction]) };
}

/** Hour, minute, second, fraction, zone, and the zone's sign, hours and minutes. */
function timeOf(parts: readonly (string | undefined)[]): Omit<ParsedTime, keyof Day> {
  const [hour, minute, second, fraction, , sign, zoneHour, zoneMinute] = parts;
  const direction = sign === '+' ? -1 : 1;
  return {
    hour: +hour! + direction * +(zoneHour ?? 0),
    minute: +(minute || 0) + direction * +(zoneMinute ?? 0),
    second: +(second || 0) + (fraction ? Number(`0.${fraction}`) : 0),
  };
}

const monthOf = (name: string) => MONTHS.indexOf(name) + 1;

/** As a day of the year's January. The first week is the one that 1 January is in, from Monday on. */
function dayOfWeek(year: number, week: number, day: number): Day {
  return { year, month: 1, day: (week - 1) * 7 - weekday(daysOf(year, 1, 1)) + day + 1 };
}
