import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { plannedBatches } from './batches.js';
import { OnnxModel } from './onnx-model.js';
import { TextTokenizer, type TokenizedText } from './tokenizer.js';
import { Turns } from './turns.js';
import type { FromWorker, ModelSettings, ToWorker } from './worker-messages.js';

/** A request on its way: tokenized when its turn first comes, then run batch by batch. */
interface Job {
  readonly urgent: boolean;
  readonly request: Extract<ToWorker, { kind: 'embed' }>;
  readonly vectors: Float32Array;
  readonly tokens: Uint32Array;
  readonly truncated: Uint8Array;
  texts: TokenizedText[];
  batches: number[][] | undefined;
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
        const { vectors, tokens, truncated } = job;
        jobs.splice(jobs.indexOf(job), 1);
        send({ kind: 'done', id: job.request.id, vectors, tokens, truncated }, [
          vectors.buffer as ArrayBuffer,
        ]);
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
  if (job.batches === undefined) {
    const { texts, form } = job.request;
    job.texts = texts.map((text) => tokenizer.tokenize(text, settings.prefixes[form.as]));
    job.texts.forEach(({ ids, truncated }, i) => {
      job.tokens[i] = ids.length;
      job.truncated[i] = truncated ? 1 : 0;
    });
    // A text without a known token keeps its zero vector.
    const known = job.texts.flatMap((text, i) => (text.known ? [i] : []));
    const lengths = known.map((i) => job.texts[i]!.ids.length);
    job.batches = plannedBatches(lengths, settings.tokenBudget).map((batch) => batch.map((i) => known[i]!));
  }
  const batch = job.batches.shift();
  if (batch !== undefined) {
    const vectors = await model.run(batch.map((i) => job.texts[i]!.ids));
    vectors.forEach((vector, row) => {
      job.vectors.set(vector, batch[row]! * settings.dimensions);
    });
  }
  return job.batches.length === 0;
}

function newJob(request: Job['request']): Job {
  const count = request.texts.length;
  return {
    urgent: request.urgent,
    request,
    vectors: new Float32Array(count * settings.dimensions),
    tokens: new Uint32Array(count),
    truncated: new Uint8Array(count),
    texts: [],
    batches: undefined,
  };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
