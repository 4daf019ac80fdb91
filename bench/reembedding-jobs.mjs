import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { startApplication } from '../dist/application.js';
import { bgeM3Shape } from '../dist/bench/graphs/xlm-roberta-weights.js';
import { readConfig } from '../dist/config.js';
import { openEmbedder } from '../dist/embedding/open-embedder.js';
import { bundledModel } from '../dist/embedding/registry.js';
import { openLog } from '../dist/log.js';
import { generated, length, textOf } from './embedding-full-size.mjs';
import { randomNumbers } from './random.mjs';
import { newDatabase } from './reasoning-filled-database.mjs';
import { sentences } from './sentences.mjs';
import { assertInBatches } from './temporary-application.mjs';
import { milliseconds } from './timing.mjs';

const facts = Number(process.env.BENCH_FACTS ?? 20_000);
/** A graph that is costly beside the bundled model, and quick beside BGE-M3. */
const smallShape = {
  ...bgeM3Shape,
  layers: 2,
  hidden: 256,
  heads: 4,
  intermediate: 1024,
  vocabulary: 30_000,
};
const generatedModel = 'bge-m3-generated';
const writeEveryMs = 50;
const searchEveryMs = 20;

/** Corollary over BENCH_DATABASE_URL, else PGlite in a directory of its own. */
async function started(settings = {}) {
  const { environment, remove } = await newDatabase(process.env.BENCH_DATABASE_URL);
  const variables = { SAMPLE_DATA: 'off', LOG_LEVEL: 'error', ...environment, ...settings };
  const config = readConfig(variables);
  const application = await startApplication(config, openLog(config.logLevel));
  return {
    application,
    variables,
    async stop() {
      await application.stop();
      await remove();
    },
  };
}

/** From the bundled model at its full size to half of it, and to a generated one, with searches and writes all the while. */
export async function changes({ report, progress }) {
  const modelsDirectory = await generated('fp32', smallShape, progress);
  const { application, stop } = await started({ MODELS_DIR: modelsDirectory });
  try {
    progress(`${facts} facts`);
    const said = sentences(facts + 500);
    const questions = said.splice(facts);
    await assertInBatches(
      application,
      said.map((text, n) => ({ prolog: `note(${n})`, text })),
    );
    const knowledgeBase = await application.knowledge.knowledgeBase();
    await application.indexer.settled(knowledgeBase);
    await application.indexer.indexesBuilt();
    for (const [model, dimensions, name] of [
      [bundledModel, 128, 'the bundled model at 128 dimensions'],
      [generatedModel, undefined, 'a generated model'],
    ]) {
      const bareMs = await aloneMs(model, { modelsDirectory, dimensions }, said);
      const quiet = new Traffic(application, questions, `before_${dimensions}`);
      await sleep(5_000);
      const before = await quiet.stop();
      const busy = new Traffic(application, questions, `during_${dimensions}`);
      const began = performance.now();
      const { job, phases } = await finished(application, { model, dimensions });
      const seconds = (performance.now() - began) / 1000;
      const during = await busy.stop();
      if (job.state !== 'SUCCEEDED') throw new Error(job.error);
      progress(`${name}: ${phases.map(([phase, ms]) => `${phase} ${(ms / 1000).toFixed(2)} s`).join(', ')}`);
      const embedding = Object.fromEntries(phases).EMBEDDING / 1000;
      report({
        metric: `to ${name}, while it is filled, against the model alone on all sentences at once`,
        value: job.done / embedding,
        unit: 'facts/s',
        baseline: facts / (bareMs / 1000),
      });
      report({ metric: `to ${name}, all of the job`, value: seconds, unit: 's' });
      report({
        metric: `search during that, p95, against before (${during.times.length} searches)`,
        value: percentile(during.times, 0.95),
        unit: 'ms',
        baseline: percentile(before.times, 0.95),
      });
      report({ metric: 'searches that failed', value: during.failed, unit: '1' });
      report({
        metric: `searches whose similarities are of another space than they say, of ${during.answers.length} looked at`,
        value: await mixed(application, during.answers),
        unit: '1',
      });
      report({
        metric: 'coverage of the new space',
        value: await coverage(application, job.space),
        unit: '1',
        baseline: 1,
      });
      const old = (await application.reembedding.spaces()).find(({ state }) => state === 'RETIRED');
      report({
        metric: `sentences written meanwhile whose vectors both spaces have, of ${during.written.length}`,
        value: await foundInBoth(application, during.written.slice(0, 200), [job.space, old.id]),
        unit: '1',
        baseline: 1,
      });
      await application.reembedding.drop(old.id);
    }
  } finally {
    await stop();
  }
}

/** 200 texts by a graph of BGE-M3's size: what a job takes beside the model's own time. */
export async function fullSize({ report, progress }) {
  const modelsDirectory = await generated('int8', { ...bgeM3Shape }, progress);
  const { application, stop } = await started({ MODELS_DIR: modelsDirectory });
  try {
    const random = randomNumbers(2);
    const texts = Array.from({ length: 200 }, () => textOf(length(random), random));
    await application.assertFacts(
      texts.map((text, n) => ({ prolog: `note(${n})`, text })),
      { awaitEmbedding: true },
    );
    const bareMs = await aloneMs(generatedModel, { modelsDirectory }, texts);
    const { job, phases } = await finished(application, { model: generatedModel, activate: 'MANUAL' });
    if (job.state !== 'SUCCEEDED') throw new Error(job.error);
    progress(phases.map(([phase, ms]) => `${phase} ${(ms / 1000).toFixed(2)} s`).join(', '));
    report({
      metric:
        "200 texts by a graph of BGE-M3's size, while they are filled in, against the model alone on all at once",
      value: texts.length / (Object.fromEntries(phases).EMBEDDING / 1000),
      unit: 'texts/s',
      baseline: texts.length / (bareMs / 1000),
    });
  } finally {
    await stop();
  }
}

/**
 * One, two and four servers on one job, each with a model that is served elsewhere and takes 10 ms a text: servers with an
 * accelerator of their own, on a machine whose cores they would else share.
 */
export async function servers({ report, progress }) {
  if (process.env.BENCH_DATABASE_URL === undefined) {
    progress('No BENCH_DATABASE_URL: PGlite has one server.');
    return;
  }
  const endpoint = await slowEndpoint();
  const { application, variables, stop } = await started({ MODELS_DIR: endpoint.modelsDirectory });
  const others = [];
  try {
    const said = sentences(facts / 4);
    await assertInBatches(
      application,
      said.map((text, n) => ({ prolog: `note(${n})`, text })),
      { awaitEmbedding: true },
    );
    let alone;
    for (const count of [1, 2, 4]) {
      while (others.length < count - 1) others.push(await server(variables));
      endpoint.texts = 0;
      const { job, phases } = await finished(application, { model: 'slow', activate: 'MANUAL' });
      if (job.state !== 'SUCCEEDED') throw new Error(job.error);
      const rate = said.length / (Object.fromEntries(phases).EMBEDDING / 1000);
      alone ??= rate;
      report({
        metric: `${count} servers on one job, against one`,
        value: rate,
        unit: 'facts/s',
        baseline: alone,
      });
      // Probes of the endpoint and the sample of the verification come on top.
      report({
        metric: `texts that ${count} servers asked the model for, against sentences`,
        value: endpoint.texts,
        unit: 'texts',
        baseline: said.length,
      });
      if (job.done !== said.length)
        throw new Error(`${job.done} vectors were stored for ${said.length} sentences`);
      await application.reembedding.drop(job.space);
    }
  } finally {
    for (const child of others) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    await stop();
    await endpoint.stop();
  }
}

/** An endpoint in the OpenAI protocol that takes its time, with a models folder that names it. */
async function slowEndpoint() {
  const slow = { texts: 0 };
  const served = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { input } = JSON.parse(body);
    const texts = [input].flat();
    slow.texts += texts.length;
    await sleep(10 * texts.length);
    const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ object: 'list', model: 'slow', data, usage: { prompt_tokens: 1, total_tokens: 1 } }),
    );
  });
  served.listen(0, '127.0.0.1');
  await once(served, 'listening');
  const modelsDirectory = await mkdtemp(join(tmpdir(), 'corollary-bench-models-'));
  const entry = {
    name: 'slow',
    description: 'Vectors that mean nothing.',
    languages: ['en'],
    licence: 'Apache-2.0',
    runtime: 'remote',
    endpoint: { protocol: 'openai', url: `http://127.0.0.1:${served.address().port}`, model: 'slow' },
    prefixes: {},
    dimensions: 64,
    maxTokens: 512,
    precision: 'fp32',
    calibration: { midpoint: 0.5, slope: 0.1 },
    fusion: { dense: 0.5 },
  };
  await writeFile(join(modelsDirectory, 'registry.json'), JSON.stringify({ models: [entry] }));
  return Object.assign(slow, {
    modelsDirectory,
    async stop() {
      served.closeAllConnections();
      served.close();
      await rm(modelsDirectory, { recursive: true, force: true });
    },
  });
}

function vectorOf(text) {
  let seed = 0;
  for (const character of text) seed = (Math.imul(seed, 31) + character.codePointAt(0)) | 0;
  const random = randomNumbers(seed);
  const vector = Array.from({ length: 64 }, () => random() - 0.5);
  const norm = Math.hypot(...vector);
  return vector.map((x) => x / norm);
}

async function server(variables) {
  const program = fileURLToPath(new URL('./reembedding-server.mjs', import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

/** How long a model takes for all of these texts at once, when it has nothing else to do. */
async function aloneMs(model, options, texts) {
  const embedder = await openEmbedder(model, options);
  try {
    await embedder.embed(texts.slice(0, 5), 'passage', { bulk: true });
    return await milliseconds(() => embedder.embed(texts, 'passage', { bulk: true }));
  } finally {
    await embedder.stop();
  }
}

/** The job as it ended, and how long it was at what. */
async function finished(application, request) {
  const begun = await application.reembedding.reembed(request);
  const times = new Map();
  let last = performance.now();
  let phase = 'EMBEDDING';
  let job = begun;
  for await (job of application.reembedding.watch(begun.id)) {
    const now = performance.now();
    times.set(phase, (times.get(phase) ?? 0) + now - last);
    last = now;
    phase = job.phase;
  }
  return { job, phases: [...times] };
}

/** Searches and writes, each in its own rhythm, until it is stopped. */
class Traffic {
  times = [];
  failed = 0;
  written = [];
  answers = [];
  #isOn = true;
  #done;

  constructor(application, questions, name) {
    this.#done = Promise.all([this.#search(application, questions), this.#write(application, name)]);
  }

  async stop() {
    this.#isOn = false;
    await this.#done;
    return this;
  }

  async #search(application, questions) {
    for (let n = 0; this.#isOn; n++) {
      const text = questions[n % questions.length];
      const began = performance.now();
      try {
        const found = await application.asker.search({ text, retrieval: { channels: ['DENSE'], topK: 10 } });
        if (n % 10 === 0) this.answers.push({ text, found });
      } catch {
        this.failed++;
      }
      this.times.push(performance.now() - began);
      await sleep(searchEveryMs);
    }
  }

  async #write(application, name) {
    for (let n = 0; this.#isOn; n++) {
      const text = `Entry ${n} of ${name}: the meter of building ${(n * 7919) % 10_007} was read.`;
      await application.assertFacts([{ prolog: `${name}(${n})`, text }], { awaitEmbedding: false });
      this.written.push(text);
      await sleep(writeEveryMs);
    }
  }
}

/** Answers of which a similarity is not what the model of the space that they name gives. */
async function mixed(application, answers) {
  const spaces = await application.reembedding.spaces();
  let wrong = 0;
  for (const { text, found } of answers) {
    const embedder = await application.embedders.of(spaces.find(({ id }) => id === found.space));
    const [query] = await embedder.embed([text], 'query');
    const passages = await embedder.embed(
      found.facts.map(({ fact }) => fact.sentence),
      'passage',
      { bulk: true },
    );
    const isRight = passages.every(({ dense }, n) => {
      const similarity = embedder.similarityOf(dense.reduce((sum, x, i) => sum + x * query.dense[i], 0));
      return Math.abs(similarity - found.facts[n].similarity) < 5e-3;
    });
    if (!isRight) wrong++;
  }
  return wrong;
}

async function coverage({ database, reembedding }, space) {
  await waitFor(async () => (await reembedding.space(space)).pending === 0);
  const [row] = await database.rows(sql`
    select count(e.fact)::float8 / count(*) as coverage from facts f
    left join embeddings e on e.space = ${space} and e.fact = f.id
    where f.sentence is not null and f.retracted_in is null`);
  return row.coverage;
}

/** Share of these sentences that each of the spaces has with their own vector. */
async function foundInBoth({ database, embedders, reembedding }, written, spaces) {
  let found = 0;
  for (const id of spaces) {
    await waitFor(async () => (await reembedding.space(id)).pending === 0);
    const embedder = await embedders.of(await reembedding.space(id));
    const vectors = await embedder.embed(written, 'passage', { bulk: true });
    for (const [n, { dense }] of vectors.entries()) {
      const [row] = await database.rows(sql`
        select e.embedding::text as vector from embeddings e join facts f on f.id = e.fact
        where e.space = ${id} and f.sentence = ${written[n]}`);
      const stored = row === undefined ? [] : JSON.parse(row.vector);
      if (stored.length === dense.length && stored.every((x, i) => Math.abs(x - dense[i]) < 2e-3)) found++;
    }
  }
  return found / (spaces.length * written.length);
}

async function waitFor(isSo) {
  while (!(await isSo())) await sleep(100);
}

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
