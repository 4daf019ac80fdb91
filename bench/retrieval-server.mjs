import { sql } from 'drizzle-orm';
import pg from 'pg';
import pgvector from 'pgvector';
import { insertEmbeddings } from '../dist/database/embeddings.js';
import { openDatabase } from '../dist/database/open-database.js';
import { vectorBytes } from '../dist/database/vector-bytes.js';
import { factFilterSql } from '../dist/knowledge/fact-filter.js';
import { KnowledgeStore } from '../dist/knowledge/knowledge-store.js';
import { activeSpace, ensureSpace } from '../dist/retrieval/embedding-spaces.js';
import { FactRetriever } from '../dist/retrieval/retriever.js';
import { buildVectorIndex } from '../dist/retrieval/vector-index.js';
import { clusteredVectors } from './clustered-vectors.mjs';
import { randomNumbers } from './random.mjs';
import { newDatabase } from './reasoning-filled-database.mjs';
import { median, milliseconds } from './timing.mjs';

const facts = Number(process.env.BENCH_FACTS ?? 100_000);
/** Of vectors within a cluster, see clustered-vectors.mjs. */
const directions = 64;
const clusters = 100;
const topK = 10;
const queries = 100;

const clients = 16;

const clusterOf = (own, away) => `c${(own + away) % clusters}`;
/** Facts of so many clusters, counted from one. */
const ofClusters = (own, away, count) => ({
  or: Array.from({ length: count }, (_, i) => ({ predicate: clusterOf(own, away + i) })),
});
/** Share of all facts, and where they lie: anywhere; with the query's own cluster; or all in others. */
const filters = {
  'a thousandth, anywhere': () => ({ source: 'thousandth' }),
  'a hundredth, anywhere': () => ({ source: 'hundredth' }),
  'a tenth, anywhere': () => ({ source: 'tenth' }),
  'a half, anywhere': () => ({ source: 'half' }),
  'a thousandth, near': (own) => ({ predicate: clusterOf(own, 0), minConfidence: 1 }),
  'a hundredth, near': (own) => ({ predicate: clusterOf(own, 0) }),
  'a tenth, near': (own) => ofClusters(own, 0, clusters / 10),
  'a half, near': (own) => ofClusters(own, 0, clusters / 2),
  'a thousandth, far': (own) => ({ predicate: clusterOf(own, 50), minConfidence: 1 }),
  'a hundredth, far': (own) => ({ predicate: clusterOf(own, 50) }),
  'a tenth, far': (own) => ofClusters(own, 50, clusters / 10),
  'a half, far': (own) => ofClusters(own, 25, clusters / 2),
};

/** 100,000 vectors of 1,024 dimensions on a PostgreSQL server, given, not computed. */
export const server = (context) => onServer(context, measure);

/** A million vectors of 256 dimensions, indexed by their signs. */
export const million = (context) => onServer(context, measureMillion);

async function onServer({ report, progress }, measure) {
  const serverUrl = process.env.BENCH_DATABASE_URL;
  if (serverUrl === undefined) {
    progress('No BENCH_DATABASE_URL: nothing is measured on PostgreSQL.');
    return;
  }
  const { environment, remove } = await newDatabase(serverUrl);
  const url = environment.DATABASE_URL;
  const database = Object.assign(await openDatabase({ databaseUrl: url }), { url });
  try {
    await measure(database, report, progress);
  } finally {
    await database.stop();
    await remove();
  }
}

async function measure(database, report, progress) {
  const dimensions = 1024;
  progress(`${facts} facts`);
  const random = randomNumbers(5);
  const vectors = clusteredVectors({ count: facts, dimensions, clusters, random, directions });
  const given = await knowledgeBaseFor(database, dimensions, facts, random);
  const { space, knowledgeBase } = given;

  const load = await milliseconds(() => loadVectors(database, space, given.ids, vectors.of));
  const baseline = 2_000 / (await textLoad(database, dimensions, vectors.of));
  report({
    metric: 'vectors stored',
    value: facts / (load / 1000),
    unit: 'facts/s',
    baseline: baseline * 1000,
  });
  report({ metric: 'facts asserted', value: await factLoad(database), unit: 'facts/s' });
  const signal = new AbortController().signal;
  const build = await milliseconds(() => buildVectorIndex(database, space, facts, signal));
  report({ metric: 'index built', value: build / 1000, unit: 's' });
  await database.run(sql`analyze facts`);

  const asked = Array.from({ length: queries }, (_, i) => vectors.near(i % clusters));
  const search = searcher(database, knowledgeBase, asked);
  const withoutFilter = (i) => search(i);
  const bare = (how) => (i, filter) =>
    bareSearch(database, space, knowledgeBase.revision, asked[i], filter, how);
  const all = bare('all');

  // As a server is that has searched before: it knows by then how near the nearest usually are, and searches narrowly.
  const runs = 400;
  await timed(withoutFilter, runs);
  const plain = await compared(withoutFilter, (i) => all(i), { every: 1, runs });
  const statements = await statementsOf(withoutFilter, queries);
  const pool = new pg.Pool({ connectionString: database.url, max: 10 });
  try {
    const again = (i) => pool.query(statements[i]);
    await timed(again, runs);
    const same = await timed(again, runs);
    report({
      metric: 'search without a filter, p50, against the same statement on bare pg',
      value: plain.p50,
      unit: 'ms',
      baseline: same,
    });
    const defaults = await timed((i) => textSearch(database, space, asked[i]), runs);
    report({
      metric: "search without a filter, p50, against pgvector's defaults",
      value: plain.p50,
      unit: 'ms',
      baseline: defaults,
    });
    report({
      metric: `search without a filter, recall@${topK}`,
      value: plain.recall,
      unit: '1',
      baseline: 1,
    });
    // Both with connections that have been used.
    const [own, bare] = [[], []];
    for (let round = 0; round < 4; round++) {
      const rate = { own: await atOnce(withoutFilter), bare: await atOnce(again) };
      if (round === 0) continue;
      own.push(rate.own);
      bare.push(rate.bare);
    }
    report({
      metric: `search by ${clients} clients, against bare pg`,
      value: median(own),
      unit: 'queries/s',
      baseline: median(bare),
    });
  } finally {
    await pool.end();
  }
  for (const [name, filterFor] of Object.entries(filters)) {
    const filter = (i) => filterFor(i % clusters);
    const exact = (i) => all(i, filter(i));
    const own = await compared((i) => search(i, filter(i)), exact);
    const exactMs = await timed(exact);
    const index = await compared((i) => bare('index')(i, filter(i)), exact);
    // What finds too little is no way to search.
    const best = index.recall >= 0.98 ? Math.min(exactMs, index.p50) : exactMs;
    progress(
      `${name}: all ${exactMs.toFixed(1)} ms, index ${index.p50.toFixed(1)} ms (recall ${index.recall.toFixed(3)})`,
    );
    report({
      metric: `filter: ${name}, p50, against the better of the two ways`,
      value: own.p50,
      unit: 'ms',
      baseline: best,
    });
    report({ metric: `filter: ${name}, recall@${topK}`, value: own.recall, unit: '1', baseline: 1 });
  }
}

async function measureMillion(database, report, progress) {
  const dimensions = 256;
  const count = Number(process.env.BENCH_FACTS ?? 1_000_000);
  progress(`${count} facts`);
  const random = randomNumbers(5);
  // Made while they are stored: together they are a gigabyte.
  const vectors = clusteredVectors({ count: 0, dimensions, clusters, random, directions });
  const { ids, space, knowledgeBase } = await knowledgeBaseFor(database, dimensions, count, random);
  const load = await milliseconds(() => loadVectors(database, space, ids, (n) => vectors.near(n % clusters)));
  report({ metric: 'vectors made and stored', value: count / (load / 1000), unit: 'facts/s' });
  await database.run(sql`analyze facts`);
  const asked = Array.from({ length: queries }, (_, i) => vectors.near(i % clusters));
  const all = (i) => bareSearch(database, space, knowledgeBase.revision, asked[i], null, 'all');
  const truth = [];
  for (let i = 0; i < queries; i += 4) truth[i] = await all(i);
  const allMs = await timed(all, 8);
  for (const kind of process.env.BENCH_INDEXES?.split(',') ?? ['bit']) {
    progress(`index over ${kind}`);
    const build = await milliseconds(() =>
      buildVectorIndex(database, space, count, new AbortController().signal, kind),
    );
    report({ metric: `${kind} index built`, value: build / 1000, unit: 's' });
    const [{ bytes }] = await database.rows(sql`
      select sum(pg_relation_size(indexrelid))::bigint as bytes from pg_stat_user_indexes where indexrelname like '%hnsw%'`);
    const [{ heap }] = await database.rows(sql`
      select pg_relation_size(${`embeddings_${space.id}`}) as heap`);
    report({
      metric: `${kind} index, against the vectors`,
      value: bytes / 2 ** 20,
      unit: 'MiB',
      baseline: heap / 2 ** 20,
    });
    const found = await compared(searcher(database, knowledgeBase, asked), (i) => truth[i]);
    report({
      metric: `search by the ${kind} index, p50, against comparing all`,
      value: found.p50,
      unit: 'ms',
      baseline: allMs,
    });
    report({
      metric: `search by the ${kind} index, recall@${topK}`,
      value: found.recall,
      unit: '1',
      baseline: 1,
    });
  }
}

async function knowledgeBaseFor(database, dimensions, count, random) {
  const knowledge = new KnowledgeStore(database);
  await knowledge.createKnowledgeBase('default');
  await ensureSpace(database, await knowledge.knowledgeBase(), modelOf(dimensions));
  const ids = await storeFacts(database, await knowledge.knowledgeBase(), count, random);
  const knowledgeBase = await knowledge.knowledgeBase();
  return { ids, knowledgeBase, space: await activeSpace(database, knowledgeBase.id) };
}

const modelOf = (dimensions) => ({ model: 'given', dimensions, fingerprint: 'given' });

/** Search by meaning for the i-th of `asked`, which is not embedded. @returns the facts' ids */
function searcher(database, knowledgeBase, asked) {
  const embedder = {
    ...modelOf(asked[0].length),
    outputs: new Set(['dense']),
    fusionWeight: 1,
    embed: async ([text]) => [{ dense: asked[Number(text)], tokens: 1, truncated: false }],
    similarityOf: (cosine) => (cosine + 1) / 2,
  };
  const retriever = new FactRetriever(database, embedder);
  const { revision } = knowledgeBase;
  return async (i, filter = null) => {
    const options = { channels: ['DENSE'], topK, filter };
    const { facts: found } = await retriever.search({ knowledgeBase, revision, text: String(i), options });
    return found.map(({ fact }) => fact.id);
  };
}

/** What `search` sends to the server for each of its inputs, in the end, for a bare client to send it again. */
async function statementsOf(search, count) {
  const { query } = pg.Client.prototype;
  const sent = [];
  let last;
  pg.Client.prototype.query = function (config, ...rest) {
    last = config;
    return query.call(this, config, ...rest);
  };
  try {
    for (let i = 0; i < count; i++) {
      await search(i);
      sent.push(last);
    }
  } finally {
    pg.Client.prototype.query = query;
  }
  // `pg` takes bytes from Buffers alone as bytes.
  const bytes = (value) => (value instanceof Uint8Array ? Buffer.from(value) : value);
  return sent.map(({ name, text, values }) => ({ name, text, values: values.map(bytes) }));
}

/** @returns queries a second */
async function atOnce(search) {
  const count = 2_000;
  let next = 0;
  const ms = await milliseconds(() =>
    Promise.all(
      Array.from({ length: clients }, async () => {
        while (next < count) await search(next++ % queries);
      }),
    ),
  );
  return count / (ms / 1000);
}

/** @returns the median time of `search`, and how many of what `exact` finds it finds */
async function compared(search, exact, { every = 4, runs = 80 } = {}) {
  let [found, wanted] = [0, 0];
  for (let i = 0; i < queries; i += every) {
    const hits = await search(i);
    const truth = new Set(await exact(i));
    wanted += truth.size;
    found += hits.filter((id) => truth.has(id)).length;
  }
  // Apart from the exact searches, which leave nothing else in the processor's caches.
  return { p50: await timed(search, runs), recall: found / wanted };
}

/** The median of half of the runs, behind the others: by then statements are prepared, and JavaScript is compiled. */
async function timed(search, runs = 80) {
  const taken = [];
  for (let i = 0; i < runs; i++) taken.push(await milliseconds(() => search(i % queries)));
  return median(taken.slice(runs / 2));
}

const halfvec = ({ length }) => sql.raw(`halfvec(${length})`);

/** One bare statement that gives the facts, made to compare everything or to follow the index. */
function bareSearch(database, space, revision, vector, filter, how) {
  const type = halfvec(vector);
  const distance = sql`(e.embedding::${type} <=> ${vectorBytes(vector, 'halfvec')}::${type})`;
  return database.transaction(
    async (connection) => {
      if (how === 'index') {
        await connection.rows(sql`select set_config('hnsw.ef_search', '160', true),
          set_config('hnsw.iterative_scan', 'strict_order', true), set_config('enable_sort', 'off', true)`);
      }
      const rows = await connection.rows(sql`
        select f.id, f.predicate, f.arguments, f.prolog, f.sentence, f.confidence, f.source, f.metadata
        from embeddings e join facts f on f.knowledge_base = ${space.knowledgeBase} and f.id = e.fact
        where e.space = ${space.id} and ${factFilterSql(filter, revision)}
        order by ${how === 'all' ? sql`${distance} + 0` : distance} limit ${topK}`);
      return rows.map(({ id }) => id);
    },
    { snapshot: true },
  );
}

/** pgvector as its documentation shows it: vectors as text, and the index's defaults. */
async function textSearch(database, space, vector) {
  const type = halfvec(vector);
  await database.rows(sql`
    select e.fact from embeddings e where e.space = ${space.id}
    order by e.embedding::${type} <=> ${pgvector.toSql([...vector])}::${type} limit ${topK}`);
}

async function loadVectors(database, space, ids, of) {
  const batch = 2_048;
  const half = Math.ceil(ids.length / 2);
  const load = async (from, to) => {
    for (let at = from; at < to; at += batch) {
      const rows = ids
        .slice(at, Math.min(at + batch, to))
        .map((fact, i) => ({ fact, sentence: `sentence ${at + i}`, vector: of(at + i) }));
      const stored = await database.transaction((connection) => insertEmbeddings(connection, space, rows));
      if (stored.length !== rows.length) throw new Error('not all vectors were stored');
    }
  };
  await Promise.all([load(0, half), load(half, ids.length)]);
}

/** @returns facts a second that are asserted, their vectors not waited for */
async function factLoad(database) {
  const knowledge = new KnowledgeStore(database);
  const knowledgeBase = 'load';
  await knowledge.createKnowledgeBase(knowledgeBase);
  const [count, batch] = [20_000, 5_000];
  const ms = await milliseconds(async () => {
    for (let at = 0; at < count; at += batch) {
      const given = Array.from({ length: batch }, (_, i) => ({
        prolog: `sentence(${at + i})`,
        text: `sentence ${at + i}`,
      }));
      await knowledge.assertFacts(given, { knowledgeBase });
    }
  });
  return count / (ms / 1000);
}

/** @returns milliseconds for 2,000 vectors, 100 a statement */
async function textLoad(database, dimensions, of) {
  const type = sql.raw(`halfvec(${dimensions})`);
  await database.run(sql`create table bench_text (fact bigint primary key, embedding ${type} not null)`);
  const given = Array.from({ length: 2_000 }, (_, i) => of(i));
  return milliseconds(async () => {
    for (let at = 0; at < given.length; at += 100) {
      const rows = given
        .slice(at, at + 100)
        .map((vector, i) => sql`(${at + i}, ${pgvector.toSql([...vector])})`);
      await database.run(sql`insert into bench_text (fact, embedding) values ${sql.join(rows, sql`, `)}`);
    }
  });
}

/** Fact n in cluster n mod 100, of which every tenth is certain. @returns their ids, in order */
async function storeFacts(database, { id, revision }, count, random) {
  const source = () => {
    const draw = random();
    if (draw < 0.001) return 'thousandth';
    if (draw < 0.011) return 'hundredth';
    if (draw < 0.111) return 'tenth';
    return draw < 0.611 ? 'half' : 'rest';
  };
  for (let at = 0; at < count; at += 20_000) {
    const part = Array.from({ length: Math.min(20_000, count - at) }, source);
    await database.run(sql`
      insert into facts (knowledge_base, predicate, arity, prolog, arguments, argument_keys, hash, sentence, source, confidence, asserted_in)
      select ${id}::int, 'c' || n % ${clusters}::int, 1, 'c' || n % ${clusters}::int || '(' || n || ')', jsonb_build_array(n),
        '{}', decode(md5(n::text), 'hex'), 'sentence ' || n, s, case when n / ${clusters}::int % 10 = 0 then 1 else 0.5 end,
        ${revision + 1}::bigint
      from unnest(${sql.param(part)}::text[]) with ordinality as given (s, place)
      cross join lateral (select ${at}::int + place::int - 1 as n) as numbered`);
  }
  await database.run(sql`
    insert into revisions (knowledge_base, number, committed_at) values (${id}, ${revision + 1}, now())`);
  await database.run(sql`
    update knowledge_bases set revision = ${revision + 1}, fact_count = ${count}, sentence_count = ${count} where id = ${id}`);
  const rows = await database.rows(sql`select id from facts where knowledge_base = ${id} order by id`);
  return rows.map((row) => row.id);
}
