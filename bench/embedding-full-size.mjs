import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { writeModel } from '../dist/bench/graphs/write-model.js';
import { xlmRobertaGraph } from '../dist/bench/graphs/xlm-roberta-graph.js';
import { bgeM3Shape } from '../dist/bench/graphs/xlm-roberta-weights.js';
import { plannedBatches } from '../dist/embedding/batches.js';
import { openEmbedder } from '../dist/embedding/open-embedder.js';
import { physicalCores } from '../dist/embedding/physical-cores.js';
import { randomNumbers } from './random.mjs';
import { median, milliseconds } from './timing.mjs';

const output = 'dense_vecs';
const bulkTexts = 256;
/** Padded tokens of a batch, of which the bare session's best counts. */
const budgets = [256, 512, 1024];

/**
 * BGE-M3's graph at its size with random weights in int8, once written to the folder for temporary files (570 MB) and
 * kept there: what Corollary adds to the bare session.
 */
export async function fullSize({ report, progress }) {
  const folder = await generated('int8', { ...bgeM3Shape }, progress);
  const modelPath = join(folder, 'bge-m3-generated', 'model.onnx');
  const bare = await BareSession.start({ modelPath, threads: Math.min(4, physicalCores()), output });
  const embedder = await openEmbedder('bge-m3-generated', { modelsDirectory: folder });
  try {
    await oneText(embedder, bare, report);
    await inBulk(embedder, bare, report, progress);
  } finally {
    await embedder.stop();
    await bare.stop();
  }
}

/** Memory of this process over random batches; a graph of two layers, since only what is kept matters. */
export async function memory({ report, progress }) {
  const shape = { ...bgeM3Shape, layers: 2, hidden: 256, heads: 4, intermediate: 1024, vocabulary: 30_000 };
  const folder = await generated('fp32', shape, progress);
  const embedder = await openEmbedder('bge-m3-generated', { modelsDirectory: folder });
  try {
    const random = randomNumbers(3);
    const used = [];
    for (let batch = 1; batch <= 1_000; batch++) {
      const texts = Array.from({ length: 1 + Math.floor(random() * 32) }, () =>
        textOf(length(random), random),
      );
      await embedder.embed(texts, 'passage', { bulk: true });
      if (batch % 100 === 0) used.push(process.memoryUsage().rss / 2 ** 20);
    }
    // The first hundreds size the runtime's arena for the largest batch.
    const [settled, end] = [Math.max(...used.slice(0, 5)), Math.max(...used.slice(5))];
    report({
      metric: 'memory after 1,000 random batches, against the first 500',
      value: end,
      unit: 'MiB',
      baseline: settled,
    });
  } finally {
    await embedder.stop();
  }
}

async function oneText(embedder, bare, report) {
  const random = randomNumbers(1);
  const [taken, alone] = [[], []];
  for (let i = 0; i < 60; i++) {
    const ids = idsOf(16, random);
    const bareMs = await bare.run([[ids]]);
    const ms = await milliseconds(() => embedder.embed([textWith(ids)], 'query'));
    if (i < 10) continue;
    alone.push(bareMs);
    taken.push(ms);
  }
  report({
    metric: 'one text of 16 tokens, p50, against the bare session',
    value: median(taken),
    unit: 'ms',
    baseline: median(alone),
  });
}

async function inBulk(embedder, bare, report, progress) {
  const random = randomNumbers(2);
  const texts = Array.from({ length: bulkTexts }, () => idsOf(length(random), random));
  const perSecond = (ms) => bulkTexts / (ms / 1000);
  const arrival = Array.from({ length: bulkTexts / 32 }, (_, i) => texts.slice(i * 32, (i + 1) * 32));
  const inArrival = perSecond(await bare.run(arrival));
  let best = 0;
  for (const budget of budgets) {
    const lengths = texts.map(({ length }) => length);
    const batches = plannedBatches(lengths, budget).map((batch) => batch.map((i) => texts[i]));
    const rate = perSecond(await bare.run(batches));
    progress(`bare session, ${budget} padded tokens a batch: ${rate.toFixed(1)} texts/s`);
    best = Math.max(best, rate);
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const taken = await milliseconds(() => embedder.embed(texts.map(textWith), 'passage', { bulk: true }));
  delay.disable();
  const value = perSecond(taken);
  const metric = `${bulkTexts} texts of log-normal length`;
  report({ metric: `${metric}, against the bare session's best`, value, unit: 'texts/s', baseline: best });
  report({
    metric: `${metric}, against 32 in order of arrival`,
    value,
    unit: 'texts/s',
    baseline: inArrival,
  });
  report({
    metric: 'delay of the main loop meanwhile, p99 (the timer itself takes 1 ms)',
    value: delay.percentile(99) / 1e6,
    unit: 'ms',
  });
}

/** Tokens of a text with its two special ones: log-normal, 57 in the mean, as sentences and short passages have. */
export function length(random) {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(512, Math.max(4, Math.round(Math.exp(3.7 + 0.8 * normal))));
}

const words = 20_000;
const special = ['<s>', '<pad>', '</s>', '<unk>'];

/** Ids of a text of so many tokens, `<s>` and `</s>` included. */
function idsOf(tokens, random) {
  const inner = Array.from({ length: tokens - 2 }, () => special.length + Math.floor(random() * words));
  return [0, ...inner, 2];
}

/** The text that has these ids: a word is a token. */
const textWith = (ids) =>
  ids
    .slice(1, -1)
    .map((id) => `w${id}`)
    .join(' ');
export const textOf = (tokens, random) => textWith(idsOf(tokens, random));

/** A models folder with the generated model, made once. */
export async function generated(precision, shape, progress) {
  const name = `corollary-bench-${precision}-${shape.layers}x${shape.hidden}`;
  const folder = join(tmpdir(), name);
  const model = join(folder, 'bge-m3-generated');
  if (existsSync(join(folder, 'registry.json'))) return folder;
  progress(`writing ${precision} weights of ${shape.layers} layers to ${folder}`);
  await mkdir(model, { recursive: true });
  const graph = xlmRobertaGraph(shape, { outputs: 'heads', precision });
  await writeModel(join(model, 'model.onnx'), graph);
  await writeFile(join(model, 'tokenizer.json'), JSON.stringify(tokenizer()));
  const entry = {
    name: 'bge-m3-generated',
    description: 'Random weights.',
    languages: ['en'],
    licence: 'Apache-2.0',
    source: { kind: 'local' },
    files: { model: { path: 'model.onnx' }, tokenizer: { path: 'tokenizer.json' } },
    graph: { inputs: {}, output, outputKind: 'pooled' },
    pooling: 'cls',
    prefixes: {},
    dimensions: shape.hidden,
    maxTokens: 8192,
    precision,
    calibration: { midpoint: 0.5, slope: 0.07 },
    fusion: { dense: 0.5 },
  };
  await writeFile(join(folder, 'registry.part'), JSON.stringify({ models: [entry] }));
  await rename(join(folder, 'registry.part'), join(folder, 'registry.json'));
  return folder;
}

/** One word, one token. */
function tokenizer() {
  const pieces = [...special, ...Array.from({ length: words }, (_, i) => `w${special.length + i}`)];
  const token = (id) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [token('<s>'), { Sequence: { id: 'A', type_id: 0 } }, token('</s>')],
      pair: [],
      special_tokens: {},
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '<unk>',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  };
}

class BareSession {
  #worker;

  static async start(workerData) {
    const session = new BareSession();
    session.#worker = new Worker(new URL('./bare-session-thread.mjs', import.meta.url), { workerData });
    await once(session.#worker, 'message');
    return session;
  }

  /** @returns milliseconds that the session ran, of all batches of ids */
  async run(batches) {
    this.#worker.postMessage(batches);
    const [ms] = await once(this.#worker, 'message');
    return ms;
  }

  async stop() {
    this.#worker.postMessage('stop');
    await once(this.#worker, 'exit');
  }
}
