import { Worker } from 'node:worker_threads';
import { CorollaryError } from '../errors.js';
import type { EmbeddedText } from './embedder.js';
import type { EmbeddingEngine, TextForm } from './engine.js';
import type { Embedded, FromWorker, ModelSettings, ToWorker } from './worker-messages.js';

interface Pending {
  readonly resolve: (embedded: Embedded) => void;
  readonly reject: (error: Error) => void;
}

/** The caller's side of one worker thread (`onnx-worker.ts`) with one model loaded. */
export class OnnxThread implements EmbeddingEngine {
  readonly #dimensions: number;
  readonly #model: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #nextId = 0;
  #death: CorollaryError | undefined;

  /**
   * Resolves once the model is loaded.
   * @param onEnd is told once, when the worker has ended, and why.
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE that says what is broken.
   */
  static start(
    model: string,
    settings: ModelSettings,
    onEnd: (reason: CorollaryError) => void,
  ): Promise<OnnxThread> {
    return new Promise((resolve, reject) => {
      const thread = new OnnxThread(
        model,
        settings,
        () => resolve(thread),
        (reason) => {
          onEnd(reason);
          reject(reason);
        },
      );
    });
  }

  private constructor(
    model: string,
    settings: ModelSettings,
    onReady: () => void,
    onEnd: (reason: CorollaryError) => void,
  ) {
    this.#model = model;
    this.#dimensions = settings.dimensions;
    this.#worker = new Worker(new URL('./onnx-worker.js', import.meta.url), {
      workerData: settings,
      name: `embedding ${model}`,
    });
    this.#worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') onReady();
      else if (message.kind === 'unusable')
        this.#death = this.#unavailable(`The model ${model} cannot be used: ${message.reason}.`);
      else this.#settle(message);
    });
    let cause: Error | undefined;
    this.#worker.on('error', (error: Error) => {
      cause = error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        const why = cause?.message ?? `exit code ${code}`;
        this.#death ??= this.#unavailable(
          `The worker of the model ${model} ended unexpectedly (${why}).`,
          cause,
        );
        onEnd(this.#death);
        for (const { reject } of this.#pending.values()) reject(this.#death);
        this.#pending.clear();
        resolve();
      });
    });
  }

  /** @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when the worker dies on it, or the model refuses the texts. */
  async embed(texts: readonly string[], form: TextForm, urgent: boolean): Promise<EmbeddedText[]> {
    if (this.#death !== undefined) throw this.#death;
    const id = this.#nextId++;
    const embedded = await new Promise<Embedded>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ kind: 'embed', id, urgent, form, texts });
    });
    return texts.map((_, row) => this.#rowOf(embedded, row));
  }

  #rowOf({ vectors, tokens, truncated, sparse, tokenVectors }: Embedded, row: number): EmbeddedText {
    const width = this.#dimensions;
    return {
      dense: vectors.slice(row * width, (row + 1) * width),
      ...(sparse !== undefined && { sparse: sparse[row]! }),
      ...(tokenVectors !== undefined && { tokenVectors: tokenVectors[row]! }),
      tokens: tokens[row]!,
      truncated: truncated[row] === 1,
    };
  }

  /**
   * Ends the worker after the batch that it is at; what is pending fails as CANCELLED. There is no `terminate()` behind
   * this: it would end the whole process when it met the native code at work (Napi::Error while V8 is terminating).
   */
  async stop(): Promise<void> {
    this.#death ??= new CorollaryError('CANCELLED', `The model ${this.#model} is being stopped.`);
    this.#send({ kind: 'stop' });
    await this.#ended;
  }

  #settle(message: Extract<FromWorker, { kind: 'done' | 'failed' }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending?.resolve(message);
    else pending?.reject(this.#unavailable(`The model ${this.#model} failed: ${message.reason}.`));
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #unavailable(message: string, cause?: Error): CorollaryError {
    return new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', message, { model: this.#model }, { cause });
  }
}
