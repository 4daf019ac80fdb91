import { Worker } from 'node:worker_threads';
import type { FromGraphWorker, ToGraphWorker } from './graph-messages.js';

/** Rows that go through the graph together. */
const BATCH = 256;

type Done = Extract<FromGraphWorker, { kind: 'done' }>;

/** The caller's side of one worker thread (`graph-worker.ts`) with one graph loaded. */
export class GraphThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, { resolve(done: Done): void; reject(error: Error): void }>();
  readonly #ended: Promise<void>;
  #nextId = 0;
  #death: Error | undefined;

  /** @throws Error that says what is wrong with the graph */
  static start(graph: Uint8Array): Promise<GraphThread> {
    return new Promise((resolve, reject) => {
      const thread: GraphThread = new GraphThread(graph, () => resolve(thread), reject);
    });
  }

  private constructor(graph: Uint8Array, onReady: () => void, onEnd: (reason: Error) => void) {
    this.#worker = new Worker(new URL('./graph-worker.js', import.meta.url), {
      workerData: graph,
      name: 'projection',
    });
    this.#worker.on('message', (message: FromGraphWorker) => {
      if (message.kind === 'ready') onReady();
      else if (message.kind === 'unusable') this.#death = new Error(message.reason);
      else this.#settle(message);
    });
    this.#worker.on('error', (error: Error) => {
      this.#death ??= error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#death ??= new Error('its thread ended unexpectedly');
        onEnd(this.#death);
        for (const { reject } of this.#pending.values()) reject(this.#death);
        this.#pending.clear();
        resolve();
      });
    });
  }

  /** @param vectors all of one length @returns in their order, as the graph gives them @throws Error */
  async run(vectors: readonly Float32Array[]): Promise<Float32Array[]> {
    const projected: Float32Array[] = [];
    for (let start = 0; start < vectors.length; start += BATCH) {
      const batch = vectors.slice(start, start + BATCH);
      const { to, vectors: rows } = await this.#ask(batch);
      for (let row = 0; row < batch.length; row++) projected.push(rows.slice(row * to, (row + 1) * to));
    }
    return projected;
  }

  /** Ends the thread after the batch that it is at. Never by `terminate`, see `onnx-thread.ts`. */
  async stop(): Promise<void> {
    this.#death ??= new Error('it is being stopped');
    this.#worker.postMessage({ kind: 'stop' } satisfies ToGraphWorker);
    await this.#ended;
  }

  #ask(batch: readonly Float32Array[]): Promise<Done> {
    if (this.#death !== undefined) return Promise.reject(this.#death);
    const from = batch[0]!.length;
    const vectors = new Float32Array(batch.length * from);
    batch.forEach((vector, row) => {
      vectors.set(vector, row * from);
    });
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const message: ToGraphWorker = { kind: 'project', id, rows: batch.length, from, vectors };
      this.#worker.postMessage(message, [vectors.buffer as ArrayBuffer]);
    });
  }

  #settle(message: Extract<FromGraphWorker, { kind: 'done' | 'failed' }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending?.resolve(message);
    else pending?.reject(new Error(message.reason));
  }
}
