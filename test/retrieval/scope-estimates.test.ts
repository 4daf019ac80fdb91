import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Database } from '../../src/database/database.js';
import { ScopeEstimates } from '../../src/retrieval/scope-estimates.js';
import { testDatabase } from '../support/database.js';
import { World } from './world.js';

let database: Database;
let scope: { knowledgeBase: number; revision: number };
beforeAll(async () => {
  database = await testDatabase();
  const world = await World.create(database);
  const facts = (predicate: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ prolog: `${predicate}(${n})`, text: `${predicate} ${n}` }));
  const alike = Array.from({ length: 40 }, (_, i) => facts(`small${i}`, 20));
  await world.assert(...alike.flat(), ...facts('large', 2_000));
  await database.run(sql`analyze facts`);
  const { id, revision } = await world.knowledgeBase();
  scope = { knowledgeBase: id, revision };
}, 60_000);
afterAll(() => database.stop());

/** Estimates that count what they ask the database. */
function counted() {
  const estimates = new ScopeEstimates();
  let asked = 0;
  const connection: Connection = {
    capabilities: database.capabilities,
    orm: database.orm,
    run: (query) => database.run(query),
    rows: (query, options) => {
      asked++;
      return database.rows(query, options);
    },
  };
  const of = (predicate: string) => estimates.of(connection, { ...scope, filter: { predicate } });
  return { of, asked: () => asked };
}

describe('How many facts a filter leaves', () => {
  it('is asked once for one filter, and says about how many there are', async () => {
    const { of, asked } = counted();
    const first = await of('large');
    expect(first!.rows).toBeGreaterThan(1_000);
    expect(first!.rows).toBeLessThan(4_000);
    expect(await of('large')).toEqual(first);
    expect(asked()).toBe(1);
  });

  it('is not asked for every filter of a shape that leaves equally many, but now and then', async () => {
    const { of, asked } = counted();
    for (let i = 0; i < 8; i++) await of(`small${i}`);
    expect(asked()).toBe(8);
    for (let i = 8; i < 40; i++) {
      const { rows } = (await of(`small${i}`))!;
      expect(rows).toBeGreaterThan(5);
      expect(rows).toBeLessThan(80);
    }
    expect(asked()).toBe(12);
  });

  it('is asked for each where one of the latest left far more than the others', async () => {
    const { of, asked } = counted();
    await of('large');
    for (let i = 0; i < 8; i++) await of(`small${i}`);
    await of('small8');
    expect(asked()).toBe(9);
    const other = counted();
    for (let i = 0; i < 7; i++) await other.of(`small${i}`);
    await other.of('large');
    await other.of('small7');
    expect(other.asked()).toBe(9);
  });
});
