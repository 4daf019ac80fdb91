import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openPostgres } from '../../src/database/postgres.js';
import type { FactFilter } from '../../src/knowledge/knowledge.js';
import type { FactRetriever } from '../../src/retrieval/retriever.js';
import { newPostgresDatabase, onlyOnPostgres } from '../support/database.js';
import { cosine, hashedVector, unit } from './fake-embedder.js';
import { World } from './world.js';

const DIMENSIONS = 32;
const FACTS = 6_000;
const GROUPS = 20;

/** Near the centre of its group. */
function inGroup(group: number, name: string): Float32Array {
  const noise = hashedVector(name, DIMENSIONS);
  return unit(hashedVector(`centre ${group}`, DIMENSIONS).map((x, d) => x + 0.5 * noise[d]!));
}

onlyOnPostgres('An approximate index over vectors', () => {
  let database: Database;
  let drop: () => Promise<void>;
  let world: World;
  const vectors = new Map<string, Float32Array>();
  let ids: number[];
  const retracted = new Set<number>();

  beforeAll(async () => {
    const own = await newPostgresDatabase(`template ${inject('databaseTemplate')}`);
    drop = own.drop;
    // Else so few vectors would be compared one by one, whatever indexes there are.
    database = await openPostgres(`${own.url}?options=-c%20enable_seqscan%3Doff`);
    for (let n = 0; n < FACTS; n++) vectors.set(`sentence ${n}`, inGroup(n % GROUPS, `sentence ${n}`));
    for (let group = 0; group < GROUPS; group++)
      vectors.set(`query ${group}`, inGroup(group, `query ${group}`));
    world = await World.create(database, { dimensions: DIMENSIONS, vectors });
    const facts = Array.from({ length: FACTS }, (_, n) => ({
      prolog: `group${n % GROUPS}(${n})`,
      text: `sentence ${n}`,
      confidence: n % 10 === 0 ? 0.5 : 1,
    }));
    ids = (await world.assert(...facts)).facts.map(({ id }) => id);
    await world.index();
  }, 120_000);
  afterAll(async () => {
    await database.stop();
    await drop();
  });

  /** The ten nearest by comparing all. */
  function nearestTo(group: number, passes: (n: number) => boolean = () => true): number[] {
    const query = vectors.get(`query ${group}`)!;
    return ids
      .map((id, n) => ({ id, n, cosine: cosine(vectors.get(`sentence ${n}`)!, query) }))
      .filter(({ id, n }) => passes(n) && !retracted.has(id))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, 10)
      .map(({ id }) => id);
  }

  /** How many of the ten nearest search finds; how many rows it gave. */
  async function compared(
    group: number,
    filter: FactFilter | null,
    passes: (n: number) => boolean,
    retriever = world.retriever(),
  ) {
    const wanted = new Set(nearestTo(group, passes));
    const { facts } = await retriever.search({
      ...(await world.now()),
      text: `query ${group}`,
      options: { channels: ['DENSE'], topK: 10, filter },
    });
    return {
      found: facts.filter(({ fact }) => wanted.has(fact.id)).length,
      rows: facts.length,
      wanted: wanted.size,
    };
  }

  async function recall(
    filter: FactFilter | null,
    passes: (n: number) => boolean,
    retriever?: FactRetriever,
  ): Promise<number> {
    let found = 0;
    let wanted = 0;
    for (let group = 0; group < GROUPS; group++) {
      const outcome = await compared(group, filter, passes, retriever);
      // Never a silently short result.
      expect(outcome.rows).toBe(outcome.wanted);
      found += outcome.found;
      wanted += outcome.wanted;
    }
    return found / wanted;
  }

  const timesUsed = async (): Promise<number> => {
    await database.rows(sql`select pg_stat_force_next_flush()`);
    const [row] = await database.rows<{ scans: number }>(sql`
      select coalesce(sum(idx_scan), 0)::int as scans from pg_stat_user_indexes where indexrelname like '%_hnsw'`);
    return row!.scans;
  };

  it('is built beside what reads and writes, once, and then used', async () => {
    expect((await world.space())?.index).toBe(null);
    const [first, second] = await Promise.all([world.buildVectorIndex(), world.buildVectorIndex()]);
    expect(first || second).toBe(true);
    expect(await world.buildVectorIndex()).toBe(true);
    await compared(0, null, () => true);
    await expect.poll(timesUsed, { timeout: 25_000, interval: 1_000 }).toBeGreaterThan(0);
  });

  it('finds nearly all of the nearest, with and without filters, near to the query and far from it', async () => {
    expect(await recall(null, () => true)).toBeGreaterThanOrEqual(0.98);
    expect(await recall({ minConfidence: 0.9 }, (n) => n % 10 !== 0)).toBeGreaterThanOrEqual(0.98);
    expect(await recall({ predicate: 'group3' }, (n) => n % GROUPS === 3)).toBe(1);
  });

  it('finds as many when it is searched as narrowly as many searches before allow', async () => {
    const retriever = world.retriever();
    for (let round = 0; round < 5; round++) {
      expect(await recall(null, () => true, retriever)).toBeGreaterThanOrEqual(0.98);
    }
    expect(await recall({ minConfidence: 0.9 }, (n) => n % 10 !== 0, retriever)).toBeGreaterThanOrEqual(0.98);
    expect(await recall({ predicate: 'group3' }, (n) => n % GROUPS === 3, retriever)).toBe(1);
  });

  it('fills its limit when the nearest are retracted, and knows the past', async () => {
    const before = await world.now();
    const gone = ids.filter((_, n) => n % GROUPS === 5 && n % 3 !== 0);
    await world.retract(...gone);
    for (const id of gone) retracted.add(id);
    expect(await recall(null, () => true)).toBeGreaterThanOrEqual(0.98);
    const { facts } = await world.retriever().search({
      ...before,
      text: 'query 5',
      options: { channels: ['DENSE'], topK: 10 },
    });
    expect(facts.some(({ fact }) => retracted.has(fact.id))).toBe(true);
  });

  it('is said to have answered, and not asked when the answer has to be exact', async () => {
    const request = { ...(await world.now()), text: 'query 7' };
    const options = { channels: ['DENSE'], topK: 10 } as const;
    expect((await world.retriever().search({ ...request, options })).exact).toBe(false);
    const both = { ...options, channels: ['DENSE', 'LEXICAL'] } as const;
    expect((await world.retriever().search({ ...request, options: both })).exact).toBe(false);
    const before = await timesUsed();
    const exact = await world.retriever().search({ ...request, options: { ...options, exact: true } });
    expect(exact.exact).toBe(true);
    expect(exact.facts.map(({ fact }) => fact.id)).toEqual(nearestTo(7));
    await world.retriever().search({ ...request, options: { ...both, exact: true } });
    expect(await timesUsed()).toBe(before);
  });

  it('over signs alone takes the place of the other, and its nearest are ranked exactly', async () => {
    expect(await world.buildVectorIndex(undefined, 'bit')).toBe(true);
    expect(await recall(null, () => true)).toBeGreaterThanOrEqual(0.9);
    expect(await recall({ minConfidence: 0.9 }, (n) => n % 10 !== 0)).toBeGreaterThanOrEqual(0.9);
    expect(await recall({ predicate: 'group3' }, (n) => n % GROUPS === 3)).toBe(1);
    const { facts } = await world.retriever().search({
      ...(await world.now()),
      text: 'query 7',
      options: { channels: ['DENSE'], topK: 10 },
    });
    const query = vectors.get('query 7')!;
    const cosines = facts.map(({ fact }) => cosine(vectors.get(fact.sentence!)!, query));
    expect(cosines).toEqual(cosines.toSorted((a, b) => b - a));
    expect(await world.buildVectorIndex()).toBe(true);
    const names = await database.rows(sql`select indexname from pg_indexes where indexname like '%hnsw%'`);
    expect(names).toHaveLength(1);
  });

  it('that an interrupted build left unfinished is not used, and built anew', async () => {
    const { id } = (await world.space())!;
    await database.run(sql`
      update pg_index set indisvalid = false where indexrelid = to_regclass(${`embeddings_${id}_hnsw`})`);
    expect((await world.space())?.index).toBe(null);
    expect((await compared(0, null, () => true)).found).toBe(10);
    expect(await world.buildVectorIndex()).toBe(true);
  });

  it('is given up when the server stops, and built by the indexer of the next', async () => {
    const { id } = (await world.space())!;
    await database.run(sql`drop index ${sql.identifier(`embeddings_${id}_hnsw`)}`);
    const stopping = new AbortController();
    const build = world.buildVectorIndex(stopping.signal);
    stopping.abort();
    await expect(build).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const indexKind of ['halfvec', 'bit'] as const) {
      await using indexer = world.indexer({ indexComponents: FACTS, indexKind });
      indexer.start();
      await expect.poll(async () => (await world.space())?.index, { timeout: 30_000 }).toBe(indexKind);
      await indexer.indexesBuilt();
    }
  });
});
