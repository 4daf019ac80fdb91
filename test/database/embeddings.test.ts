import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { type EmbeddedSentence, insertEmbeddings } from '../../src/database/embeddings.js';
import { createSpacePartitions, dropSpacePartitions } from '../../src/database/spaces.js';
import { vectorFromBytes } from '../../src/database/vector-bytes.js';
import { testDatabase } from '../support/database.js';

const DIMENSIONS = 4;
let database: Database;
let space: { id: number; dimensions: number };
let facts: number[];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

beforeEach(async () => {
  space = await newSpace(DIMENSIONS);
  facts = await newFacts(space.id, 3);
});

async function newSpace(dimensions: number) {
  return database.transaction(async (transaction) => {
    const [base] = await transaction.rows<{ id: number }>(
      sql`insert into knowledge_bases (name) values (gen_random_uuid()::text) returning id`,
    );
    const [made] = await transaction.rows<{ id: number }>(sql`
      insert into embedding_spaces (knowledge_base, model, dimensions, fingerprint, state)
      values (${base!.id}, 'm', ${dimensions}, 'f', 'ACTIVE') returning id`);
    await createSpacePartitions(transaction, { id: made!.id, dimensions });
    return { id: made!.id, dimensions };
  });
}

/** Facts with the sentences s1, s2, …, all queued. */
async function newFacts(spaceId: number, count: number): Promise<number[]> {
  const rows = await database.rows<{ id: number }>(sql`
    with made as (
      insert into facts (knowledge_base, predicate, arity, prolog, arguments, argument_keys, hash, sentence, confidence, asserted_in)
      select s.knowledge_base, 'p', 1, 'p(' || n || ')', '[]', '{}', int4send(n), 's' || n, 1, 1
      from embedding_spaces s, generate_series(1, ${count}::int) n where s.id = ${spaceId}
      returning id
    ), queued as (insert into embedding_queue (space, fact) select ${spaceId}, id from made)
    select id from made order by id`);
  return rows.map(({ id }) => id);
}

const embedded = (at: number, ...vector: number[]): EmbeddedSentence => ({
  fact: facts[at]!,
  sentence: `s${at + 1}`,
  vector: Float32Array.from(vector),
});

async function stored(): Promise<Record<number, number[]>> {
  const { vectorType } = database.capabilities;
  const rows = await database.rows<{ fact: number; bytes: Uint8Array }>(sql`
    select fact, ${sql.raw(`${vectorType}_send`)}(embedding) as bytes from embeddings where space = ${space.id}`);
  return Object.fromEntries(rows.map(({ fact, bytes }) => [fact, [...vectorFromBytes(bytes, vectorType)]]));
}

async function queued(): Promise<number[]> {
  const rows = await database.rows<{ fact: number }>(
    sql`select fact from embedding_queue where space = ${space.id} order by fact`,
  );
  return rows.map(({ fact }) => fact);
}

test('vectors are stored and their facts leave the queue', async () => {
  const [first, second, third] = facts as [number, number, number];
  const rows = [embedded(0, 1, 0, 0, 0), embedded(1, 0, 0.5, 0, -0.25)];
  expect(await insertEmbeddings(database, space, rows)).toEqual([first, second]);
  expect(await stored()).toEqual({ [first]: [1, 0, 0, 0], [second]: [0, 0.5, 0, -0.25] });
  expect(await queued()).toEqual([third]);
});

test('a vector of a sentence that has changed meanwhile is not stored, and its fact stays queued', async () => {
  await database.run(sql`update facts set sentence = 'another' where id = ${facts[1]!}`);
  const rows = [embedded(0, 1, 0, 0, 0), embedded(1, 0, 1, 0, 0)];
  expect(await insertEmbeddings(database, space, rows)).toEqual([facts[0]]);
  expect(Object.keys(await stored())).toEqual([String(facts[0])]);
  expect(await queued()).toEqual([facts[1], facts[2]]);
});

test('storing again replaces the vector, and one batch may name a fact twice', async () => {
  await insertEmbeddings(database, space, [embedded(0, 1, 0, 0, 0)]);
  await insertEmbeddings(database, space, [embedded(0, 0, 1, 0, 0), embedded(0, 0, 0, 1, 0)]);
  expect(await stored()).toEqual({ [facts[0]!]: [0, 0, 1, 0] });
});

test('nothing is stored for facts of another knowledge base', async () => {
  const other = await newSpace(DIMENSIONS);
  const [foreign] = await newFacts(other.id, 1);
  expect(
    await insertEmbeddings(database, space, [
      { fact: foreign!, sentence: 's1', vector: Float32Array.of(1, 0, 0, 0) },
    ]),
  ).toEqual([]);
});

test('bits follow their vectors where the backend has a side table of them', async () => {
  await insertEmbeddings(database, space, [embedded(0, 1, -1, 0, 0.5)]);
  const exists = sql`select to_regclass('embedding_bits') is not null as there`;
  expect(await database.rows(exists)).toEqual([{ there: database.capabilities.bitSideTable }]);
  if (!database.capabilities.bitSideTable) return;
  const bits = await database.rows(
    sql`select bits::text as bits from embedding_bits where space = ${space.id}`,
  );
  expect(bits).toEqual([{ bits: '1001' }]);
});

test('more rows than one statement takes are all stored', async () => {
  facts = await newFacts(space.id, 0);
  const many = await newSpace(DIMENSIONS);
  facts = await newFacts(many.id, 700);
  space = many;
  const rows = facts.map((_, at) => embedded(at, 1, at, 0, 0));
  expect(await insertEmbeddings(database, many, rows)).toHaveLength(700);
  expect(await queued()).toEqual([]);
  expect((await stored())[facts[699]!]).toEqual([1, 699, 0, 0]);
});

test('vectors that fill more than a page can be stored', async () => {
  space = await newSpace(4096);
  facts = await newFacts(space.id, 1);
  const vector = new Float32Array(4096).map((_, at) => Math.fround((at % 7) / 8));
  await insertEmbeddings(database, space, [{ fact: facts[0]!, sentence: 's1', vector }]);
  expect((await stored())[facts[0]!]).toEqual([...vector]);
});

test('a space that is dropped takes its vectors with it, and no others', async () => {
  const other = await newSpace(DIMENSIONS);
  await insertEmbeddings(database, space, [embedded(0, 1, 0, 0, 0)]);
  await dropSpacePartitions(database, other.id);
  expect(Object.keys(await stored())).toHaveLength(1);
  await dropSpacePartitions(database, space.id);
  await dropSpacePartitions(database, space.id);
  expect(await stored()).toEqual({});
});
