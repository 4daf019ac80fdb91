import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { testDatabase } from '../support/database.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

test('values come back as what they went in', async () => {
  const instant = new Date('2026-03-04T05:06:07.089Z');
  const [row] = await database.rows(sql`
    select ${7_000_000_000}::int8 as int8, ${instant}::timestamptz as instant, ${{ a: [1, 'x', null] }}::jsonb as json,
      ${new Uint8Array([0, 92, 255])}::bytea as bytes, ${sql.param([1, 2 ** 53 - 1, null])}::int8[] as integers,
      ${sql.param(['a "b"', 'c\\d', '', 'NULL', '{,}', null])}::text[] as texts, ${1e-7}::float8 as float,
      ${true}::boolean as yes, ${null}::text as nothing, ${'é\n"'}::text as text,
      ${sql.param([new Uint8Array([1, 2]), new Uint8Array()])}::bytea[] as byteses`);
  expect(row).toEqual({
    int8: 7_000_000_000,
    instant,
    json: { a: [1, 'x', null] },
    bytes: new Uint8Array([0, 92, 255]),
    integers: [1, 2 ** 53 - 1, null],
    texts: ['a "b"', 'c\\d', '', 'NULL', '{,}', null],
    float: 1e-7,
    yes: true,
    nothing: null,
    text: 'é\n"',
    byteses: [new Uint8Array([1, 2]), new Uint8Array()],
  });
});
