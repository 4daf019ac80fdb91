import { sql } from 'drizzle-orm';
import { vectorBytes } from '../dist/database/vector-bytes.js';
import { embedded } from './retrieval-embedded.mjs';
import { evaluation } from './retrieval-evaluation.mjs';
import { million, server } from './retrieval-server.mjs';
import { sentences } from './sentences.mjs';
import { assertInBatches, startTemporaryApplication } from './temporary-application.mjs';
import { medianMilliseconds } from './timing.mjs';

const facts = 20_000;
const topK = 10;

const parts = { sentences: searchedSentences, embedded, server, million, evaluation };
/** Takes too long for a run of everything. */
const onlyByName = new Set(['million']);

export async function run(context) {
  const { data } = context.options;
  // A data set is for the evaluation alone.
  const only = context.options.only ?? (data === undefined ? undefined : 'evaluation');
  for (const [name, part] of Object.entries(parts)) {
    const wanted = only === undefined ? !onlyByName.has(name) : only.split(',').includes(name);
    if (wanted) await part(context);
  }
}

/** Searches over 20,000 sentences on PGlite, against the bare statement that compares every vector. */
async function searchedSentences({ report, progress }) {
  const said = sentences(facts + 200);
  const queries = said.splice(facts);
  const { application, stop } = await startTemporaryApplication();
  const { database, embedder, indexer, knowledge, retriever } = application;
  try {
    progress(`${facts} facts`);
    await assertInBatches(
      application,
      said.map((text, i) => ({ prolog: `note(${i})`, text })),
    );
    progress('their vectors');
    await indexer.settled(await knowledge.knowledgeBase());
    const knowledgeBase = await knowledge.knowledgeBase();
    const { revision } = knowledgeBase;

    const exact = await exactScan(application, knowledgeBase);
    const vectors = await embedder.embed(queries, 'query');
    const baseline = await medianMilliseconds(50, (i) => exact(vectors[i].dense));
    const search = (text, channels) =>
      retriever.search({ knowledgeBase, revision, text, options: { channels, topK } });
    for (const [metric, channels] of [
      ['dense', ['DENSE']],
      ['lexical', ['LEXICAL']],
      ['dense and lexical', ['DENSE', 'LEXICAL']],
    ]) {
      const value = await medianMilliseconds(50, (i) => search(queries[i], channels));
      report({ metric: `${metric}, p50`, value, unit: 'ms', baseline });
    }

    let shared = 0;
    for (let i = 0; i < 50; i++) {
      const wanted = new Set(await exact(vectors[i].dense));
      const { facts: found } = await search(queries[i], ['DENSE']);
      shared += found.filter(({ fact }) => wanted.has(fact.id)).length;
    }
    report({ metric: `dense, recall@${topK}`, value: shared / (50 * topK), unit: '1', baseline: 1 });
    progress(database.capabilities.description);
  } finally {
    await stop();
  }
}

/** The ids of the nearest facts, found by comparing all vectors in one statement that joins nothing. */
async function exactScan({ database, embedder }, knowledgeBase) {
  const { vectorType } = database.capabilities;
  const [{ space }] = await database.rows(sql`
    select id as space from embedding_spaces where knowledge_base = ${knowledgeBase.id} and state = 'ACTIVE'`);
  const type = sql.raw(`${vectorType}(${embedder.dimensions})`);
  return async (vector) => {
    const rows = await database.rows(sql`
      select fact from embeddings where space = ${space}
      order by (embedding::${type} <=> ${vectorBytes(vector, vectorType)}::${type}) + 0, fact limit ${topK}`);
    return rows.map(({ fact }) => fact);
  };
}
