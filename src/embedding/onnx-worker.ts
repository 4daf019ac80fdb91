import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { plannedBatches } from './batches.js';
import { type ModelOutputs, OnnxModel } from './onnx-model.js';
import { sparseVector } from './sparse-head.js';
import { TextTokenizer } from './tokenizer.js';
import { Turns } from './turns.js';
import { concatenated, meanOfWindows } from './windows.js';
import type { Embedded, FromWorker, ModelSettings, ToWorker } from './worker-messages.js';

/** A text as the model reads it: token ids of one window, or of several. */
interface Reading {
  readonly windows: readonly (readonly number[])[];
  readonly known: boolean;
}

/** A request on its way: tokenized when its turn first comes, then run batch by batch. */
interface Job {
  readonly urgent: boolean;
  readonly request: Extract<ToWorker, { kind: 'embed' }>;
  readonly tokens: Uint32Array;
  readonly truncated: Uint8Array;
  texts: Reading[];
  /** Windows of texts, by their places, as they go through the model together. */
  batches: { readonly text: number; readonly window: number }[][] | undefined;
  /** What came of each text's windows. */
  outputs: ModelOutputs[][];
}

const settings = workerData as ModelSettings;
const port = parentPort!;
const jobs: Job[] = [];
const turns = new Turns();
let working = false;
let stopping = false;

const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

try {
  const tokenizer = await TextTokenizer.load(settings.tokenizerPath, settings.maxTokens).catch(
    (error: unknown) => {
      throw new Error(`its tokenizer ${settings.tokenizerPath} cannot be read (${said(error)})`);
    },
  );
  const model = await OnnxModel.load(settings, tokenizer).catch((error: unknown) => {
    throw new Error(`its weights ${settings.modelPath} cannot be loaded (${said(error)})`);
  });
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') stopping = true;
    else jobs.push(newJob(message));
    if (!working) void work(model, tokenizer);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', reason: said(error) });
}

async function work(model: OnnxModel, tokenizer: TextTokenizer): Promise<void> {
  working = true;
  while (!stopping) {
    // One batch, then a look at the messages: so a query overtakes between two batches.
    await setImmediate();
    const job = turns.next(jobs);
    if (job === undefined || stopping) break;
    try {
      if (await isFinished(job, model, tokenizer)) {
        const embedded = embeddedOf(job, model, tokenizer);
        jobs.splice(jobs.indexOf(job), 1);
        const vectors = [embedded.vectors, ...(embedded.tokenVectors ?? []).map(({ data }) => data)];
        send(
          { kind: 'done', id: job.request.id, ...embedded },
          vectors.map(({ buffer }) => buffer as ArrayBuffer),
        );
      }
    } catch (error) {
      jobs.splice(jobs.indexOf(job), 1);
      send({ kind: 'failed', id: job.request.id, reason: said(error) });
    }
  }
  working = false;
  if (stopping) {
    await model.stop();
    port.close();
  }
}

/** Does the next piece of a job's work; true when that was the last. */
async function isFinished(job: Job, model: OnnxModel, tokenizer: TextTokenizer): Promise<boolean> {
  const { texts, form } = job.request;
  if (job.batches === undefined) {
    job.texts = texts.map((text, i) => {
      const { windows, tokens, truncated, known } = tokenizer.read(
        text,
        settings.prefixes[form.as],
        form.long,
      );
      job.tokens[i] = tokens;
      job.truncated[i] = truncated ? 1 : 0;
      return { windows, known };
    });
    job.outputs = texts.map(() => []);
    // A text without a known token keeps its zero vector.
    const windows = job.texts.flatMap(({ known, windows: all }, text) =>
      known ? all.map((_, window) => ({ text, window })) : [],
    );
    const lengths = windows.map(({ text, window }) => job.texts[text]!.windows[window]!.length);
    job.batches = plannedBatches(lengths, settings.tokenBudget).map((batch) => batch.map((i) => windows[i]!));
  }
  const batch = job.batches.shift();
  if (batch !== undefined) {
    const ids = batch.map(({ text, window }) => job.texts[text]!.windows[window]!);
    const outputs = await model.run(ids, form.also);
    batch.forEach(({ text, window }, row) => {
      job.outputs[text]![window] = outputs[row]!;
    });
  }
  return job.batches.length === 0;
}

/** Every text's windows made one. */
function embeddedOf(job: Job, model: OnnxModel, tokenizer: TextTokenizer): Embedded {
  const { also } = job.request.form;
  const vectors = new Float32Array(job.texts.length * settings.dimensions);
  job.outputs.forEach((windows, i) => {
    if (windows.length === 0) return;
    const vector = meanOfWindows(
      windows.map(({ dense }) => dense),
      settings.normalise,
    );
    vectors.set(vector, i * settings.dimensions);
  });
  return {
    vectors,
    tokens: job.tokens,
    truncated: job.truncated,
    ...(also.includes('sparse') && {
      sparse: job.outputs.map((windows, i) =>
        sparseVector(
          job.texts[i]!.windows.slice(0, windows.length).flat(),
          concatenated(windows.map(({ tokenWeights }) => tokenWeights!)),
          tokenizer,
        ),
      ),
    }),
    ...(also.includes('tokens') && {
      tokenVectors: job.outputs.map((windows) => ({
        width: model.tokenWidth,
        data: concatenated(windows.map(({ tokenVectors }) => tokenVectors!)),
      })),
    }),
  };
}

function newJob(request: Job['request']): Job {
  const count = request.texts.length;
  return {
    urgent: request.urgent,
    request,
    tokens: new Uint32Array(count),
    truncated: new Uint8Array(count),
    texts: [],
    batches: undefined,
    outputs: [],
  };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
