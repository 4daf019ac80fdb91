// Measures the shipped model.onnx and tokenizer.json, or those of the folder MODEL, at each of its dimensions.
//   [MODEL=folder] node evaluate.mjs DATA [HELDOUT.tsv]
// DATA holds sts/sts-dev.csv and cranfield/; HELDOUT.tsv is what extract.py set aside.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosine, loadModel, shortened } from './model.mjs';

const DIMENSIONS = [384, 256, 128, 64];
const here = (path) => new URL(path, import.meta.url);

const lines = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean);
const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Ranks from 0, ties given their mean. */
function ranks(values) {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const result = new Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && values[order[j]] === values[order[i]]) j++;
    for (let k = i; k < j; k++) result[order[k]] = (i + j - 1) / 2;
    i = j;
  }
  return result;
}

function pearson(x, y) {
  const mx = mean(x);
  const my = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

const spearman = (x, y) => pearson(ranks(x), ranks(y));

// Lucene's English stop words.
const STOP_WORDS = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
);

/** BM25 with k1 0.9 and b 0.4 over lower-case words without stop words, no stemming. Returns query -> scores. */
function bm25(documents) {
  const words = (text) =>
    (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter((word) => !STOP_WORDS.has(word));
  const postings = new Map();
  const lengths = documents.map((text, i) => {
    const found = words(text);
    const counts = new Map();
    for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) postings.set(word, [...(postings.get(word) ?? []), [i, count]]);
    return found.length;
  });
  const average = mean(lengths);
  return (query) => {
    const scores = new Float64Array(documents.length);
    for (const word of words(query)) {
      const list = postings.get(word) ?? [];
      const idf = Math.log(1 + (documents.length - list.length + 0.5) / (list.length + 0.5));
      for (const [i, count] of list)
        scores[i] += (idf * count * 1.9) / (count + 0.9 * (0.6 + (0.4 * lengths[i]) / average));
    }
    return [...scores];
  };
}

function standardised(scores) {
  const centre = mean(scores);
  const spread = Math.sqrt(mean(scores.map((x) => (x - centre) ** 2))) || 1;
  return scores.map((x) => (x - centre) / spread);
}

/** nDCG@10 with gain 2^grade - 1. */
function ndcg10(scores, ids, relevant) {
  const gain = (grades) =>
    grades.slice(0, 10).reduce((sum, grade, i) => sum + (2 ** grade - 1) / Math.log2(i + 2), 0);
  const order = scores.map((_, i) => i).sort((i, j) => scores[j] - scores[i]);
  const ideal = gain([...relevant.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : gain(order.slice(0, 10).map((i) => relevant.get(ids[i]) ?? 0)) / ideal;
}

/** Embeds texts once, and gives their vectors at so many dimensions. */
async function embedded(model, texts) {
  const whole = await model.embed(texts);
  return (dimensions) => shortened(whole, dimensions);
}

const atEach = (measure) => DIMENSIONS.map((dimensions) => ({ dimensions, ...measure(dimensions) }));

async function stsSpearman(model, path) {
  const rows = lines(path).map((line) => line.split('\t'));
  const first = await embedded(
    model,
    rows.map((row) => row[5]),
  );
  const second = await embedded(
    model,
    rows.map((row) => row[6]),
  );
  const judged = rows.map((row) => Number(row[4]));
  return atEach((dimensions) => {
    const others = second(dimensions);
    const cosines = first(dimensions).map((vector, i) => cosine(vector, others[i]));
    return { spearman: spearman(cosines, judged) };
  });
}

async function cranfield(model, folder) {
  const read = (name) => lines(join(folder, name)).map((line) => JSON.parse(line));
  const documents = read('corpus.jsonl');
  const queries = read('queries.jsonl');
  const relevant = new Map();
  for (const line of lines(join(folder, 'qrels.tsv')).slice(1)) {
    const [query, document, score] = line.split('\t');
    if (!relevant.has(query)) relevant.set(query, new Map());
    relevant.get(query).set(document, Number(score));
  }
  const ids = documents.map((document) => document._id);
  const texts = documents.map(({ title, text }) => `${title} ${text}`);
  const embeddedTexts = await embedded(model, texts);
  const embeddedQueries = await embedded(
    model,
    queries.map((query) => query.text),
  );
  const lexical = bm25(texts);
  return atEach((dimensions) => {
    const vectors = embeddedTexts(dimensions);
    const asked = embeddedQueries(dimensions);
    const totals = { bm25: [], dense: [] };
    const weights = [0.3, 0.5, 0.7];
    for (const weight of weights) totals[`fused ${weight}`] = [];
    queries.forEach((query, i) => {
      const grades = relevant.get(query._id) ?? new Map();
      const words = lexical(query.text);
      const dense = vectors.map((vector) => cosine(vector, asked[i]));
      const [zWords, zDense] = [standardised(words), standardised(dense)];
      totals.bm25.push(ndcg10(words, ids, grades));
      totals.dense.push(ndcg10(dense, ids, grades));
      for (const weight of weights) {
        const fused = zWords.map((x, j) => x + weight * zDense[j]);
        totals[`fused ${weight}`].push(ndcg10(fused, ids, grades));
      }
    });
    return Object.fromEntries(Object.entries(totals).map(([name, values]) => [name, mean(values)]));
  });
}

/** Share of held-out WordNet definitions with one of their words among the ten nearest candidate words. */
async function definitionToWord(model, path) {
  const words = new Map();
  for (const line of lines(path)) {
    const [kind, , definition, word] = line.split('\t');
    if (kind === 'gloss') words.set(definition, [...(words.get(definition) ?? []), word]);
  }
  const tested = [...words].slice(0, 2000);
  const candidates = [...new Set(tested.flatMap(([, list]) => list))];
  const embeddedCandidates = await embedded(model, candidates);
  const embeddedDefinitions = await embedded(
    model,
    tested.map(([definition]) => definition),
  );
  return atEach((dimensions) => {
    const vectors = embeddedCandidates(dimensions);
    const asked = embeddedDefinitions(dimensions);
    const found = tested.filter(([, list], i) => {
      const scores = vectors.map((vector) => cosine(vector, asked[i]));
      const tenth = Float64Array.from(scores).sort()[scores.length - 10];
      return candidates.some((word, j) => list.includes(word) && scores[j] >= tenth);
    });
    return { recall10: found.length / tested.length, candidates: candidates.length };
  });
}

/** Questions over the sample knowledge base that share no word with their answer, ranked by meaning alone. */
async function noSharedWord(model) {
  const sentence = /^((?:summary|purpose|runbook|runbook_step)\([^"]*), "(.*)"\)\.$/gm;
  const facts = [...readFileSync(here('../../../rules/samples/incidents-facts.pl'), 'utf8').matchAll(sentence)];
  const names = facts.map(([, name]) => name.replaceAll(', ', ','));
  const rows = lines(here('../../../test/retrieval/no-shared-word/queries.tsv')).map((line) =>
    line.split('\t'),
  );
  const embeddedFacts = await embedded(
    model,
    facts.map(([, , text]) => text),
  );
  const embeddedQueries = await embedded(
    model,
    rows.map(([text]) => text),
  );
  return atEach((dimensions) => {
    const vectors = embeddedFacts(dimensions);
    const asked = embeddedQueries(dimensions);
    const right = rows.map(([, fact], i) => {
      const scores = vectors.map((vector) => cosine(vector, asked[i]));
      const answer = scores[names.indexOf(fact)];
      return scores.filter((score) => score > answer).length < 5 ? 1 : 0;
    });
    const recall = (half) => mean(right.filter((_, i) => rows[i][2] === half));
    return { development: recall('development'), 'held out': recall('held out') };
  });
}

/** Held-out translations, up to 1,000 of a language: how often the nearest English text is the right one. */
async function translations(model, path) {
  const pairs = new Map();
  for (const line of lines(path)) {
    const [kind, group, foreign, english] = line.split('\t');
    // Texts that a name alone gives away are no test.
    if (kind !== 'translation' || foreign.length < 12 || foreign === english) continue;
    const language = group.split(' ')[0];
    if (!pairs.has(language)) pairs.set(language, new Map());
    pairs.get(language).set(english, foreign);
  }
  const found = {};
  for (const [language, texts] of pairs) {
    // Every so many, so that all sources are in the thousand.
    const all = [...texts];
    const chosen = all.filter((_, i) => Math.floor((i * 1000) / all.length) !== Math.floor(((i - 1) * 1000) / all.length));
    const embeddedEnglish = await embedded(
      model,
      chosen.map(([english]) => english),
    );
    const embeddedForeign = await embedded(
      model,
      chosen.map(([, foreign]) => foreign),
    );
    found[`${language} (of ${chosen.length})`] = (dimensions) => {
      const vectors = embeddedEnglish(dimensions);
      const right = embeddedForeign(dimensions).filter((vector, i) => {
        const own = cosine(vector, vectors[i]);
        return vectors.every((other, j) => j === i || cosine(vector, other) < own);
      });
      return right.length / chosen.length;
    };
  }
  return atEach((dimensions) =>
    Object.fromEntries(Object.entries(found).map(([language, measure]) => [language, measure(dimensions)])),
  );
}

const [data, heldOut] = process.argv.slice(2);
if (!data) throw new Error('usage: node evaluate.mjs DATA [HELDOUT.tsv]');
const model = await loadModel();
const show = (title, rows) => {
  console.log(title);
  for (const row of rows)
    console.log(
      '  ',
      Object.entries(row)
        .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(3)}`)
        .join('  '),
    );
};
show('STS-B dev, Spearman', await stsSpearman(model, join(data, 'sts/sts-dev.csv')));
show('no shared word, recall@5', await noSharedWord(model));
if (heldOut) {
  show('definition to word, recall@10', await definitionToWord(model, heldOut));
  show('translation to English, recall@1', await translations(model, heldOut));
}
show('Cranfield, nDCG@10', await cranfield(model, join(data, 'cranfield')));
for (const [name, text] of [
  ['16', 'restart the stalled worker after the queue drains '.repeat(2)],
  ['256', 'restart the stalled worker after the queue drains '.repeat(32)],
]) {
  for (let i = 0; i < 200; i++) await model.embed([text]);
  // Processor time of all threads, so that what else runs on the machine does not count.
  const begun = process.cpuUsage();
  for (let i = 0; i < 1000; i++) await model.embed([text]);
  const { user, system } = process.cpuUsage(begun);
  console.log(`one text of ${name} tokens, ms of processor time:`, ((user + system) / 1e6).toFixed(3));
}
