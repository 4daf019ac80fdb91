import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import type { Embedder } from '../embedding/embedder.js';
import { Bell } from '../retrieval/bell.js';
import { embedBatch, type KnownVectors } from '../retrieval/embedding-batch.js';
import { type EmbeddingSpace, MAX_ATTEMPTS, spaceColumns } from '../retrieval/embedding-spaces.js';
import type { QueryLoad } from '../retrieval/query-load.js';
import type { SpaceEmbedders } from '../retrieval/space-embedders.js';
import { JobOver } from './job-over.js';
import { isAtWork } from './job-rows.js';
import { reserveTurn } from './pace.js';

export interface SpaceFillerOptions {
  readonly database: Database;
  readonly embedders: SpaceEmbedders;
  readonly log: FillerLog;
  readonly load: QueryLoad;
  readonly leaseMs: number;
  /** How long an idle filler waits until it looks again. */
  readonly idleMs: number;
  /** What a batch should take. */
  readonly batchMs: number;
  /** What a job's batch threw because of its model or the database; not what only a sentence is to blame for. */
  readonly onOutage: (job: number, error: unknown) => Promise<void>;
  /** Vectors that need no model, such as projected ones. */
  readonly knownFor: (space: EmbeddingSpace, embedder: Embedder) => KnownVectors | undefined;
}

export interface FillerLog {
  warn(context: object, message: string): void;
}

interface FillableSpace extends EmbeddingSpace {
  /** The job that fills it; null: it is kept up to date. */
  readonly job: number | null;
  readonly ratePerSecond: number | null;
  /** Of the sentence that is next; 0 is not known. */
  readonly characters: number;
}

/** While the vectors of one batch are stored, the model is at the next; and an endpoint has four requests at a time (remote/open-remote.ts). */
const AT_ONCE = 4;
const MOST_ROWS = 512;
/** A batch costs some even if it is short: with fewer, it would be all that it costs. */
const LEAST_ROWS = 4;
const FIRST_ROWS = 32;
/** A sentence costs a model as much as some characters even if it is short. */
const LEAST_CHARACTERS = 24;
/** Of a sentence whose length the queue does not tell. */
const USUAL_CHARACTERS = 100;
const BACKOFF_MS = { first: 100, longest: 30_000 };

/**
 * Fills the spaces that nobody searches: those that jobs build, READY ones, and RETIRED ones that are kept for going back.
 * Every server runs one; they share each queue. Searches come first: a batch begins when none is under way, or when one has
 * been waited for as long as the last batch took.
 */
export class SpaceFiller {
  readonly #options: SpaceFillerOptions;
  readonly #work = new Bell();
  readonly #stopped = new AbortController();
  /** Rings when a batch has been stored. */
  readonly progress = new Bell();
  readonly #speeds = new Map<number, Speed>();
  #loops: Promise<void>[] = [];
  #turn = 0;

  constructor(options: SpaceFillerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#loops.length === 0) this.#loops = Array.from({ length: AT_ONCE }, () => this.#run());
  }

  wake(): void {
    this.#work.ring();
  }

  /** Ends after the batches in hand. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#work.ring();
    await Promise.all(this.#loops);
  }

  async #run(): Promise<void> {
    const { idleMs, log } = this.#options;
    while (!this.#stopped.signal.aborted) {
      const { rings } = this.#work;
      try {
        if (!(await this.#fillOne())) await this.#work.after(rings, idleMs);
      } catch (err) {
        log.warn({ err }, 'Spaces could not be looked for');
        await this.#pause(idleMs);
      }
    }
  }

  /** @returns whether anything was done */
  async #fillOne(): Promise<boolean> {
    const spaces = await this.#fillable();
    for (const [id, speed] of this.#speeds) {
      if (speed.backoffMs === 0 && !spaces.some((space) => space.id === id)) this.#speeds.delete(id);
    }
    for (const space of spaces) {
      if (this.#stopped.signal.aborted) return false;
      const speed = this.#speeds.get(space.id) ?? new Speed();
      this.#speeds.set(space.id, speed);
      if (performance.now() < speed.notBefore) continue;
      this.#turn = space.id;
      try {
        const settled = await this.#batch(space, speed);
        speed.backoffMs = 0;
        if (settled === 0) continue;
        this.progress.ring();
        return true;
      } catch (error) {
        if (this.#stopped.signal.aborted) return false;
        if (error instanceof JobOver) continue;
        speed.backOff();
        // A space that is only kept up to date waits for its model in silence; `status` tells which a server lacks.
        if (space.job !== null) await this.#options.onOutage(space.job, error);
      }
    }
    return false;
  }

  /** @returns how many sentences are done with */
  async #batch(space: FillableSpace, speed: Speed): Promise<number> {
    const { database, embedders, load, leaseMs, batchMs, knownFor, log } = this.#options;
    const { job, ratePerSecond } = space;
    const embedder = await embedders.of(space);
    const { signal } = this.#stopped;
    await load.quiet(speed.lastMs, signal);
    let size = speed.rows(space.characters, batchMs);
    if (job !== null && ratePerSecond !== null) {
      size = Math.min(size, Math.max(1, Math.floor(ratePerSecond)));
      await this.#pause(await reserveTurn(database, job, size / ratePerSecond));
    }
    if (signal.aborted) return 0;
    const began = performance.now();
    const outcome = await embedBatch(database, embedder, space, {
      size,
      leaseMs,
      signal,
      known: knownFor(space, embedder),
      ...(job !== null && {
        alsoStore: (transaction, { stored }) => this.#count(transaction, space.id, stored),
      }),
    });
    speed.took(performance.now() - began, outcome.taken, space.characters);
    for (const { fact, error } of outcome.failures) {
      log.warn({ space: space.id, fact, error }, 'A sentence could not be embedded');
    }
    return outcome.settled;
  }

  /** @throws JobOver, and then nothing of the batch is stored */
  async #count(transaction: Connection, space: number, stored: number): Promise<void> {
    const counted = await transaction.run(sql`
      update jobs set done = done + ${stored}, error = null, outage_since = null,
        state = case when outage_since is null then state else 'RUNNING' end
      where space = ${space} and state in ('RUNNING', 'PAUSED')`);
    if (counted === 0) throw new JobOver();
  }

  /** Those that jobs build first, else in turn. */
  #fillable(): Promise<FillableSpace[]> {
    return this.#options.database.rows<FillableSpace>(sql`
      select ${spaceColumns}, j.id as job, (j.payload->>'ratePerSecond')::float8 as "ratePerSecond", head.characters
      from embedding_spaces s
      left join jobs j on j.space = s.id and j.state <> 'QUEUED' and ${isAtWork}
      cross join lateral (
        select q.characters from embedding_queue q
        where q.space = s.id and q.attempts < ${MAX_ATTEMPTS}
        order by q.characters, q.sentence_hash, q.fact limit 1) head
      where s.state in ('READY', 'RETIRED') or s.state = 'BUILDING' and j.id is not null
      order by j.id is not null desc, s.id > ${this.#turn} desc, s.id`);
  }

  #pause(ms: number): Promise<void> {
    return ms > 0 ? new Bell().after(0, ms, this.#stopped.signal) : Promise.resolve();
  }
}

/** How fast a space's model is, and how long to leave it alone. */
class Speed {
  lastMs = 0;
  notBefore = 0;
  backoffMs = 0;
  #msPerCharacter: number | undefined;

  rows(characters: number, batchMs: number): number {
    if (this.#msPerCharacter === undefined) return FIRST_ROWS;
    const cost = this.#msPerCharacter * costOf(characters);
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(batchMs / cost)));
  }

  took(ms: number, rows: number, characters: number): void {
    if (rows === 0) return;
    this.lastMs = ms;
    const measured = ms / (rows * costOf(characters));
    this.#msPerCharacter =
      this.#msPerCharacter === undefined ? measured : 0.6 * this.#msPerCharacter + 0.4 * measured;
  }

  backOff(): void {
    this.backoffMs = Math.min(BACKOFF_MS.longest, Math.max(BACKOFF_MS.first, 2 * this.backoffMs));
    this.notBefore = performance.now() + this.backoffMs;
  }
}

const costOf = (characters: number) => Math.max(LEAST_CHARACTERS, characters || USUAL_CHARACTERS);
