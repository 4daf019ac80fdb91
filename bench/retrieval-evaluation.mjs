import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlainBm25 } from './plain-bm25.mjs';
import { assertInBatches, startTemporaryApplication } from './temporary-application.mjs';

/** Where the project's own data lies. */
const beside = fileURLToPath(new URL('../../shared/data/cranfield', import.meta.url));

const channelsOf = { lexical: ['LEXICAL'], dense: ['DENSE'], fused: ['DENSE', 'LEXICAL'] };
const depth = 100;

/**
 * How good search is, not how fast, over a folder as BEIR has them: corpus.jsonl, queries.jsonl, and judgments in
 * qrels.tsv or qrels/test.tsv. With the bundled model, or with another that EMBEDDING_MODEL (and MODELS_DIR) names.
 */
export async function evaluation({ report, progress, options }) {
  const folder = resolve(options.data ?? beside);
  if (!existsSync(`${folder}/corpus.jsonl`)) {
    progress(`No collection at ${folder}; name its folder with --data.`);
    return;
  }
  const { documents, queries, judgments } = readCollection(folder);
  const judged = queries.filter(({ id }) => judgments.has(id));
  progress(`${documents.length} documents, ${judged.length} queries with judgments`);

  const plain = new PlainBm25(documents);
  const baseline = figures(judged, judgments, ({ text }) => plain.search(text, depth));

  const { EMBEDDING_MODEL, MODELS_DIR } = process.env;
  const { application, stop } = await startTemporaryApplication({ EMBEDDING_MODEL, MODELS_DIR });
  try {
    await assertInBatches(
      application,
      documents.map(({ text }, n) => ({ prolog: `document(${n})`, text })),
    );
    const { indexer, knowledge, retriever } = application;
    await indexer.settled(await knowledge.knowledgeBase());
    const knowledgeBase = await knowledge.knowledgeBase();
    const { revision } = knowledgeBase;
    for (const [name, channels] of Object.entries(channelsOf)) {
      const ranked = new Map();
      for (const { id, text } of judged) {
        const request = { knowledgeBase, revision, text, options: { channels, topK: depth } };
        const { facts } = await retriever.search(request);
        ranked.set(
          id,
          facts.map(({ fact }) => documents[Number(fact.arguments[0].value)].id),
        );
      }
      const own = figures(judged, judgments, ({ id }) => ranked.get(id));
      for (const [metric, value] of Object.entries(own)) {
        report({ metric: `${name}, ${metric}`, value, unit: '1', baseline: baseline[metric] });
      }
    }
  } finally {
    await stop();
  }
}

function readCollection(folder) {
  const lines = (name) =>
    readFileSync(`${folder}/${name}`, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const documents = lines('corpus.jsonl')
    .map((line) => JSON.parse(line))
    .map(({ _id, title, text }) => ({ id: _id, text: `${title} ${text}`.trim() }))
    .filter(({ text }) => text !== '');
  const queries = lines('queries.jsonl')
    .map((line) => JSON.parse(line))
    .map(({ _id, text }) => ({ id: _id, text }));
  /** Query → document → gain. */
  const judgments = new Map();
  for (const [query, document, score] of lines(
    existsSync(`${folder}/qrels.tsv`) ? 'qrels.tsv' : 'qrels/test.tsv',
  )
    .slice(1)
    .map((line) => line.split('\t'))) {
    if (!judgments.has(query)) judgments.set(query, new Map());
    judgments.get(query).set(document, Number(score));
  }
  // A query with nothing relevant says nothing about a search.
  for (const [query, gains] of judgments) {
    if (![...gains.values()].some((gain) => gain > 0)) judgments.delete(query);
  }
  return { documents, queries, judgments };
}

/** Means over the queries; `search` gives ids, best first. */
function figures(queries, judgments, search) {
  const sums = { 'nDCG@10': 0, 'recall@10': 0, 'recall@100': 0, MRR: 0 };
  for (const query of queries) {
    const gains = judgments.get(query.id);
    const relevant = [...gains.values()].filter((gain) => gain > 0).length;
    const found = search(query).map((document) => gains.get(document) ?? 0);
    const ideal = [...gains.values()].sort((a, b) => b - a);
    const first = found.findIndex((gain) => gain > 0);
    sums['nDCG@10'] += discounted(found.slice(0, 10)) / discounted(ideal.slice(0, 10));
    sums['recall@10'] += found.slice(0, 10).filter((gain) => gain > 0).length / relevant;
    sums['recall@100'] += found.slice(0, 100).filter((gain) => gain > 0).length / relevant;
    sums.MRR += first < 0 ? 0 : 1 / (first + 1);
  }
  return Object.fromEntries(Object.entries(sums).map(([metric, sum]) => [metric, sum / queries.length]));
}

/** Gains as they are, discounted by log2(rank + 1), as trec_eval has it. */
const discounted = (gains) => gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
