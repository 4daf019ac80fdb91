import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { BorrowedEmbedder } from '../embedding/borrowed-embedder.js';
import type { Embedder } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import { Bell } from '../retrieval/bell.js';
import {
  type EmbeddingSpace,
  listSpaces,
  requireSpaceOf,
  spaceColumns,
} from '../retrieval/embedding-spaces.js';
import type { IndexKind } from '../retrieval/index-kind.js';
import { DEFAULT_LEASE_MS } from '../retrieval/lease.js';
import type { OpenedEmbedders } from '../retrieval/opened-embedders.js';
import { QueryLoad } from '../retrieval/query-load.js';
import { INDEX_COMPONENTS } from '../retrieval/vector-index-builder.js';
import { activateSpace } from './activate-space.js';
import { beginJob, refuseSecondJob } from './begin-job.js';
import { dropSpace } from './drop-space.js';
import { cancelJob, resumeJob } from './end-job.js';
import { jobOf, jobsWhere, type StoredJob, underWay } from './job-rows.js';
import { JobSupervisor } from './job-supervisor.js';
import { knownVectorsOf } from './known-vectors.js';
import { learnProjection, openProjected } from './projection/stored-projection.js';
import type {
  EmbeddingSpaceInfo,
  Job,
  JobPage,
  JobQuery,
  Reembedding,
  ReembedRequest,
  Verification,
  VerifyRequest,
} from './reembedding.js';
import { type FillerLog, SpaceFiller } from './space-filler.js';
import { spaceOf } from './space-rows.js';
import { verifySpace } from './verification/verify-space.js';

export interface ReembeddingOptions {
  readonly database: Database;
  readonly knowledge: KnowledgeStore;
  readonly embedders: OpenedEmbedders;
  /** Opens a model by its name. @throws CorollaryError MODEL_NOT_FOUND, BAD_INPUT, EMBEDDING_SPACE_UNAVAILABLE */
  readonly openModel: (model: string, dimensions?: number) => Promise<Embedder>;
  readonly log: FillerLog;
  /** Searches that jobs make way for. Default: none are known of. */
  readonly load?: QueryLoad;
  /** A server that says nothing for so long loses its batches and jobs to another, in ms. Default 10,000. Hazard: too short, and a server that only pauses (garbage collection, a suspended laptop) does its batch in vain. */
  readonly leaseMs?: number;
  /** How often an idle server looks for work that another one has begun, in ms. Default 1,000. */
  readonly idleMs?: number;
  /** How often `watch` looks, in ms. Default 500. */
  readonly watchMs?: number;
  /** What a batch should take, in ms. Default 500. Hazard: on PostgreSQL an edited template waits for the batch that holds its sentences, and a search for as much of the batch as the model can't be interrupted in. */
  readonly batchMs?: number;
  /** After so long without any vector a job FAILS, in ms. Default 600,000. */
  readonly outageMs?: number;
  /** How long spaces of failed and cancelled jobs are kept for `resume`, in ms. Default a day. */
  readonly keepMs?: number;
  /** How long activating waits for sentences that were just written, in ms. Default 30,000. */
  readonly patienceMs?: number;
  /** Components (vectors x dimensions) from which on a space gets an approximate index. Default 5 million. */
  readonly indexComponents?: number;
  /** What that index is over. Default halfvec; `bit` as for the active space, see vector-index.ts. */
  readonly indexKind?: IndexKind;
}

const MOST_JOBS = 1_000;
const MOST_SAMPLED = 10_000;

/** `Reembedding` over a database that other servers may share. */
export class StartedReembedding implements Reembedding {
  readonly #options: Required<ReembeddingOptions>;
  readonly #filler: SpaceFiller;
  readonly #supervisor: JobSupervisor;
  readonly #stopped = new AbortController();

  private constructor(options: ReembeddingOptions) {
    this.#options = {
      load: new QueryLoad(),
      leaseMs: DEFAULT_LEASE_MS,
      idleMs: 1_000,
      watchMs: 500,
      batchMs: 500,
      outageMs: 600_000,
      keepMs: 24 * 3_600_000,
      patienceMs: 30_000,
      indexComponents: INDEX_COMPONENTS,
      indexKind: 'halfvec',
      ...options,
    };
    const { database, embedders } = this.#options;
    this.#filler = new SpaceFiller({
      ...this.#options,
      onOutage: (job, error) => this.#supervisor.noteOutage(job, error),
      knownFor: (space, embedder) => knownVectorsOf(space, embedder),
    });
    this.#supervisor = new JobSupervisor({
      ...this.#options,
      database,
      embedders,
      filler: this.#filler,
      server: randomUUID(),
    });
  }

  /** Goes on with what was under way. */
  static start(options: ReembeddingOptions): StartedReembedding {
    const reembedding = new StartedReembedding(options);
    reembedding.#filler.start();
    reembedding.#supervisor.start();
    return reembedding;
  }

  /** To be called after every write that may have queued sentences. */
  wake(): void {
    this.#filler.wake();
  }

  async reembed(request: ReembedRequest): Promise<Job> {
    checkRequest(request);
    const { database, knowledge, embedders } = this.#options;
    const knowledgeBase = await knowledge.knowledgeBase(request.knowledgeBase);
    // Before a model is loaded for nothing; `beginJob` decides.
    await refuseSecondJob(database, knowledgeBase.id);
    const { embedder, projection } = await this.#target(knowledgeBase, request);
    let job: StoredJob;
    try {
      const { model, dimensions, fingerprint, outputs } = embedder;
      if (request.fingerprint != null && request.fingerprint !== fingerprint) {
        throw new CorollaryError(
          'BAD_INPUT',
          `${model} makes vectors of another space here (fingerprint ${fingerprint}), not of ${request.fingerprint}.`,
          { fingerprint },
        );
      }
      job = await beginJob(
        database,
        knowledgeBase,
        { model, dimensions, fingerprint, outputs, projection },
        {
          model: request.model,
          activate: request.activate ?? 'WHEN_VERIFIED',
          minAgreement: request.minAgreement ?? null,
          ratePerSecond: request.ratePerSecond ?? null,
          paused: request.paused ?? false,
        },
      );
    } catch (error) {
      await embedder.stop();
      if (projection !== null) await database.run(sql`delete from projections where id = ${projection}`);
      throw error;
    }
    await embedders.adopt(embedder);
    this.#supervisor.wake();
    return job;
  }

  async cancel(id: number): Promise<Job> {
    const job = await cancelJob(this.#options.database, id);
    this.#supervisor.wake();
    return job;
  }

  async resume(id: number): Promise<Job> {
    const job = await resumeJob(this.#options.database, id);
    this.#supervisor.wake();
    return job;
  }

  job(id: number): Promise<Job> {
    return jobOf(this.#options.database, id);
  }

  async jobs({ knowledgeBase, state, first, after }: JobQuery = {}): Promise<JobPage> {
    const { database, knowledge } = this.#options;
    const most = first ?? 20;
    if (!Number.isInteger(most) || most < 0 || most > MOST_JOBS) {
      throw new CorollaryError('BAD_INPUT', `first is a whole number from 0 to ${MOST_JOBS}, not ${first}.`);
    }
    const base = knowledgeBase == null ? undefined : await knowledge.knowledgeBase(knowledgeBase);
    const wanted = sql`${base ? sql`j.knowledge_base = ${base.id}` : sql`true`}
      and ${state == null ? sql`true` : sql`j.state = ${state}`}`;
    const jobs = await jobsWhere(
      database,
      sql`${wanted} and ${after == null ? sql`true` : sql`j.id < ${after}`} order by j.id desc limit ${most + 1}`,
    );
    const [count] = await database.rows<{ jobs: number }>(
      sql`select count(*) as jobs from jobs j where j.kind = 'REEMBEDDING' and ${wanted}`,
    );
    return { jobs: jobs.slice(0, most), hasMore: jobs.length > most, totalCount: count!.jobs };
  }

  async *watch(id: number, signal?: AbortSignal): AsyncIterable<Job> {
    let last = '';
    for (;;) {
      if (signal?.aborted || this.#stopped.signal.aborted) {
        throw new CorollaryError('CANCELLED', 'Watching the job has ended.');
      }
      const { rings } = this.#filler.progress;
      const job = await this.job(id);
      const now = JSON.stringify(job);
      if (now !== last) yield job;
      last = now;
      if (!underWay.includes(job.state)) return;
      await this.#filler.progress.after(rings, this.#options.watchMs, signal);
      await new Bell().after(0, Math.min(100, this.#options.watchMs), signal);
    }
  }

  async spaces(knowledgeBase?: string | null): Promise<EmbeddingSpaceInfo[]> {
    const { database, knowledge } = this.#options;
    const { id } = await knowledge.knowledgeBase(knowledgeBase);
    return listSpaces(database, id);
  }

  async space(id: number): Promise<EmbeddingSpaceInfo> {
    const { database } = this.#options;
    const { knowledgeBase } = await spaceOf(database, id);
    const found = (await listSpaces(database, knowledgeBase)).find((space) => space.id === id);
    return found ?? (spaceOf(database, id) as Promise<never>);
  }

  async activate(id: number, signal?: AbortSignal): Promise<EmbeddingSpaceInfo> {
    const { database, embedders, patienceMs } = this.#options;
    await activateSpace(id, {
      database,
      embedders,
      hurry: () => this.#filler.wake(),
      patienceMs,
      signal,
    });
    return this.space(id);
  }

  async drop(id: number): Promise<EmbeddingSpaceInfo> {
    const before = await this.space(id);
    await dropSpace(this.#options.database, id);
    return before;
  }

  async verify({ space: id, sample, against, signal }: VerifyRequest): Promise<Verification> {
    const { database, embedders } = this.#options;
    const count = sample ?? 100;
    if (!Number.isInteger(count) || count < 1 || count > MOST_SAMPLED) {
      throw new CorollaryError(
        'BAD_INPUT',
        `sample is a whole number from 1 to ${MOST_SAMPLED}, not ${sample}.`,
      );
    }
    const space = await spaceOf(database, id);
    const other = against == null ? undefined : await spaceOf(database, against);
    if (other !== undefined && other.knowledgeBase !== space.knowledgeBase) {
      throw new CorollaryError(
        'BAD_INPUT',
        `The spaces ${id} and ${against} are of two knowledge bases: they hold different facts.`,
        { space: id, against },
      );
    }
    return verifySpace(database, await embedders.of(space), space, { sample: count, against: other, signal });
  }

  /** Lets the batches in hand end; jobs go on with another server, or at the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#supervisor.stop();
    await this.#filler.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** The model that the new space's vectors are of. */
  async #target(
    knowledgeBase: KnowledgeBase,
    { model, dimensions, projection }: ReembedRequest,
  ): Promise<{ embedder: Embedder; projection: number | null }> {
    const { database, embedders, openModel } = this.#options;
    if (projection == null) {
      return { embedder: await openModel(model, dimensions ?? undefined), projection: null };
    }
    const base = await this.#spaceWithModel(knowledgeBase, model);
    const id = await learnProjection(database, base, projection, this.#stopped.signal);
    try {
      const isOwn = base.fingerprint === embedders.own.fingerprint;
      // Models are large: the server's own one is not opened twice.
      const embedder = isOwn ? new BorrowedEmbedder(embedders.own) : await openModel(model, base.dimensions);
      try {
        requireSpaceOf(embedder, base);
        return { embedder: await openProjected(database, embedder, id), projection: id };
      } catch (error) {
        await embedder.stop();
        throw error;
      }
    } catch (error) {
      await database.run(sql`delete from projections where id = ${id}`);
      throw error;
    }
  }

  async #spaceWithModel({ id, name }: KnowledgeBase, model: string): Promise<EmbeddingSpace> {
    const [space] = await this.#options.database.rows<EmbeddingSpace>(sql`
      select ${spaceColumns} from embedding_spaces s
      where s.knowledge_base = ${id} and s.model = ${model} and s.projection is null
        and s.state in ('ACTIVE', 'READY', 'RETIRED')
      order by s.state = 'ACTIVE' desc, s.dimensions desc, s.id desc limit 1`);
    if (space !== undefined) return space;
    throw new CorollaryError(
      'BAD_INPUT',
      `${name} has no space with the vectors of ${model}, which a projection would be learned from.`,
      { model },
    );
  }
}

function checkRequest({ minAgreement, ratePerSecond, dimensions, projection }: ReembedRequest): void {
  if (minAgreement != null && !(minAgreement >= 0 && minAgreement <= 1)) {
    throw new CorollaryError('BAD_INPUT', `minAgreement is a number from 0 to 1, not ${minAgreement}.`);
  }
  if (ratePerSecond != null && !(ratePerSecond > 0 && Number.isFinite(ratePerSecond))) {
    throw new CorollaryError('BAD_INPUT', `ratePerSecond is a number above 0, not ${ratePerSecond}.`);
  }
  if (projection != null && dimensions != null) {
    throw new CorollaryError('BAD_INPUT', "With a projection, give its dimensions, not the model's.");
  }
}
