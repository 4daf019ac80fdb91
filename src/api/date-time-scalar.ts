import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** Date, time, and an offset: without one a time could mean a day's worth of moments. */
const FORM = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Characters of a faulty time that its error repeats. */
const MOST_SHOWN = 60;

export const dateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize(value) {
    if (!(value instanceof Date)) throw new TypeError('A DateTime must be a Date');
    return value.toISOString();
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): Date {
  const parts = typeof value === 'string' ? FORM.exec(value) : null;
  const date = new Date(parts?.[0] ?? Number.NaN);
  if (
    parts === null ||
    Number.isNaN(date.getTime()) ||
    !isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))
  ) {
    const given = typeof value === 'string' ? `, not ${JSON.stringify(value.slice(0, MOST_SHOWN))}` : '';
    throw new GraphQLError(
      `A DateTime is written like "2026-03-01T09:30:00Z" or "2026-03-01T10:30:00+01:00"${given}`,
      {
        extensions: { code: 'BAD_INPUT' },
      },
    );
  }
  return date;
}

/** JavaScript takes the 31st of February for a day in March. */
function isDay(year: number, month: number, day: number): boolean {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
