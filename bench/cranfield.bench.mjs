import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlainBm25 } from './plain-bm25.mjs';
import { assertInBatches, startTemporaryApplication } from './temporary-application.mjs';

const beside = fileURLToPath(new URL('../../shared/data/cranfield', import.meta.url));

/**
 * nDCG@10 over the Cranfield collection: how good search is, not how fast. With the bundled model, or with another
 * that EMBEDDING_MODEL (and MODELS_DIR) names.
 */
export async function run({ report, progress, options }) {
  const folder = resolve(options.data ?? beside);
  if (!existsSync(`${folder}/corpus.jsonl`)) {
    progress(`No Cranfield collection at ${folder}; name its folder with --data.`);
    return;
  }
  const { documents, queries, judgments } = readCollection(folder);
  progress(`${documents.length} documents, ${queries.length} queries`);

  const plain = new PlainBm25(documents);
  const baseline = meanNdcg(queries, judgments, (text) => plain.search(text, 10));

  const { EMBEDDING_MODEL, MODELS_DIR } = process.env;
  const { application, stop } = await startTemporaryApplication({ EMBEDDING_MODEL, MODELS_DIR });
  try {
    await assertInBatches(
      application,
      documents.map(({ id, text }) => ({ prolog: `abstract(${id})`, text })),
    );
    const { indexer, knowledge, retriever } = application;
    await indexer.settled(await knowledge.knowledgeBase());
    const knowledgeBase = await knowledge.knowledgeBase();
    const { revision } = knowledgeBase;
    for (const [metric, channels] of [
      ['lexical', ['LEXICAL']],
      ['dense', ['DENSE']],
      ['fused', ['DENSE', 'LEXICAL']],
    ]) {
      const ranked = new Map();
      for (const { text } of queries) {
        const request = { knowledgeBase, revision, text, options: { channels, topK: 10 } };
        const { facts } = await retriever.search(request);
        ranked.set(
          text,
          facts.map(({ fact }) => String(fact.arguments[0].value)),
        );
      }
      const value = meanNdcg(queries, judgments, (text) => ranked.get(text));
      report({ metric: `${metric}, nDCG@10`, value, unit: '1', baseline });
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
  for (const [query, document, score] of lines('qrels.tsv')
    .slice(1)
    .map((line) => line.split('\t'))) {
    if (!judgments.has(query)) judgments.set(query, new Map());
    judgments.get(query).set(document, Number(score));
  }
  return { documents, queries, judgments };
}

/** Gains as they are, discounted by log2(rank + 1), as trec_eval has it. */
function meanNdcg(queries, judgments, search) {
  const judged = queries.filter(({ id }) => judgments.has(id));
  const sum = judged.reduce((total, { id, text }) => {
    const gains = judgments.get(id);
    const found = search(text).map((document) => gains.get(document) ?? 0);
    const ideal = [...gains.values()].sort((a, b) => b - a).slice(0, 10);
    return total + discounted(found) / discounted(ideal);
  }, 0);
  return sum / judged.length;
}

const discounted = (gains) => gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
