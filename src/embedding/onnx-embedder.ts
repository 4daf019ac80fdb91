import { CorollaryError } from '../errors.js';
import { type Calibration, calibrated } from './calibration.js';
import type { EmbedAs, EmbeddedText, Embedder, EmbedOptions } from './embedder.js';
import { OnnxThread } from './onnx-thread.js';
import { VectorCache } from './vector-cache.js';
import { WaitingLine, type WaitingText } from './waiting-line.js';
import type { Embedded, ModelSettings } from './worker-messages.js';

export interface OnnxEmbedderOptions {
  readonly model: string;
  readonly fingerprint: string;
  readonly fusionWeight: number;
  readonly calibration: Calibration;
  readonly settings: ModelSettings;
  /** Query vectors that are kept. Default: 1,000 of this embedder's own. */
  readonly cache?: VectorCache;
  /** Texts that may wait before more are refused as OVERLOADED. Default 2,000 and 50,000. */
  readonly waiting?: { readonly queries: number; readonly bulk: number };
}

/** A request of more texts goes with the bulk work: it would hold up the queries that it overtakes. */
const mostTextsOfQuery = 64;

/**
 * Embeds in a worker thread of its own. Two lines lead to it: queries, whose waiting texts are taken together, and bulk
 * work, whose texts go in the order of their length. The worker turns to a query after the batch that it is at.
 */
export class OnnxEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly fusionWeight: number;
  readonly #calibration: Calibration;
  readonly #settings: ModelSettings;
  readonly #cache: VectorCache;
  readonly #queries: WaitingLine;
  readonly #bulk: WaitingLine;
  #thread: Promise<OnnxThread> | undefined;
  #stopped: Promise<void> | undefined;

  /** Loads the model. @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE that says what is broken. */
  static async start(options: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
    const embedder = new OnnxEmbedder(options);
    await embedder.#running();
    return embedder;
  }

  private constructor(options: OnnxEmbedderOptions) {
    this.model = options.model;
    this.dimensions = options.settings.dimensions;
    this.fingerprint = options.fingerprint;
    this.fusionWeight = options.fusionWeight;
    this.#calibration = options.calibration;
    this.#settings = options.settings;
    this.#cache = options.cache ?? new VectorCache();
    const { queries, bulk } = options.waiting ?? { queries: 2_000, bulk: 50_000 };
    // Tokenizing a message blocks the worker for some 50 ms at these sizes, which is what a query may have to wait for.
    this.#queries = new WaitingLine({
      waiting: queries,
      texts: mostTextsOfQuery,
      characters: 16_384,
      messages: 1,
    });
    this.#bulk = new WaitingLine({ waiting: bulk, texts: 64, characters: 16_384, messages: 2 });
  }

  /**
   * @throws CorollaryError OVERLOADED when too many texts wait already; CANCELLED when `signal` aborts or the embedder
   * is stopped; EMBEDDING_SPACE_UNAVAILABLE when the worker dies (it is started again at the next call).
   */
  async embed(
    texts: readonly string[],
    as: EmbedAs,
    { bulk = false, signal }: EmbedOptions = {},
  ): Promise<EmbeddedText[]> {
    if (this.#stopped !== undefined) throw this.#stoppedError();
    if (signal?.aborted) throw cancelled();
    const answers = new Map<string, Promise<EmbeddedText> | EmbeddedText>();
    const wanted: string[] = [];
    for (const text of new Set(texts)) {
      const cached = as === 'query' ? this.#cache.get(this.fingerprint, text) : undefined;
      if (cached === undefined) wanted.push(text);
      else answers.set(text, cached);
    }
    const isBulk = bulk || wanted.length > mostTextsOfQuery;
    const line = isBulk ? this.#bulk : this.#queries;
    if (!line.hasRoomFor(wanted.length)) {
      throw new CorollaryError(
        'OVERLOADED',
        `${line.waiting} texts wait for the model ${this.model} already: try again later.`,
        {
          waiting: line.waiting,
        },
      );
    }
    // Neighbours in the line come to share a batch, so they had better be of one length.
    if (isBulk) wanted.sort((a, b) => a.length - b.length);
    const entries = wanted.map((text) => line.join(text, as));
    for (const entry of entries) answers.set(entry.text, entry.result);
    this.#advance(line);
    await this.#unlessAborted(entries, line, signal);
    return Promise.all(texts.map((text) => answers.get(text)!));
  }

  similarityOf(cosine: number): number {
    return calibrated(cosine, this.#calibration);
  }

  /** What is pending fails as CANCELLED. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      for (const line of [this.#queries, this.#bulk])
        for (const { reject } of line.empty()) reject(this.#stoppedError());
      const thread = await this.#thread?.catch(() => undefined);
      await thread?.stop();
    })();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
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

  /** Gives the worker what it has room for. */
  #advance(line: WaitingLine): void {
    for (let entries = line.next(); entries.length > 0; entries = line.next()) {
      line.messages++;
      void this.#compute(entries, line);
    }
  }

  async #compute(entries: readonly WaitingText[], line: WaitingLine): Promise<void> {
    const as = entries[0]!.as;
    try {
      const thread = await this.#running();
      const embedded = await thread.embed(
        entries.map(({ text }) => text),
        as,
        line === this.#queries,
      );
      entries.forEach((entry, i) => {
        const answer = this.#rowOf(embedded, i);
        if (as === 'query') this.#cache.set(this.fingerprint, entry.text, answer);
        entry.resolve(answer);
      });
    } catch (error) {
      for (const { reject } of entries) reject(error as Error);
    }
    for (const entry of entries) line.answered(entry);
    line.messages--;
    this.#advance(line);
  }

  #rowOf({ vectors, tokens, truncated }: Embedded, row: number): EmbeddedText {
    return {
      dense: vectors.slice(row * this.dimensions, (row + 1) * this.dimensions),
      tokens: tokens[row]!,
      truncated: truncated[row] === 1,
    };
  }

  /** The worker, started when there is none or it died. */
  async #running(): Promise<OnnxThread> {
    if (this.#stopped !== undefined) throw this.#stoppedError();
    this.#thread ??= OnnxThread.start(this.model, this.#settings, (reason) => {
      this.#thread = undefined;
      // It takes along what waits for it: whoever still wants it asks again, and so starts a new one.
      for (const line of [this.#queries, this.#bulk]) for (const { reject } of line.empty()) reject(reason);
    });
    return this.#thread;
  }

  #stoppedError(): CorollaryError {
    return new CorollaryError('CANCELLED', `The model ${this.model} is stopped.`);
  }
}

function cancelled(): CorollaryError {
  return new CorollaryError('CANCELLED', 'The request was cancelled while its texts waited to be embedded.');
}
