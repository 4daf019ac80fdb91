import type { Embedder } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import { type EmbeddingSpace, requireSpaceOf } from './embedding-spaces.js';
import type { SpaceEmbedders } from './space-embedders.js';

export interface OpenedEmbeddersOptions {
  readonly own: Embedder;
  /** Loads the model of a space, projection and all; the caller checks that the fingerprint is the space's. */
  readonly open: (space: EmbeddingSpace) => Promise<Embedder>;
  /** A model that could not be opened is not tried again for so long, in ms. Default 15,000. */
  readonly retryMs?: number;
  /** One that is not needed any more is closed when nobody has asked for it for so long, in ms. Default 300,000. */
  readonly closeMs?: number;
}

interface Opened {
  readonly model: string;
  readonly embedder: Promise<Embedder>;
  usedAt: number;
  failedAt?: number;
}

/** Opens the models of spaces when they are first wanted. The server's own one is its caller's to stop. */
export class OpenedEmbedders implements SpaceEmbedders {
  readonly own: Embedder;
  readonly #options: Required<OpenedEmbeddersOptions>;
  readonly #opened = new Map<string, Opened>();
  #stopped: Promise<void> | undefined;

  constructor(options: OpenedEmbeddersOptions) {
    this.own = options.own;
    this.#options = { retryMs: 15_000, closeMs: 300_000, ...options };
  }

  async of(space: EmbeddingSpace): Promise<Embedder> {
    if (space.fingerprint === this.own.fingerprint) return this.own;
    if (this.#stopped) throw new CorollaryError('CANCELLED', 'The server is stopping.');
    const { fingerprint } = space;
    const known = this.#opened.get(fingerprint);
    const isStale =
      known?.failedAt !== undefined && performance.now() - known.failedAt > this.#options.retryMs;
    if (known !== undefined && !isStale) {
      known.usedAt = performance.now();
      return known.embedder;
    }
    const opened: Opened = { model: space.model, embedder: this.#open(space), usedAt: performance.now() };
    opened.embedder.catch(() => {
      opened.failedAt = performance.now();
    });
    this.#opened.set(fingerprint, opened);
    return opened.embedder;
  }

  /** Takes an embedder over that was opened to learn its fingerprint; where there is one already, it is stopped. */
  async adopt(embedder: Embedder): Promise<void> {
    const known = this.#opened.get(embedder.fingerprint);
    const isThere = known !== undefined && known.failedAt === undefined;
    if (this.#stopped || isThere || embedder.fingerprint === this.own.fingerprint) return embedder.stop();
    this.#opened.set(embedder.fingerprint, {
      model: embedder.model,
      embedder: Promise.resolve(embedder),
      usedAt: performance.now(),
    });
  }

  /** Whether the model of this fingerprint is open. */
  has(fingerprint: string): boolean {
    const known = this.#opened.get(fingerprint);
    return fingerprint === this.own.fingerprint || (known !== undefined && known.failedAt === undefined);
  }

  /** Whether a model of this name is open, of whatever dimensions. */
  hasModel(name: string): boolean {
    return (
      name === this.own.model ||
      [...this.#opened.values()].some(({ model, failedAt }) => model === name && failedAt === undefined)
    );
  }

  /** Closes models that no space of `needed` (fingerprints) is of and that nobody has asked for in a while. */
  async tidy(needed: ReadonlySet<string>): Promise<void> {
    const now = performance.now();
    for (const [fingerprint, { embedder, usedAt }] of this.#opened) {
      if (needed.has(fingerprint) || now - usedAt < this.#options.closeMs) continue;
      this.#opened.delete(fingerprint);
      await stopOpened(embedder);
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      await Promise.all([...this.#opened.values()].map(({ embedder }) => stopOpened(embedder)));
    })();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #open(space: EmbeddingSpace): Promise<Embedder> {
    let embedder: Embedder;
    try {
      embedder = await this.#options.open(space);
    } catch (error) {
      throw lacking(space, this.own, error);
    }
    try {
      requireSpaceOf(embedder, space);
      return embedder;
    } catch (error) {
      await embedder.stop();
      throw error;
    }
  }
}

async function stopOpened(embedder: Promise<Embedder>): Promise<void> {
  await (await embedder.catch(() => undefined))?.stop();
}

function lacking(space: EmbeddingSpace, own: Embedder, cause: unknown): CorollaryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `The vectors of this knowledge base were made by ${space.model} (${space.dimensions} dimensions), which this server ` +
      `cannot open: ${reason} Install that model, or search by words alone (channels: [LEXICAL]).`,
    { needed: space.model, neededFingerprint: space.fingerprint, present: own.model },
    { cause },
  );
}
