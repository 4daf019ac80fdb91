import { listItems } from '../../../prolog/list-items.js';
import { atom, compound, float, integer, type Term } from '../../../prolog/term.js';
import { computed, many, once, type ValueBuiltin } from './builtin.js';
import { calendarDay, daysOf, modulo, weekday } from './calendar.js';
import { isNumber, mustBeInteger } from './numbers.js';
import { parseTime } from './parse-time.js';
import { domainError, representationError, typeError } from './raise.js';
import { characterOf, isNil, textOf } from './text-of.js';

const DAY = 86_400;

/**
 * Points in time as stamps: seconds since 1970-01-01T00:00 UTC, a float. As in rules/system/dates.pl, a time that names no zone
 * is in UTC, wherever the server stands.
 */
export const dates: readonly (readonly [string, ValueBuiltin])[] = [
  ['parse_time/2', computed(1, ([text]) => parsedStamp(text!))],
  ['date_time_stamp/2', computed(1, ([date]) => float(stampOf(date!)))],
  ['stamp_date_time/3', once([[0, 2]], ([stamp, , zone]) => [stamp!, dateAt(stamp!, zone!), zone!])],
  ['date_time_value/3', many([[1]], ([field, date]) => fieldsOf(field!, date!))],
  ['day_of_the_week/2', computed(1, ([date]) => dayOfTheWeek(date!))],
];

function parsedStamp(term: Term): Term | undefined {
  const items = isNil(term) || term.kind === 'compound' ? listItems(term) : undefined;
  const text =
    items === undefined
      ? textOf(term)
      : items.map((item) => (item.kind === 'integer' ? characterOf(item) : undefined) ?? '\0').join('');
  if (text === undefined) throw typeError('atom', term);
  const time = parseTime(text);
  if (time === undefined) return undefined;
  const { year, month, day, hour, minute, second } = time;
  return float(secondsAt(year, month, day, hour, minute) + second);
}

function secondsAt(year: number, month: number, day: number, hour: number, minute: number): number {
  return daysOf(year, month, day) * DAY + hour * 3600 + minute * 60;
}

const MIDNIGHT = [integer(0), integer(0), integer(0), atom('-'), atom('-'), atom('-')];

/** Of `date(Y, M, D)`, or of `date(Y, M, D, H, Mn, S, Offset, Zone, Dst)`, whose offset is positive to the west. */
function stampOf(date: Term): number {
  if (date.kind !== 'compound' || date.name !== 'date') throw typeError('time', date);
  const parts: readonly Term[] = date.args.length === 3 ? [...date.args, ...MIDNIGHT] : date.args;
  if (parts.length !== 9) throw typeError('time', date);
  const [year, month, day, hour, minute, second, offset, zone, dst] = parts;
  // In this order SWI-Prolog looks at them.
  const y = int(year!);
  if (!isNumber(second!)) throw typeError('float', second!);
  const [mn, h, d, m] = [minute, hour, day, month].map((part) => int(part!)) as [
    number,
    number,
    number,
    number,
  ];
  const west = isNumber(offset!) ? int(offset, 'long') : 0;
  if (zone!.kind !== 'atom') throw typeError('atom', zone!);
  if (!isTruthValue(dst!)) throw typeError('bool', dst!);
  return secondsAt(y, m, d, h, mn) + west + Number(second!.value);
}

function isTruthValue(term: Term): boolean {
  if (term.kind === 'integer') return term.value === 0n || term.value === 1n;
  return term.kind === 'atom' && ['-', 'true', 'false', 'on', 'off'].includes(term.name);
}

function int(term: Term, type = 'int'): number {
  const value = mustBeInteger(term);
  if (BigInt.asIntN(32, value) !== value) throw representationError(type);
  return Number(value);
}

/** The zone is `UTC` or seconds to the west; `local` would depend on where the server stands. */
function dateAt(stamp: Term, zone: Term): Term {
  if (zone.kind === 'atom' && zone.name === 'local') throw domainError('timezone', zone);
  if (!isNumber(stamp)) throw typeError('float', stamp);
  const isUtc = zone.kind === 'atom' && zone.name === 'UTC';
  if (zone.kind === 'atom' && !isUtc) throw domainError('timezone', zone);
  const west = isUtc ? 0 : int(zone, 'long');
  const value = Number(stamp.value);
  const whole = Math.floor(value);
  const days = Math.floor((whole - west) / DAY);
  const { year, month, day } = calendarDay(days);
  if (!(Math.abs(year) < 2 ** 31)) throw representationError('int');
  const inDay = modulo(whole - west, DAY);
  // A clock of nanoseconds.
  const second = (inDay % 60) + Math.trunc((value - whole) * 1e9) / 1e9;
  return compound(
    'date',
    ...[year, month, day, Math.floor(inDay / 3600), Math.floor(inDay / 60) % 60].map((part) => integer(part)),
    float(second),
    integer(west),
    atom(isUtc ? 'UTC' : '-'),
    atom('-'),
  );
}

/** 1 is Monday, 7 Sunday. */
function dayOfTheWeek(date: Term): Term | undefined {
  if (date.kind !== 'compound' || date.name !== 'date' || date.args.length !== 3) return undefined;
  const [year, month, day] = date.args.map((part) => int(part)) as [number, number, number];
  return integer(weekday(daysOf(year, month, day)) || 7);
}

const FIELDS = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'utc_offset',
  'time_zone',
  'daylight_saving',
];

/** The fields of a `date/9`; zone and daylight saving only where they are known. */
function* fieldsOf(field: Term, date: Term): Iterable<readonly Term[]> {
  if (date.kind !== 'compound' || date.name !== 'date' || date.args.length !== 9) return;
  const values = new Map<string, Term>(FIELDS.map((name, at) => [name, date.args[at]!]));
  for (const name of ['time_zone', 'daylight_saving']) {
    const value = values.get(name)!;
    if (value.kind === 'atom' && value.name === '-') values.delete(name);
  }
  values.set('date', compound('date', ...date.args.slice(0, 3)));
  values.set('time', compound('time', ...date.args.slice(3, 6)));
  for (const [name, value] of values) {
    if (field.kind === 'variable' || (field.kind === 'atom' && field.name === name))
      yield [atom(name), date, value];
  }
}
