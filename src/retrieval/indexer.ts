import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import type { Embedder } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import { anyOf } from '../knowledge/id-list.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import { Bell } from './bell.js';
import { type BatchOutcome, embedBatch } from './embedding-batch.js';
import {
  activeSpace,
  type EmbeddingSpace,
  ensureSpace,
  ensureSpaces,
  MAX_ATTEMPTS,
  queuedSpaces,
} from './embedding-spaces.js';
import type { IndexKind } from './index-kind.js';
import { type SpaceEmbedders, spaceEmbedders } from './space-embedders.js';
import { INDEX_COMPONENTS, VectorIndexBuilder } from './vector-index-builder.js';

/** What the indexer has to say goes here; a pino logger fits. */
export interface IndexerLog {
  warn(context: object, message: string): void;
}

export interface IndexerOptions {
  readonly database: Database;
  /** One model, or those of several spaces. */
  readonly embedder: Embedder | SpaceEmbedders;
  readonly log: IndexerLog;
  /** Sentences that are embedded and written together at most; fewer where that takes longer than a second. Default 256. Hazard: on PostgreSQL an edited template waits for the batch that holds its sentences, and writers of that knowledge base wait for it. */
  readonly batch?: number;
  /** How long an idle loop waits, in ms, until it looks for what a server that died left behind. Default 10,000. */
  readonly idleMs?: number;
  /** The first wait after a failure, in ms; it doubles up to 30 s. Default 100. */
  readonly backoffMs?: number;
  /** Components (vectors x dimensions) from which on a space gets an approximate index. Default 5 million. */
  readonly indexComponents?: number;
  /** What that index is over. Default halfvec. Hazard: one of another kind is built and then takes the other's place. */
  readonly indexKind?: IndexKind;
}

export interface Settled {
  /** Facts that stay without a vector: the model failed on their sentences, or this server's is not the active space's. */
  readonly unembedded: readonly number[];
}

/** How often to look when no batch of this server ends: another server may have the rows in hand, or a writer the facts. */
const POLL_MS = 100;
const LONGEST_BACKOFF_MS = 30_000;
/** What a batch should take at most, and the size of the first one, which shows how fast the model is. */
const BATCH_MS = 1_000;
const FIRST_BATCH = 32;

/**
 * Gives sentences their vectors, batch by batch and in the background: it empties the embedding queues of the active spaces
 * whose models this server has, and makes a space for a knowledge base that has none. Any number of servers share a
 * queue. Nothing is lost by a crash, since a row leaves the queue in the transaction that brings its vector.
 */
export class Indexer {
  readonly #options: Required<IndexerOptions>;
  readonly #embedders: SpaceEmbedders;
  readonly #work = new Bell();
  readonly #progress = new Bell();
  readonly #stopped = new Bell();
  readonly #indexes: VectorIndexBuilder;
  #loop: Promise<void> | undefined;
  /** Spaces take turns: where the last batch went. */
  #lastSpace = 0;
  #size: number;

  constructor(options: IndexerOptions) {
    this.#options = {
      batch: 256,
      idleMs: 10_000,
      backoffMs: 100,
      indexComponents: INDEX_COMPONENTS,
      indexKind: 'halfvec',
      ...options,
    };
    const { database, log, indexComponents, indexKind } = this.#options;
    this.#embedders = spaceEmbedders(options.embedder);
    this.#indexes = new VectorIndexBuilder(database, this.#embedders, log, indexComponents, indexKind);
    this.#size = Math.min(FIRST_BATCH, this.#options.batch);
  }

  /** Begins with what was pending already. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** To be called after every write that may have queued sentences. */
  wake(): void {
    this.#work.ring();
  }

  /**
   * Resolves when these facts, or all that are queued now, have their vectors in the active space.
   * @throws CorollaryError CANCELLED when `signal` aborts or the indexer stops
   */
  async settled(
    knowledgeBase: KnowledgeBase,
    facts?: readonly number[],
    signal?: AbortSignal,
  ): Promise<Settled> {
    const { database } = this.#options;
    await ensureSpace(database, knowledgeBase, this.#embedders.own);
    this.wake();
    const wanted = facts ? sql`q.fact = ${anyOf(facts)}` : await this.#queuedNow(knowledgeBase);
    for (;;) {
      if (signal?.aborted) throw new CorollaryError('CANCELLED', 'The caller went away.');
      if (this.#isStopping) throw new CorollaryError('CANCELLED', 'The server is stopping.');
      const { rings } = this.#progress;
      // Which space that is may change while they wait.
      const space = await activeSpace(database, knowledgeBase.id);
      // Vectors of another model are another server's to compute: not worth a caller's wait.
      if (space === undefined || !(await this.#computes(space))) break;
      const [left] = await database.rows(sql`
        select 1 from embedding_queue q
        where ${inActiveSpace(knowledgeBase)} and ${wanted} and q.attempts < ${MAX_ATTEMPTS} limit 1`);
      if (!left) break;
      await this.#progress.after(rings, POLL_MS, signal);
    }
    const unembedded = await database.rows<{ fact: number }>(sql`
      select q.fact from embedding_queue q where ${inActiveSpace(knowledgeBase)} and ${wanted} order by q.fact`);
    return { unembedded: unembedded.map(({ fact }) => fact) };
  }

  /** Ends the loop, after the batch in hand. */
  async stop(): Promise<void> {
    this.#stopped.ring();
    this.#work.ring();
    this.#progress.ring();
    await Promise.all([this.#loop, this.#indexes.stop()]);
  }

  /** Resolves when the indexes that were being built over vectors are there. */
  indexesBuilt(): Promise<void> {
    return this.#indexes.settled();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get #isStopping(): boolean {
    return this.#stopped.rings > 0;
  }

  async #run(): Promise<void> {
    const { backoffMs, idleMs, log } = this.#options;
    let backoff = backoffMs;
    while (!this.#isStopping) {
      const { rings } = this.#work;
      try {
        const { taken, settled } = await this.#embedOneBatch();
        backoff = backoffMs;
        if (taken === 0) this.#indexes.consider();
        if (settled > 0) this.#progress.ring();
        else await this.#work.after(rings, taken > 0 ? Math.min(POLL_MS, idleMs) : idleMs);
      } catch (err) {
        log.warn({ err, retryInMs: backoff }, 'Sentences could not be embedded');
        await this.#stopped.after(0, backoff);
        backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS);
      }
    }
  }

  async #embedOneBatch(): Promise<BatchOutcome> {
    const { database, log } = this.#options;
    await ensureSpaces(database, this.#embedders.own);
    let taken = 0;
    for (const space of await queuedSpaces(database, ['ACTIVE'], this.#lastSpace)) {
      const embedder = await this.#embedders.of(space).catch(() => undefined);
      // Which model this server lacks is in `status`.
      if (embedder === undefined) continue;
      const began = performance.now();
      const outcome = await embedBatch(database, embedder, space, { size: this.#size });
      if (outcome.taken === this.#size) this.#adjustSize(performance.now() - began);
      taken += outcome.taken;
      for (const { fact, error } of outcome.failures) {
        log.warn({ fact, error }, 'A sentence could not be embedded');
      }
      this.#lastSpace = space.id;
      if (outcome.settled > 0) return outcome;
    }
    return { taken, settled: 0, stored: 0, failures: [] };
  }

  #computes(space: EmbeddingSpace): Promise<boolean> {
    return this.#embedders.of(space).then(
      () => true,
      () => false,
    );
  }

  #adjustSize(tookMs: number): void {
    const fitting = Math.floor((this.#size * BATCH_MS) / tookMs);
    this.#size = Math.max(1, Math.min(fitting, 2 * this.#size, this.#options.batch));
  }

  async #queuedNow(knowledgeBase: KnowledgeBase) {
    const [last] = await this.#options.database.rows<{ fact: number | null }>(sql`
      select max(q.fact) as fact from embedding_queue q where ${inActiveSpace(knowledgeBase)}`);
    return sql`q.fact <= ${last?.fact ?? 0}`;
  }
}

const inActiveSpace = ({ id }: KnowledgeBase) => sql`q.space = (
  select s.id from embedding_spaces s where s.knowledge_base = ${id} and s.state = 'ACTIVE')`;
