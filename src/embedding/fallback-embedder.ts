import { CorollaryError } from '../errors.js';
import { type Calibration, calibrated } from './calibration.js';
import type { EmbedAs, EmbeddedText, Embedder, EmbeddingOutput, EmbedOptions } from './embedder.js';

export interface FallbackMember {
  readonly model: string;
  /** As far as it is known before the model is opened. */
  readonly fingerprint: string | undefined;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  open(): Promise<Embedder>;
}

export interface FallbackOptions {
  /** The first one's, whichever serves. */
  readonly model: string;
  readonly dimensions: number;
  readonly fusionWeight: number;
  readonly sparseFusionWeight?: number | undefined;
  readonly calibration: Calibration;
  /** In the order in which they are tried; at least one. */
  readonly members: readonly FallbackMember[];
  /** ms, never running backwards. Default: the system's. */
  readonly now?: () => number;
}

/** A member that failed is passed over for so long; twice as long each time that it fails again. */
const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

interface Standing {
  readonly member: FallbackMember;
  opened: Promise<Embedder> | undefined;
  /** Why it is of another vector space, and never to be used. */
  excluded: CorollaryError | undefined;
  downUntil: number;
  pauseMs: number;
}

/**
 * Several ways to the vectors of one space: the first that works serves, and the ones before it are tried again from time
 * to time. A later member is opened when it is first needed.
 */
export class FallbackEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  /** What all of them give. */
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly fusionWeight: number;
  readonly sparseFusionWeight: number | undefined;
  /** The member whose fingerprint the others are measured by. */
  readonly #spaceOf: string;
  readonly #calibration: Calibration;
  readonly #standings: readonly Standing[];
  readonly #now: () => number;
  #stopped: Promise<void> | undefined;

  /**
   * Opens the first member that can be opened.
   * @throws CorollaryError START_FAILED when two members are of different vector spaces; when none can be opened, what the
   * first one failed with
   */
  static async start(options: FallbackOptions): Promise<FallbackEmbedder> {
    const [reference, ...others] = options.members.filter(({ fingerprint }) => fingerprint !== undefined);
    for (const other of others) assertSameSpace(reference!.model, reference!.fingerprint!, other);
    const failures: unknown[] = [];
    const members = [...options.members];
    const opened: (Embedder | undefined)[] = [];
    for (const member of members) {
      try {
        opened.push(await member.open());
        break;
      } catch (error) {
        if (!(error instanceof CorollaryError)) throw error;
        failures.push(error);
        opened.push(undefined);
      }
    }
    const serving = opened.at(-1);
    if (serving === undefined) throw failures[0];
    const space =
      reference === undefined
        ? { model: members[opened.length - 1]!.model, fingerprint: serving.fingerprint }
        : { model: reference.model, fingerprint: reference.fingerprint! };
    const embedder = new FallbackEmbedder(options, space, opened);
    const wrong = embedder.#standings.find(({ excluded }) => excluded !== undefined);
    if (wrong === undefined) return embedder;
    await embedder.stop();
    throw wrong.excluded;
  }

  private constructor(
    options: FallbackOptions,
    space: { readonly model: string; readonly fingerprint: string },
    opened: readonly (Embedder | undefined)[],
  ) {
    this.#spaceOf = space.model;
    this.model = options.model;
    this.dimensions = options.dimensions;
    this.fingerprint = space.fingerprint;
    this.fusionWeight = options.fusionWeight;
    this.sparseFusionWeight = options.sparseFusionWeight;
    this.#calibration = options.calibration;
    this.#now = options.now ?? (() => performance.now());
    const [first, ...rest] = options.members.map(({ outputs }) => outputs);
    this.outputs = new Set([...first!].filter((output) => rest.every((outputs) => outputs.has(output))));
    this.#standings = options.members.map((member, i) => {
      const embedder = opened[i];
      const standing: Standing = {
        member,
        opened: embedder && Promise.resolve(embedder),
        excluded: undefined,
        downUntil: 0,
        pauseMs: 0,
      };
      if (embedder !== undefined) this.#excludeIfOther(standing, embedder);
      else if (i < opened.length) this.#markDown(standing);
      return standing;
    });
  }

  /**
   * @throws CorollaryError BAD_INPUT for an output that not all members give; what the first member failed with, when all
   * fail with EMBEDDING_SPACE_UNAVAILABLE, OVERLOADED, or cannot be opened; at once, what any fails with otherwise
   */
  async embed(texts: readonly string[], as: EmbedAs, options: EmbedOptions = {}): Promise<EmbeddedText[]> {
    this.#assertGiven(options.also ?? []);
    const failures = new Map<Standing, CorollaryError>();
    for (const standing of this.#inTurn()) {
      if (this.#stopped !== undefined) throw this.#stoppedError();
      try {
        const embedder = await this.#openedOf(standing);
        const embedded = await embedder.embed(texts, as, options);
        standing.downUntil = 0;
        standing.pauseMs = 0;
        return embedded;
      } catch (error) {
        if (!(error instanceof CorollaryError) || !this.#isPassedOn(error, standing)) throw error;
        failures.set(standing, error);
        // Whoever has too much to do works.
        if (error.code !== 'OVERLOADED') this.#markDown(standing);
      }
    }
    throw this.#standings.map((standing) => failures.get(standing)).find((error) => error !== undefined)!;
  }

  similarityOf(cosine: number): number {
    return calibrated(cosine, this.#calibration);
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      const opened = await Promise.allSettled(this.#standings.map((standing) => standing.opened));
      await Promise.all(opened.map((each) => (each.status === 'fulfilled' ? each.value?.stop() : undefined)));
    })();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Who is not down, in order; then, since nothing is lost by it, those who are. */
  *#inTurn(): Generator<Standing> {
    const now = this.#now();
    const down: Standing[] = [];
    for (const standing of this.#standings) {
      if (now < standing.downUntil) {
        down.push(standing);
        continue;
      }
      // One request tries it again; those that come meanwhile go past it.
      if (standing.pauseMs > 0) this.#markDown(standing);
      yield standing;
    }
    yield* down;
  }

  async #openedOf(standing: Standing): Promise<Embedder> {
    if (standing.excluded !== undefined) throw standing.excluded;
    standing.opened ??= standing.member.open().then(
      (embedder) => {
        this.#excludeIfOther(standing, embedder);
        if (standing.excluded === undefined) return embedder;
        return embedder.stop().then(() => Promise.reject(standing.excluded));
      },
      (error) => {
        standing.opened = undefined;
        throw error;
      },
    );
    return standing.opened;
  }

  #excludeIfOther(standing: Standing, { fingerprint }: Embedder): void {
    try {
      assertSameSpace(this.#spaceOf, this.fingerprint, { ...standing.member, fingerprint });
    } catch (error) {
      standing.excluded = error as CorollaryError;
    }
  }

  #isPassedOn({ code }: CorollaryError, { opened, excluded }: Standing): boolean {
    const couldNotBeOpened = opened === undefined || excluded !== undefined;
    return couldNotBeOpened || code === 'EMBEDDING_SPACE_UNAVAILABLE' || code === 'OVERLOADED';
  }

  /** Of requests that fail together, one counts. */
  #markDown(standing: Standing): void {
    const now = this.#now();
    const { pauseMs, downUntil } = standing;
    if (now < downUntil) return;
    standing.pauseMs = pauseMs === 0 ? firstPauseMs : Math.min(longestPauseMs, 2 * pauseMs);
    standing.downUntil = now + standing.pauseMs;
  }

  #assertGiven(also: readonly EmbeddingOutput[]): void {
    const missing = also.find((output) => !this.outputs.has(output));
    if (missing === undefined) return;
    throw new CorollaryError(
      'BAD_INPUT',
      `The model ${this.model} with its fallbacks gives no ${missing} vectors, only ${[...this.outputs].join(', ')}.`,
      { model: this.model, outputs: [...this.outputs] },
    );
  }

  #stoppedError(): CorollaryError {
    return new CorollaryError('CANCELLED', `The model ${this.model} is stopped.`);
  }
}

function assertSameSpace(
  model: string,
  fingerprint: string,
  other: Pick<FallbackMember, 'model' | 'fingerprint'>,
): void {
  if (other.fingerprint === fingerprint) return;
  throw new CorollaryError(
    'START_FAILED',
    `The models ${model} and ${other.model} cannot stand in for each other: their vectors are of different spaces (fingerprints ` +
      `${fingerprint} and ${other.fingerprint}). A fallback serves the same weights in the same way.`,
    { model, fallback: other.model, fingerprints: [fingerprint, other.fingerprint] },
  );
}
