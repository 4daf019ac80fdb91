import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { openDatabase } from '../dist/database/open-database.js';
import { vacuumWhereDue } from '../dist/database/pglite-vacuum.js';
import { vectorBytes } from '../dist/database/vector-bytes.js';
import { KnowledgeStore } from '../dist/knowledge/knowledge-store.js';
import { Indexer } from '../dist/retrieval/indexer.js';
import { FactRetriever } from '../dist/retrieval/retriever.js';
import { clusteredVectors } from './clustered-vectors.mjs';
import { randomNumbers } from './random.mjs';
import { assertInBatches } from './temporary-application.mjs';
import { median, milliseconds } from './timing.mjs';

const facts = Number(process.env.BENCH_FACTS ?? 20_000);
const clusters = 100;
const queries = 50;
const topK = 10;

/** 20,000 vectors of 256 and of 1,024 dimensions on PGlite, given, not computed. */
export async function embedded(context) {
  for (const dimensions of [256, 1024]) await measure(context, dimensions);
}

async function measure({ report, progress }, dimensions) {
  const { near, of } = clusteredVectors({ count: facts, dimensions, clusters, random: randomNumbers(5) });
  const asked = Array.from({ length: queries }, (_, i) => near(i % clusters));
  const embedder = {
    model: 'given',
    dimensions,
    fingerprint: `given ${dimensions}`,
    outputs: new Set(['dense']),
    fusionWeight: 1,
    embed: async (texts) =>
      texts.map((text) => {
        const [kind, n] = text.split(' ');
        return { dense: kind === 'sentence' ? of(Number(n)) : asked[Number(n)], tokens: 1, truncated: false };
      }),
    similarityOf: (cosine) => (cosine + 1) / 2,
  };
  const directory = await mkdtemp(join(tmpdir(), 'corollary-bench-'));
  const database = await openDatabase({ dataDirectory: directory });
  const knowledge = new KnowledgeStore(database);
  const indexer = new Indexer({
    database,
    embedder,
    log: { warn: (context) => progress(String(context.err)) },
  });
  const say = (metric) => `${facts} × ${dimensions}: ${metric}`;
  try {
    await knowledge.ensureDefault();
    const perSecond = (ms) => facts / (ms / 1000);
    const bare = await bareInserts(database, dimensions, of);
    await database.run(sql`drop table bare`);
    const given = Array.from({ length: facts }, (_, n) => ({
      prolog: `c${n % clusters}(${n})`,
      text: `sentence ${n}`,
    }));
    const imported = await milliseconds(async () => {
      await assertInBatches(knowledge, given);
      indexer.start();
      await indexer.settled(await knowledge.knowledgeBase());
    });
    report({
      metric: say('import until searchable'),
      value: perSecond(imported),
      unit: 'facts/s',
      baseline: perSecond(bare),
    });

    // As some seconds later.
    await vacuumWhereDue(database);
    const knowledgeBase = await knowledge.knowledgeBase();
    const { revision } = knowledgeBase;
    const retriever = new FactRetriever(database, embedder);
    const search = async (i, filter) => {
      const options = { channels: ['DENSE'], topK, filter };
      const { facts: found } = await retriever.search({
        knowledgeBase,
        revision,
        text: `query ${i}`,
        options,
      });
      return found.map(({ fact }) => fact.id);
    };
    const exact = await everyVector(database, knowledgeBase, dimensions);
    for (const [name, filter] of [
      ['search', () => null],
      ['search among a hundredth', (i) => ({ predicate: `c${i % clusters}` })],
      ['search among all but a hundredth', (i) => ({ not: { predicate: `c${i % clusters}` } })],
    ]) {
      const own = await compared(
        (i) => search(i, filter(i)),
        (i) => exact(asked[i], filter(i)),
      );
      report({ metric: say(`${name}, p50`), value: own.p50, unit: 'ms', baseline: own.baseline });
      report({ metric: say(`${name}, recall@${topK}`), value: own.recall, unit: '1', baseline: 1 });
    }
    progress(database.capabilities.description);
  } finally {
    await indexer.stop();
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Medians of `search` and of `exact`; and how many of what `exact` finds `search` finds. */
async function compared(search, exact) {
  let [found, wanted] = [0, 0];
  for (let i = 0; i < queries; i++) {
    const hits = await search(i);
    const truth = new Set(await exact(i));
    wanted += truth.size;
    found += hits.filter((id) => truth.has(id)).length;
  }
  return { p50: await timed(search), baseline: await timed(exact), recall: found / wanted };
}

/** Each apart: what one leaves in the processor's caches is of no use to the other. */
async function timed(search) {
  const taken = [];
  for (let i = 0; i < queries; i++) taken.push(await milliseconds(() => search(i)));
  return median(taken.slice(2));
}

/** One bare statement that compares every vector, for the ids of the nearest facts. */
async function everyVector(database, knowledgeBase, dimensions) {
  const [{ space }] = await database.rows(sql`
    select id as space from embedding_spaces where knowledge_base = ${knowledgeBase.id} and state = 'ACTIVE'`);
  const type = sql.raw(`vector(${dimensions})`);
  return async (vector, filter) => {
    const distance = sql`(e.embedding::${type} <=> ${vectorBytes(vector, 'vector')}::${type}) + 0`;
    const passes = filter?.not
      ? sql`f.predicate <> ${filter.not.predicate}`
      : sql`f.predicate = ${filter?.predicate}`;
    const rows = await database.rows(
      filter === null
        ? sql`select e.fact from embeddings e where e.space = ${space} order by ${distance}, 1 limit ${topK}`
        : sql`select e.fact from embeddings e join facts f on f.knowledge_base = ${knowledgeBase.id} and f.id = e.fact
              where e.space = ${space} and ${passes} order by ${distance}, 1 limit ${topK}`,
    );
    return rows.map(({ fact }) => fact);
  };
}

/** The same texts and vectors into a table without an index, 256 a statement. @returns milliseconds */
async function bareInserts(database, dimensions, of) {
  const batch = 256;
  await database.run(
    sql`create table bare (id int, text text, embedding ${sql.raw(`vector(${dimensions})`)})`,
  );
  return milliseconds(async () => {
    for (let at = 0; at < facts; at += batch) {
      const ids = Array.from({ length: Math.min(batch, facts - at) }, (_, i) => at + i);
      const texts = ids.map((id) => `sentence ${id}`);
      const vectors = sql.join(
        ids.map((id) => sql`${vectorBytes(of(id), 'vector')}`),
        sql`, `,
      );
      await database.run(sql`
        insert into bare select * from unnest(${sql.param(ids)}::int[], ${sql.param(texts)}::text[], array[${vectors}]::vector[])`);
    }
  });
}
