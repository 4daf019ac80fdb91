import { sql } from 'drizzle-orm';
import pgvector from 'pgvector';
import { insertEmbeddings } from '../dist/database/embeddings.js';
import { openDatabase } from '../dist/database/open-database.js';
import { vectorBytes } from '../dist/database/vector-bytes.js';
import { KnowledgeStore } from '../dist/knowledge/knowledge-store.js';
import { activeSpace, ensureSpace } from '../dist/retrieval/embedding-spaces.js';
import { FactRetriever } from '../dist/retrieval/retriever.js';
import { buildVectorIndex } from '../dist/retrieval/vector-index.js';
import { randomNumbers } from './random.mjs';
import { newDatabase } from './reasoning-filled-database.mjs';
import { median, milliseconds } from './timing.mjs';

const facts = Number(process.env.BENCH_FACTS ?? 100_000);
const dimensions = 1024;
const clusters = 100;
const topK = 10;
const queries = 100;

/** Share of all facts, and where they lie: anywhere, or in clusters of their own. */
const filters = {
  'a thousandth': { filter: { source: 'thousandth' } },
  'a hundredth': { filter: { source: 'hundredth' } },
  'a tenth': { filter: { source: 'tenth' } },
  'a half': { filter: { source: 'half' } },
  'a hundredth, near': { filter: (own) => ({ predicate: `c${own}` }) },
  'a hundredth, far': { filter: (own) => ({ predicate: `c${(own + 50) % clusters}` }) },
  'a tenth, far': {
    filter: (own) => ({
      or: Array.from({ length: clusters / 10 }, (_, i) => ({ predicate: `c${(own + 50 + i) % clusters}` })),
    }),
  },
};

/** 100,000 vectors of 1,024 dimensions on a PostgreSQL server, given, not computed. */
export async function server({ report, progress }) {
  const serverUrl = process.env.BENCH_DATABASE_URL;
  if (serverUrl === undefined) {
    progress('No BENCH_DATABASE_URL: nothing is measured on PostgreSQL.');
    return;
  }
  const { environment, remove } = await newDatabase(serverUrl);
  const database = await openDatabase({ databaseUrl: environment.DATABASE_URL });
  try {
    await measure(database, report, progress);
  } finally {
    await database.stop();
    await remove();
  }
}

async function measure(database, report, progress) {
  const random = randomNumbers(5);
  const vectors = clustered(random);
  const knowledge = new KnowledgeStore(database);
  const model = { model: 'given', dimensions, fingerprint: 'given' };
  await knowledge.createKnowledgeBase('default');
  await ensureSpace(database, await knowledge.knowledgeBase(), model);
  progress(`${facts} facts`);
  const ids = await storeFacts(database, await knowledge.knowledgeBase(), random);
  const knowledgeBase = await knowledge.knowledgeBase();
  const space = await activeSpace(database, knowledgeBase.id);

  const load = await milliseconds(() => loadVectors(database, space, ids, vectors));
  const baseline = 2_000 / (await textLoad(database, vectors.of));
  report({
    metric: 'vectors stored',
    value: facts / (load / 1000),
    unit: 'facts/s',
    baseline: baseline * 1000,
  });
  const build = await milliseconds(() =>
    buildVectorIndex(database, space, facts, new AbortController().signal),
  );
  report({ metric: 'index built', value: build / 1000, unit: 's' });
  await database.run(sql`analyze facts`);

  const asked = Array.from({ length: queries }, (_, i) => vectors.near(i % clusters));
  const embedder = {
    ...model,
    outputs: new Set(['dense']),
    fusionWeight: 1,
    embed: async ([text]) => [{ dense: asked[Number(text)], tokens: 1, truncated: false }],
    similarityOf: (cosine) => (cosine + 1) / 2,
  };
  const retriever = new FactRetriever(database, embedder);
  const { revision } = knowledgeBase;
  const search = async (i, filter) => {
    const options = { channels: ['DENSE'], topK, filter };
    const { facts: found } = await retriever.search({ knowledgeBase, revision, text: String(i), options });
    return found.map(({ fact }) => fact.id);
  };
  const exact = (i, filter) => rawSearch(database, space, asked[i], filter, 'exact');

  const plain = await compared(search, exact, () => undefined);
  const defaults = await timed((i) => textSearch(database, space, asked[i]));
  report({ metric: 'search without a filter, p50', value: plain.p50, unit: 'ms', baseline: defaults });
  report({ metric: `search without a filter, recall@${topK}`, value: plain.recall, unit: '1', baseline: 1 });
  for (const [name, { filter }] of Object.entries(filters)) {
    const of = (i) => (typeof filter === 'function' ? filter(i % clusters) : filter);
    const own = await compared(
      (i) => search(i, of(i)),
      (i) => exact(i, of(i)),
      of,
    );
    const exactMs = await timed((i) => exact(i, of(i)));
    const index = await compared(
      (i) => rawSearch(database, space, asked[i], of(i), 'index'),
      (i) => exact(i, of(i)),
      of,
    );
    const best = index.recall >= 0.98 ? Math.min(exactMs, index.p50) : exactMs;
    progress(
      `${name}: exact ${exactMs.toFixed(1)} ms, index ${index.p50.toFixed(1)} ms (recall ${index.recall.toFixed(3)})`,
    );
    report({
      metric: `a filter that leaves ${name}, p50, against the better of the two ways`,
      value: own.p50,
      unit: 'ms',
      baseline: best,
    });
    report({
      metric: `a filter that leaves ${name}, recall@${topK}`,
      value: own.recall,
      unit: '1',
      baseline: 1,
    });
  }
}

/** @returns the median time of `search`, and how many of what `exact` finds it finds */
async function compared(search, exact) {
  const taken = [];
  let [found, wanted] = [0, 0];
  for (let i = 0; i < queries; i++) {
    let hits;
    const ms = await milliseconds(async () => {
      hits = await search(i);
    });
    if (i >= 10) taken.push(ms);
    if (i % 4 !== 0) continue;
    const truth = new Set(await exact(i));
    wanted += truth.size;
    found += hits.filter((id) => truth.has(id)).length;
  }
  return { p50: median(taken), recall: found / wanted };
}

async function timed(search) {
  const taken = [];
  for (let i = 0; i < 30; i++) taken.push(await milliseconds(() => search(i)));
  return median(taken.slice(3));
}

const type = sql.raw(`halfvec(${dimensions})`);
const conditions = (filter) => {
  if (filter === undefined) return sql`true`;
  if (filter.source !== undefined) return sql`f.source = ${filter.source}`;
  if (filter.predicate !== undefined) return sql`f.predicate = ${filter.predicate}`;
  return sql`f.predicate = any(${sql.param(filter.or.map(({ predicate }) => predicate))}::text[])`;
};

/** One bare statement, made to compare everything or to follow the index. */
function rawSearch(database, space, vector, filter, how) {
  const probe = sql`${vectorBytes(vector, 'halfvec')}::${type}`;
  const distance = sql`(e.embedding::${type} <=> ${probe})`;
  return database.transaction(
    async (connection) => {
      if (how === 'index') {
        await connection.rows(sql`select set_config('hnsw.ef_search', '160', true),
          set_config('hnsw.iterative_scan', 'strict_order', true), set_config('enable_sort', 'off', true)`);
      }
      const rows = await connection.rows(sql`
        select e.fact from embeddings e join facts f on f.knowledge_base = ${space.knowledgeBase} and f.id = e.fact
        where e.space = ${space.id} and f.retracted_in is null and ${conditions(filter)}
        order by ${how === 'exact' ? sql`${distance} + 0` : distance} limit ${topK}`);
      return rows.map(({ fact }) => fact);
    },
    { snapshot: true },
  );
}

/** pgvector as its documentation shows it: vectors as text, and the index's defaults. */
async function textSearch(database, space, vector) {
  await database.rows(sql`
    select e.fact from embeddings e where e.space = ${space.id}
    order by e.embedding::${type} <=> ${pgvector.toSql([...vector])}::${type} limit ${topK}`);
}

async function loadVectors(database, space, ids, vectors) {
  const batch = 2_048;
  const half = Math.ceil(facts / 2);
  const load = async (from, to) => {
    for (let at = from; at < to; at += batch) {
      const rows = Array.from({ length: Math.min(batch, to - at) }, (_, i) => ({
        fact: ids[at + i],
        sentence: `sentence ${at + i}`,
        vector: vectors.of(at + i),
      }));
      const stored = await database.transaction((connection) => insertEmbeddings(connection, space, rows));
      if (stored.length !== rows.length) throw new Error('not all vectors were stored');
    }
  };
  await Promise.all([load(0, half), load(half, facts)]);
}

/** @returns milliseconds for 2,000 vectors, 100 a statement */
async function textLoad(database, of) {
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

/** @returns their ids, in order */
async function storeFacts(database, { id, revision }, random) {
  const source = () => {
    const draw = random();
    if (draw < 0.001) return 'thousandth';
    if (draw < 0.011) return 'hundredth';
    if (draw < 0.111) return 'tenth';
    return draw < 0.611 ? 'half' : 'rest';
  };
  const sources = Array.from({ length: facts }, source);
  for (let at = 0; at < facts; at += 20_000) {
    const part = sources.slice(at, at + 20_000);
    await database.run(sql`
      insert into facts (knowledge_base, predicate, arity, prolog, arguments, argument_keys, hash, sentence, source, confidence, asserted_in)
      select ${id}::int, 'c' || n % ${clusters}::int, 1, 'c' || n % ${clusters}::int || '(' || n || ')', jsonb_build_array(n),
        '{}', decode(md5(n::text), 'hex'), 'sentence ' || n, s, 1, ${revision + 1}::bigint
      from unnest(${sql.param(part)}::text[]) with ordinality as given (s, place)
      cross join lateral (select ${at}::int + place::int - 1 as n) as numbered`);
  }
  await database.run(sql`
    insert into revisions (knowledge_base, number, committed_at) values (${id}, ${revision + 1}, now())`);
  await database.run(sql`
    update knowledge_bases set revision = ${revision + 1}, fact_count = ${facts}, sentence_count = ${facts} where id = ${id}`);
  const rows = await database.rows(sql`select id from facts where knowledge_base = ${id} order by id`);
  return rows.map((row) => row.id);
}

/** Vectors around centres, fact n in cluster n mod 100. Made when they are asked for: they are 400 MB. */
function clustered(random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: dimensions }, normal));
  // Random numbers by the hundred thousand cost more than the database: noise is cut from a long piece, anywhere.
  const noise = Float32Array.from({ length: 2 ** 20 }, normal);
  const near = (cluster) => {
    const [one, two] = [random(), random()].map((at) => Math.floor(at * (noise.length - dimensions)));
    const vector = centres[cluster].map((x, d) => x + noise[one + d] + noise[two + d]);
    const norm = Math.hypot(...vector);
    return vector.map((x) => x / norm);
  };
  const made = Array.from({ length: facts }, (_, n) => near(n % clusters));
  return { near, of: (n) => made[n] };
}
