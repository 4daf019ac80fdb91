import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { vectorBytes, vectorFromBytes } from '../../src/database/vector-bytes.js';
import { testDatabase } from '../support/database.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -65_000, max: 65_000 });
const vectors = fc.array(float, { minLength: 1, maxLength: 40 }).map((values) => Float32Array.from(values));

test('a vector in float4 comes back as it was', () => {
  fc.assert(
    fc.property(vectors, (vector) => {
      expect(vectorFromBytes(vectorBytes(vector, 'vector'), 'vector')).toEqual(vector);
    }),
  );
});

test('a vector in half floats comes back within half of their last place', () => {
  fc.assert(
    fc.property(vectors, (vector) => {
      const back = vectorFromBytes(vectorBytes(vector, 'halfvec'), 'halfvec');
      vector.forEach((value, at) => {
        const place = Math.max(2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10), 2 ** -24);
        expect(Math.abs(back[at]! - value)).toBeLessThanOrEqual(place / 2);
      });
    }),
  );
});

test('PostgreSQL reads the same numbers from our bytes as from text, and we from its', async () => {
  // Ties to even, subnormals, the largest half float, the least that is not zero, negative zero.
  const values = [
    1,
    -2.5,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    65504,
    2 ** -24,
    3 * 2 ** -25,
    2 ** -14,
    2 ** -15,
    0.1,
    -0,
    1e-9,
  ];
  const vector = Float32Array.from(values);
  for (const type of ['vector', 'halfvec'] as const) {
    const cast = sql.raw(type);
    const send = sql.raw(`${type}_send`);
    const text = `[${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join(',')}]`;
    const [row] = await database.rows<{ same: boolean; ours: Uint8Array; theirs: Uint8Array }>(sql`
      select ${vectorBytes(vector, type)}::${cast} = ${text}::${cast} as same,
        ${send}(${vectorBytes(vector, type)}::${cast}) as ours, ${send}(${text}::${cast}) as theirs`);
    expect(row).toEqual({ same: true, ours: row!.theirs, theirs: vectorBytes(vector, type) });
    expect(vectorFromBytes(row!.theirs, type)).toEqual(vectorFromBytes(vectorBytes(vector, type), type));
  }
});

test('cosines come out right', async () => {
  const type = sql.raw(database.capabilities.vectorType);
  const as = (values: number[]) =>
    sql`${vectorBytes(Float32Array.from(values), database.capabilities.vectorType)}::${type}`;
  const [row] = await database.rows<Record<string, number>>(sql`
    select 1 - (${as([1, 0])} <=> ${as([1, 1])}) as half, 1 - (${as([3, 4])} <=> ${as([3, 4])}) as same,
      1 - (${as([1, 0])} <=> ${as([0, 5])}) as none, 1 - (${as([1, 2])} <=> ${as([-1, -2])}) as opposite`);
  expect(row!.half).toBeCloseTo(Math.SQRT1_2, 6);
  expect(row!.same).toBeCloseTo(1, 6);
  expect(row!.none).toBeCloseTo(0, 6);
  expect(row!.opposite).toBeCloseTo(-1, 6);
});
