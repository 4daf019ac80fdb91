import { sql } from 'drizzle-orm';
import { QuestionAsker } from '../dist/asking/asker.js';
import { insertEmbeddings } from '../dist/database/embeddings.js';
import { openDatabase } from '../dist/database/open-database.js';
import { KnowledgeStore } from '../dist/knowledge/knowledge-store.js';
import { openReasoner, startReasonerPool } from '../dist/reasoning/open-reasoner.js';
import { CheckedRuleBook } from '../dist/reasoning/rule-book.js';
import { activeSpace, ensureSpace } from '../dist/retrieval/embedding-spaces.js';
import { FactRetriever } from '../dist/retrieval/retriever.js';
import { buildVectorIndex } from '../dist/retrieval/vector-index.js';
import { randomNumbers } from './random.mjs';
import { fillDatabase, newDatabase } from './reasoning-filled-database.mjs';
import { median, milliseconds } from './timing.mjs';

const incidents = Number(process.env.BENCH_FACTS ?? 100_000);
const services = Math.ceil(incidents / 50);
const dimensions = 256;
const clusters = 100;
const questions = 40;
const first = 20;

const rules = `
  blames(T, I) :- summary(I), hits(I, S), owned_by(S, T).
  0.9 :: touches(I, S) :- summary(I), hits(I, S).
  0.8 :: touches(I, S) :- touches(I, N), needs(S, N).`;

/** Each with its share of the incidents that have an answer. */
const goals = {
  'three facts joined': 'summary(I), hits(I, S), owned_by(S, T)',
  'a rule': 'blames(T, I)',
  'a recursive rule': 'touches(I, S)',
  'a tenth of the incidents': 'summary(I), hits(I, S), owned_by(S, t7)',
  'one service': 'hits(I, s7), summary(I)',
};

/** @param {import('./bench.mjs').BenchContext} context */
export async function run({ report, progress }) {
  const serverUrl = process.env.BENCH_DATABASE_URL;
  if (serverUrl === undefined) progress('No BENCH_DATABASE_URL: measured on PGlite.');
  const { environment, remove } = await newDatabase(serverUrl);
  const database = await openDatabase({
    databaseUrl: environment.DATABASE_URL,
    dataDir: environment.DATA_DIR,
  });
  try {
    await measure(database, report, progress);
  } finally {
    await database.stop();
    await remove();
  }
}

async function measure(database, report, progress) {
  const random = randomNumbers(11);
  const vectors = clustered(random);
  const embedder = givenVectors(vectors);
  const knowledge = new KnowledgeStore(database);
  await knowledge.createKnowledgeBase('default');
  await ensureSpace(database, await knowledge.knowledgeBase(), embedder);
  progress(`${incidents} incidents`);
  await fill(database, knowledge, vectors, random);
  const knowledgeBase = await knowledge.knowledgeBase();
  const { module, diagnostics } = await new CheckedRuleBook(knowledge).put({ name: 'rules', source: rules });
  if (module === null) throw new Error(JSON.stringify(diagnostics));

  const retriever = new FactRetriever(database, embedder);
  const pool = startReasonerPool({ reasoner: 'swi', workers: 1 });
  const reasoner = await openReasoner({ pool, knowledge, retriever });
  try {
    const asker = new QuestionAsker({ knowledge, retriever, reasoner });
    for (const [name, goal] of Object.entries(goals)) {
      await measureGoal({ asker, retriever, reasoner, knowledge, knowledgeBase }, name, goal, report);
    }
  } finally {
    await reasoner.stop();
  }
}

async function measureGoal({ asker, retriever, reasoner, knowledge }, name, goal, report) {
  const knowledgeBase = await knowledge.knowledgeBase();
  const { revision } = knowledgeBase;
  const wanted = { proofs: true, texts: false, count: false, retrieved: false };
  const ask = (i, more = {}) =>
    asker.ask({ question: `question ${i}`, goal, first, wanted, ...more, retrieval: more.retrieval ?? {} });
  const [whole, alone, exact, shares, agreed, results] = [[], [], [], [], [], []];
  // Each apart: what comparing every vector leaves in the processor's caches is of no use to the others.
  for (let i = 0; i < questions; i++) {
    const taken = await milliseconds(async () => {
      results[i] = await ask(i);
    });
    if (i >= 5) whole.push(taken);
  }
  for (let i = 0; i < questions; i++) {
    // The same again in two parts: as many facts by themselves, and the goal with these facts in hand.
    const counted = await ask(i, { wanted: { ...wanted, retrieved: true } });
    const read = counted.retrieved;
    let similarities;
    const retrieval = await milliseconds(async () => {
      const options = { channels: ['DENSE'], topK: Math.min(1_000, Math.max(1, read.length)) };
      await retriever.search({ knowledgeBase, revision, text: `question ${i}`, options });
    });
    similarities = new Map(read.map(({ fact, similarity }) => [fact.id, similarity]));
    const reasoning = await milliseconds(() =>
      reasoner.prove({
        knowledgeBase,
        revision,
        goal,
        scoring: 'PRODUCT',
        limits: { answers: 1_000, inferences: 10_000_000, timeMs: 5_000, memoryMb: 256 },
        skip: 0,
        first,
        proofs: true,
        count: false,
        anchors: { scope: 'ANCHORED', similarities },
      }),
    );
    if (i < 5) continue;
    alone.push(retrieval + reasoning);
    shares.push(read.length / incidents);
  }
  for (let i = 0; i < questions; i++) {
    let exactly;
    const exactMs = await milliseconds(async () => {
      exactly = await ask(i, { retrieval: { exact: true } });
    });
    if (i < 5) continue;
    exact.push(exactMs);
    if (!exactly.complete) throw new Error(`${name}: ${exactly.limitReached}`);
    const best = new Set(exactly.answers.edges.map(({ answer }) => text(answer)));
    agreed.push(results[i].answers.edges.filter(({ answer }) => best.has(text(answer))).length / best.size);
  }
  report({
    metric: `${name}: first page, p50, against retrieval and goal alone`,
    value: median(whole),
    unit: 'ms',
    baseline: median(alone),
  });
  report({ metric: `${name}: without an index`, value: median(exact), unit: 'ms', baseline: median(whole) });
  report({ metric: `${name}: facts read, of all that could be`, value: 100 * median(shares), unit: '%' });
  report({
    metric: `${name}: answers of the page that are its best`,
    value: mean(agreed),
    unit: '1',
    baseline: 1,
  });
}

const text = ({ bindings }) => JSON.stringify(bindings.map(({ value }) => value.name ?? String(value.value)));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Incidents with a sentence each, that hit a service; services with their team and what they need. */
async function fill(database, knowledge, vectors, random) {
  const fact = (predicate, ...args) => ({ predicate, args, confidence: 1 });
  const facts = [];
  for (let i = 0; i < incidents; i++) {
    facts.push(fact('summary', `i${i}`), fact('hits', `i${i}`, `s${Math.floor(random() * services)}`));
  }
  for (let s = 0; s < services; s++) {
    facts.push(
      fact('owned_by', `s${s}`, `t${s % 10}`),
      fact('needs', `s${s}`, `s${Math.floor(random() * services)}`),
    );
  }
  await fillDatabase({ database, knowledge }, facts);
  const { id } = await knowledge.knowledgeBase();
  await database.run(sql`
    update facts set sentence = 'incident ' || substr(arguments ->> 0, 2) where knowledge_base = ${id} and predicate = 'summary'`);
  await database.run(sql`update knowledge_bases set sentence_count = ${incidents} where id = ${id}`);
  const space = await activeSpace(database, id);
  const rows = await database.rows(sql`
    select id as fact, sentence from facts where knowledge_base = ${id} and predicate = 'summary' order by id`);
  for (let at = 0; at < rows.length; at += 2_048) {
    const part = rows.slice(at, at + 2_048).map((row, i) => ({ ...row, vector: vectors.of(at + i) }));
    await database.transaction((connection) => insertEmbeddings(connection, space, part));
  }
  await database.run(sql`vacuum analyze facts`);
  await buildVectorIndex(database, space, incidents, new AbortController().signal);
}

function givenVectors(vectors) {
  return {
    model: 'given',
    dimensions,
    fingerprint: 'given',
    outputs: new Set(['dense']),
    fusionWeight: 1,
    embed: async ([text]) => [
      { dense: vectors.asked(Number(text.split(' ')[1])), tokens: 1, truncated: false },
    ],
    similarityOf: (cosine) => Math.max(1e-9, (cosine + 1) / 2),
  };
}

/** Vectors around centres: fact n in cluster n mod 100. */
function clustered(random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: dimensions }, normal));
  const noise = Float32Array.from({ length: 2 ** 20 }, normal);
  const near = (cluster) => {
    const [one, two] = [random(), random()].map((at) => Math.floor(at * (noise.length - dimensions)));
    const vector = centres[cluster].map((x, d) => x + noise[one + d] + noise[two + d]);
    const norm = Math.hypot(...vector);
    return vector.map((x) => x / norm);
  };
  const asked = Array.from({ length: questions }, (_, i) => near(i % clusters));
  return { of: (n) => near(n % clusters), asked: (i) => asked[i] };
}
