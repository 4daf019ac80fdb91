import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { queueLacking } from '../knowledge/embedding-queue.js';
import { Bell } from '../retrieval/bell.js';
import { type EmbeddingSpace, MAX_ATTEMPTS, spaceColumns } from '../retrieval/embedding-spaces.js';
import type { IndexKind } from '../retrieval/index-kind.js';
import type { SpaceEmbedders } from '../retrieval/space-embedders.js';
import { buildVectorIndex, indexKind, kindFor } from '../retrieval/vector-index.js';
import { activateSpace } from './activate-space.js';
import { failJob } from './end-job.js';
import { JobOver } from './job-over.js';
import { jobOf, type StoredJob } from './job-rows.js';
import type { JobPhase, Verification } from './reembedding.js';
import type { SpaceFiller } from './space-filler.js';
import { lockedSpace, type SpaceRow, spaceOf } from './space-rows.js';
import { verifySpace } from './verification/verify-space.js';

export interface JobLeaderOptions {
  readonly database: Database;
  readonly embedders: SpaceEmbedders;
  readonly filler: SpaceFiller;
  /** Of this server. */
  readonly server: string;
  /** How often the job's progress is looked at, in ms. */
  readonly measureMs: number;
  /** Components from which on a space gets an approximate index. */
  readonly indexComponents: number;
  readonly indexKind: IndexKind;
  /** How long an activation waits for sentences that were just written, in ms. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Facts that are queued under one lock of their knowledge base: writers wait some 50 ms. */
const QUEUED_AT_ONCE = 10_000;
/** The rate is that of the last half minute. */
const RATE_MS = 30_000;
const SAMPLE = 100;
/** While sentences are written all the time, some are on their way at any moment: with so few of them a space is as good as filled. */
const ON_THEIR_WAY = 64;
const PATIENCE_MS = 2_000;

interface Progress {
  readonly pending: number;
  /** Of these, the ones that were not just written. */
  readonly old: number;
  readonly failed: number;
}

/**
 * What one server does for a job besides filling its space, which all do: queues the sentences, keeps the progress, builds
 * the index, verifies, activates. Each step can be done again, so another server goes on where this one dies.
 */
export class JobLeader {
  readonly #options: JobLeaderOptions;
  readonly #job: StoredJob;
  readonly #samples: { at: number; done: number }[] = [];

  constructor(job: StoredJob, options: JobLeaderOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Until the job is over, or another server leads it. */
  async run(): Promise<void> {
    try {
      await this.#lead();
    } catch (error) {
      if (error instanceof JobOver || this.#options.signal.aborted) return;
      throw error;
    }
  }

  async #lead(): Promise<void> {
    const { database, filler } = this.#options;
    const space = await spaceOf(database, this.#job.space!);
    if (this.#job.startedAt === null) await this.#queue(space);
    filler.wake();
    const failed = await this.#filled(space);
    if (failed > 0) return this.#fail(await failureText(database, this.#job.id, failed));
    await this.#index(space);
    const verification = await this.#verified(space);
    if (verification.passed) await this.#finish(space, verification);
  }

  async #queue(space: SpaceRow): Promise<void> {
    const { database, signal } = this.#options;
    let last: number | undefined = 0;
    while (last !== undefined) {
      signal.throwIfAborted();
      const after: number = last;
      last = await database.transaction(async (transaction) => {
        await lockedSpace(transaction, space.id);
        return queueLacking(transaction, space, after, QUEUED_AT_ONCE);
      });
    }
    await this.#update(
      database,
      sql`state = 'RUNNING', phase = 'EMBEDDING', started_at = coalesce(started_at, now())`,
    );
  }

  /** Resolves when nothing waits any more, or never more than a little that was just written for a while. @returns sentences that the model failed on for good */
  async #filled(space: SpaceRow): Promise<number> {
    const { filler, measureMs, signal } = this.#options;
    let manyAt = performance.now();
    for (;;) {
      const { rings } = filler.progress;
      const began = performance.now();
      const { pending, old, failed } = await this.#measure(space);
      if (old > 0 || pending > ON_THEIR_WAY) manyAt = performance.now();
      if (pending === 0 || performance.now() - manyAt > PATIENCE_MS) return failed;
      // Counting a long queue takes its time: a twentieth of the job's at most.
      const pause = Math.max(pending < 1_000 ? 0 : measureMs, 20 * (performance.now() - began));
      await new Bell().after(0, pause, signal);
      await filler.progress.after(rings, measureMs, signal);
      signal.throwIfAborted();
    }
  }

  async #measure(space: SpaceRow): Promise<Progress> {
    const { database } = this.#options;
    // All in one snapshot: a batch takes rows off the queue and counts them at once.
    const [count] = await database.rows<Progress & { done: number }>(sql`
      select j.done, count(q.fact) filter (where q.attempts < ${MAX_ATTEMPTS}) as pending,
        count(q.fact) filter (where q.attempts < ${MAX_ATTEMPTS} and q.characters > 0) as old,
        count(q.fact) filter (where q.attempts >= ${MAX_ATTEMPTS}) as failed
      from jobs j left join embedding_queue q on q.space = ${space.id}
      where j.id = ${this.#job.id} group by j.id`);
    if (count === undefined) throw new JobOver();
    const { pending, old, failed, done } = count;
    const now = performance.now();
    this.#samples.push({ at: now, done });
    while (this.#samples.length > 2 && now - this.#samples[0]!.at > RATE_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    const rate = now > first.at ? ((done - first.done) * 1000) / (now - first.at) : null;
    await this.#update(
      database,
      sql`total = ${done + pending + failed}, failed = ${failed}, rate = ${rate}::float8, measured_at = now()`,
    );
    return { pending, old, failed };
  }

  async #index(space: SpaceRow): Promise<void> {
    const { database, indexComponents, signal } = this.#options;
    const [size] = await database.rows<{ rows: number }>(sql`
      select sentence_count as rows from knowledge_bases where id = ${space.knowledgeBase}`);
    const rows = size?.rows ?? 0;
    const kind = kindFor(database, space, this.#options.indexKind);
    if (kind === undefined || rows * space.dimensions <= indexComponents) return;
    await this.#enter('INDEXING');
    for (;;) {
      await buildVectorIndex(database, space, rows, signal, kind);
      const [built] = await database.rows<{ index: IndexKind | null }>(sql`
        select ${indexKind} as index from embedding_spaces s where s.id = ${space.id}`);
      if (built === undefined) throw new JobOver();
      if (built.index === kind) return;
      // The leader before this one is still at it.
      await new Bell().after(0, this.#options.measureMs, signal);
      signal.throwIfAborted();
    }
  }

  async #verified(space: SpaceRow): Promise<Verification> {
    const { database, embedders, signal } = this.#options;
    await this.#enter('VERIFYING');
    const embedder = await embedders.of(space);
    const against = await this.#activeSpace(space);
    const verification = await verifySpace(database, embedder, space, {
      sample: SAMPLE,
      against,
      minAgreement: this.#job.payload.minAgreement ?? undefined,
      signal,
    });
    await this.#update(database, sql`verification = ${JSON.stringify(verification)}::jsonb`);
    if (!verification.passed) {
      await this.#fail(`The space did not pass its verification: ${verification.faults.join(' ')}`);
    }
    return verification;
  }

  /** The space that is searched now, where there is one and it has vectors to compare with. */
  async #activeSpace({ id, knowledgeBase }: SpaceRow): Promise<EmbeddingSpace | undefined> {
    const [active] = await this.#options.database.rows<EmbeddingSpace>(sql`
      select ${spaceColumns} from embedding_spaces s
      where s.knowledge_base = ${knowledgeBase} and s.state = 'ACTIVE' and s.id <> ${id}`);
    return active;
  }

  async #finish(space: SpaceRow, verification: Verification): Promise<void> {
    const { database, embedders, filler, patienceMs, signal } = this.#options;
    const succeed = (transaction: Connection, coverage: number) =>
      this.#update(
        transaction,
        sql`state = 'SUCCEEDED', verification = ${JSON.stringify({ ...verification, coverage })}::jsonb, finished_at = now(), rate = null,
          total = done, error = null, leader = null, leader_until = null`,
      );
    const isManual = this.#job.payload.activate === 'MANUAL';
    await database.transaction(async (transaction) => {
      await lockedSpace(transaction, space.id);
      await transaction.run(sql`
        update embedding_spaces set state = 'READY' where id = ${space.id} and state = 'BUILDING'`);
      await (isManual
        ? succeed(transaction, verification.coverage)
        : this.#update(transaction, sql`phase = 'ACTIVATING'`));
    });
    if (isManual) return;
    try {
      await activateSpace(space.id, {
        database,
        embedders,
        hurry: () => filler.wake(),
        patienceMs,
        signal,
        // No sentence waits, and none that is live had neither vector nor place in the queue.
        also: (transaction) => succeed(transaction, 1),
      });
    } catch (error) {
      if (!(error instanceof CorollaryError) || error.code !== 'EMBEDDING_SPACE_INCOMPLETE') throw error;
      await this.#fail(error.message);
    }
  }

  #enter(phase: JobPhase): Promise<void> {
    return this.#update(this.#options.database, sql`phase = ${phase}`);
  }

  async #fail(reason: string): Promise<void> {
    const { database } = this.#options;
    await this.#update(database, sql`phase = phase`);
    await failJob(database, this.#job.id, reason);
  }

  /** @throws JobOver when this server does not lead the job any more */
  async #update(connection: Connection, set: ReturnType<typeof sql>): Promise<void> {
    const updated = await connection.run(sql`
      update jobs set ${set}
      where id = ${this.#job.id} and leader = ${this.#options.server} and state in ('QUEUED', 'RUNNING', 'PAUSED')`);
    if (updated === 0) throw new JobOver();
  }
}

async function failureText(database: Database, id: number, failed: number): Promise<string> {
  const { failures } = await jobOf(database, id);
  const [first] = failures;
  const example = first === undefined ? '' : ` Fact ${first.fact}: ${first.error}`;
  const sentences = failed === 1 ? '1 sentence' : `${failed} sentences`;
  return `The model failed on ${sentences}, ${MAX_ATTEMPTS} times each, and a space needs all of them.${example}`;
}
