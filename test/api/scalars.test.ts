import { describe, expect, test } from 'vitest';
import { dateTimeScalar } from '../../src/api/date-time-scalar.js';
import { prologScalar } from '../../src/api/prolog-scalar.js';

describe('DateTime', () => {
  test.each([
    ['2026-03-01T09:30:00Z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01T09:30Z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01T10:30:00.25+01:00', '2026-03-01T09:30:00.250Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(dateTimeScalar.serialize(dateTimeScalar.parseValue(text))).toBe(instant);
  });

  test.each([
    ['2026-03-01'],
    ['2026-03-01T09:30:00'],
    ['2026-02-29T09:30:00Z'],
    ['2026-02-31T09:30:00Z'],
    ['2026-13-01T09:30:00Z'],
    ['2026-03-01T25:30:00Z'],
    ['yesterday'],
    [''],
    [1_700_000_000_000],
    [null],
  ])('refuses %j', (value) => {
    expect(() => dateTimeScalar.parseValue(value)).toThrow('A DateTime is written like');
  });
});

describe('Prolog', () => {
  test.each([[''], ['  \n'], [42], [null], [{}], ['x'.repeat(1_000_001)]])('refuses %.30j', (value) => {
    expect(() => prologScalar.parseValue(value)).toThrow(/^Prolog/);
  });
});
