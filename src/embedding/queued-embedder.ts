import { CorollaryError } from '../errors.js';
import { type Calibration, calibrated } from './calibration.js';
import type { EmbedAs, EmbeddedText, Embedder, EmbeddingOutput, EmbedOptions } from './embedder.js';
import type { EmbeddingEngine, TextForm } from './engine.js';
import { VectorCache } from './vector-cache.js';
import { WaitingLine, type WaitingText } from './waiting-line.js';

export interface QueuedEmbedderOptions {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly fusionWeight: number;
  readonly sparseFusionWeight?: number | undefined;
  readonly calibration: Calibration;
  /**
   * Makes the engine ready. Called again when it has ended, or was stopped because nobody wanted it.
   * @param onEnd to be told once, when the engine has ended by itself, and why
   */
  readonly open: (onEnd: (reason: CorollaryError) => void) => Promise<EmbeddingEngine>;
  /** Messages that the engine has at a time: of queries, and of bulk work. Default 1 and 2. */
  readonly messages?: { readonly queries: number; readonly bulk: number };
  /** The engine is stopped when nobody has wanted it for so long; undefined: never. */
  readonly idleMs?: number | undefined;
  /** Query vectors that are kept. Default: 1,000 of this embedder's own. */
  readonly cache?: VectorCache;
  /** Texts that may wait before more are refused as OVERLOADED. Default 2,000 and 50,000. */
  readonly waiting?: { readonly queries: number; readonly bulk: number };
}

/** A request of more texts goes with the bulk work: it would hold up the queries that it overtakes. */
const mostTextsOfQuery = 64;

/**
 * Embeds by an engine. Two lines lead to it: queries, whose waiting texts are taken together, and bulk work, whose texts
 * go in the order of their length. What is asked for twice is computed once.
 */
export class QueuedEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly fusionWeight: number;
  readonly sparseFusionWeight: number | undefined;
  readonly #options: QueuedEmbedderOptions;
  readonly #cache: VectorCache;
  readonly #queries: WaitingLine;
  readonly #bulk: WaitingLine;
  #engine: Promise<EmbeddingEngine> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  /** Makes the engine ready. @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE that says what is broken. */
  static async start(options: QueuedEmbedderOptions): Promise<QueuedEmbedder> {
    const embedder = new QueuedEmbedder(options);
    await embedder.#running();
    embedder.#stopWhenIdle();
    return embedder;
  }

  private constructor(options: QueuedEmbedderOptions) {
    this.model = options.model;
    this.dimensions = options.dimensions;
    this.fingerprint = options.fingerprint;
    this.outputs = options.outputs;
    this.fusionWeight = options.fusionWeight;
    this.sparseFusionWeight = options.sparseFusionWeight;
    this.#options = options;
    this.#cache = options.cache ?? new VectorCache();
    const { queries, bulk } = options.waiting ?? { queries: 2_000, bulk: 50_000 };
    const messages = options.messages ?? { queries: 1, bulk: 2 };
    // Tokenizing a message blocks the worker for some 50 ms at these sizes, which is what a query may have to wait for.
    this.#queries = new WaitingLine({
      waiting: queries,
      texts: mostTextsOfQuery,
      characters: 16_384,
      messages: messages.queries,
    });
    this.#bulk = new WaitingLine({ waiting: bulk, texts: 64, characters: 16_384, messages: messages.bulk });
  }

  /**
   * @throws CorollaryError OVERLOADED when too many texts wait already; CANCELLED when `signal` aborts or the embedder
   * is stopped; BAD_INPUT for an output that the model does not give; EMBEDDING_SPACE_UNAVAILABLE when the engine ends
   * (it is started again at the next call).
   */
  async embed(
    texts: readonly string[],
    as: EmbedAs,
    { bulk = false, signal, also = [], long = 'truncate' }: EmbedOptions = {},
  ): Promise<EmbeddedText[]> {
    if (this.#stopped !== undefined) throw this.#stoppedError();
    if (signal?.aborted) throw cancelled();
    this.#assertGiven(also);
    const form: TextForm = { as, also: [...new Set(also)].sort(), long };
    const answers = new Map<string, Promise<EmbeddedText> | EmbeddedText>();
    const wanted: string[] = [];
    for (const text of new Set(texts)) {
      const cached = as === 'query' ? this.#cache.get(this.fingerprint, text, form) : undefined;
      if (cached === undefined) wanted.push(text);
      else answers.set(text, cached);
    }
    const isBulk = bulk || wanted.length > mostTextsOfQuery;
    const line = isBulk ? this.#bulk : this.#queries;
    if (!line.hasRoomFor(wanted.length)) {
      throw new CorollaryError(
        'OVERLOADED',
        `${line.waiting} texts wait for the model ${this.model} already: try again later.`,
        { waiting: line.waiting },
      );
    }
    // Neighbours in the line come to share a batch, so they had better be of one length.
    if (isBulk) wanted.sort((a, b) => a.length - b.length);
    const entries = wanted.map((text) => line.join(text, form));
    for (const entry of entries) answers.set(entry.text, entry.result);
    this.#advance(line);
    await this.#unlessAborted(entries, line, signal);
    return Promise.all(texts.map((text) => answers.get(text)!));
  }

  similarityOf(cosine: number): number {
    return calibrated(cosine, this.#options.calibration);
  }

  /** What is pending fails as CANCELLED. Safe to call twice. */
  stop(): Promise<void> {
    clearTimeout(this.#idle);
    this.#stopped ??= (async () => {
      for (const line of [this.#queries, this.#bulk])
        for (const { reject } of line.empty()) reject(this.#stoppedError());
      const engine = await this.#engine?.catch(() => undefined);
      await engine?.stop();
    })();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #assertGiven(also: readonly EmbeddingOutput[]): void {
    const missing = also.find((output) => !this.outputs.has(output));
    if (missing === undefined) return;
    throw new CorollaryError(
      'BAD_INPUT',
      `The model ${this.model} gives no ${missing} vectors, only ${[...this.outputs].join(', ')}.`,
      { model: this.model, outputs: [...this.outputs] },
    );
  }

  /** Resolves when all entries are there. */
  #unlessAborted(
    entries: readonly WaitingText[],
    line: WaitingLine,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const all = Promise.all(entries.map(({ result }) => result));
    if (signal === undefined) return all;
    return new Promise((resolve, reject) => {
      const abort = () => {
        line.leave(entries);
        reject(cancelled());
      };
      signal.addEventListener('abort', abort, { once: true });
      all.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  /** Gives the engine what it has room for. */
  #advance(line: WaitingLine): void {
    for (let entries = line.next(); entries.length > 0; entries = line.next()) {
      line.messages++;
      void this.#compute(entries, line);
    }
  }

  async #compute(entries: readonly WaitingText[], line: WaitingLine): Promise<void> {
    clearTimeout(this.#idle);
    const { form } = entries[0]!;
    try {
      const engine = await this.#running();
      const embedded = await engine.embed(
        entries.map(({ text }) => text),
        form,
        line === this.#queries,
      );
      entries.forEach((entry, i) => {
        const answer = embedded[i]!;
        if (form.as === 'query') this.#cache.set(this.fingerprint, entry.text, form, answer);
        entry.resolve(answer);
      });
    } catch (error) {
      for (const { reject } of entries) reject(error as Error);
    }
    for (const entry of entries) line.answered(entry);
    line.messages--;
    this.#advance(line);
    this.#stopWhenIdle();
  }

  /** The engine, started when there is none or it ended. */
  async #running(): Promise<EmbeddingEngine> {
    if (this.#stopped !== undefined) throw this.#stoppedError();
    this.#engine ??= this.#open();
    return this.#engine;
  }

  #open(): Promise<EmbeddingEngine> {
    const engine = this.#options.open((reason) => {
      // One that was idle ends when another may be there already.
      if (this.#engine !== engine) return;
      this.#engine = undefined;
      // It takes along what waits for it: whoever still wants it asks again, and so starts a new one.
      for (const line of [this.#queries, this.#bulk]) for (const { reject } of line.empty()) reject(reason);
    });
    return engine;
  }

  #stopWhenIdle(): void {
    const { idleMs } = this.#options;
    clearTimeout(this.#idle);
    if (idleMs === undefined || this.#queries.messages + this.#bulk.messages > 0) return;
    this.#idle = setTimeout(() => {
      const engine = this.#engine;
      this.#engine = undefined;
      void engine?.then((idle) => idle.stop()).catch(() => undefined);
    }, idleMs).unref();
  }

  #stoppedError(): CorollaryError {
    return new CorollaryError('CANCELLED', `The model ${this.model} is stopped.`);
  }
}

function cancelled(): CorollaryError {
  return new CorollaryError('CANCELLED', 'The request was cancelled while its texts waited to be embedded.');
}
