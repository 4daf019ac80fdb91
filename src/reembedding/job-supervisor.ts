import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { Bell } from '../retrieval/bell.js';
import type { IndexKind } from '../retrieval/index-kind.js';
import type { OpenedEmbedders } from '../retrieval/opened-embedders.js';
import { dropSpace } from './drop-space.js';
import { failJob } from './end-job.js';
import { JobLeader } from './job-leader.js';
import { isAtWork, jobsWhere, type StoredJob } from './job-rows.js';
import type { FillerLog, SpaceFiller } from './space-filler.js';
import { spaceOf } from './space-rows.js';

export interface JobSupervisorOptions {
  readonly database: Database;
  readonly embedders: OpenedEmbedders;
  readonly filler: SpaceFiller;
  readonly log: FillerLog;
  readonly server: string;
  readonly leaseMs: number;
  readonly idleMs: number;
  readonly outageMs: number;
  readonly keepMs: number;
  readonly patienceMs: number;
  readonly indexComponents: number;
  readonly indexKind: IndexKind;
}

interface Led {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** A model that fails for so long makes its job PAUSED: shorter than that, nobody need know. */
const PAUSED_AFTER_MS = 3_000;
const TIDY_MS = 60_000;

/**
 * Sees to it that each job that is under way has one server that leads it: takes those over whose leader has said nothing
 * for the length of a lease, and says so itself for those that it leads. Tidies up after jobs, too.
 */
export class JobSupervisor {
  readonly #options: JobSupervisorOptions;
  readonly #work = new Bell();
  readonly #stopped = new AbortController();
  readonly #led = new Map<number, Led>();
  #loop: Promise<void> | undefined;
  #tidiedAt = Number.NEGATIVE_INFINITY;

  constructor(options: JobSupervisorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  wake(): void {
    this.#work.ring();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#work.ring();
    for (const { abort } of this.#led.values()) abort.abort();
    await Promise.all([this.#loop, ...[...this.#led.values()].map(({ done }) => done)]);
    // Another server need not wait for the lease to end.
    await this.#options.database
      .run(sql`update jobs set leader = null, leader_until = null where leader = ${this.#options.server}`)
      .catch(() => undefined);
  }

  /**
   * Notes that the model of a job, or the database, fails on everything. After a while the job is PAUSED, and after
   * `outageMs` without a single vector it has FAILED; any server's next vector ends that.
   */
  async noteOutage(job: number, error: unknown): Promise<void> {
    const { database, outageMs, log } = this.#options;
    const reason = (error instanceof Error ? error.message : String(error))
      .replaceAll('\0', '')
      .slice(0, 1_000);
    const [noted] = await database.rows<{ ms: number; state: string }>(sql`
      update jobs set outage_since = coalesce(outage_since, now()), error = ${reason},
        state = case when now() - outage_since > make_interval(secs => ${PAUSED_AFTER_MS / 1000}::float8) then 'PAUSED' else state end
      where id = ${job} and state in ('RUNNING', 'PAUSED')
      returning (extract(epoch from now() - outage_since) * 1000)::float8 as ms, state`);
    if (noted === undefined) return;
    log.warn({ job, err: error }, 'A job could not go on; it tries again');
    if (noted.ms <= outageMs) return;
    await failJob(
      database,
      job,
      `Nothing could be embedded for ${Math.round(noted.ms / 1000)} seconds: ${reason}`,
    );
  }

  async #run(): Promise<void> {
    const { database, idleMs, leaseMs, log, server } = this.#options;
    // A database of one process: whoever led its jobs before is gone.
    let freed = database.capabilities.concurrent;
    while (!this.#stopped.signal.aborted) {
      const { rings } = this.#work;
      try {
        if (!freed) await database.run(sql`update jobs set leader = null where leader <> ${server}`);
        freed = true;
        await this.#renew();
        await this.#claim();
        await this.#tidy();
      } catch (err) {
        log.warn({ err }, 'Jobs could not be looked for');
      }
      await this.#work.after(rings, this.#led.size > 0 ? Math.min(idleMs, leaseMs / 3) : idleMs);
    }
  }

  async #renew(): Promise<void> {
    if (this.#led.size === 0) return;
    const { database, leaseMs, server } = this.#options;
    const kept = await database.rows<{ id: number }>(sql`
      update jobs j set leader_until = now() + make_interval(secs => ${leaseMs / 1000}::float8)
      where j.leader = ${server} and ${isAtWork} returning j.id`);
    for (const [id, { abort }] of this.#led) {
      if (!kept.some((job) => job.id === id)) abort.abort();
    }
  }

  async #claim(): Promise<void> {
    const { database, embedders, leaseMs, server, log } = this.#options;
    const free = await jobsWhere(
      database,
      sql`${isAtWork} and j.space is not null and (j.leader is null or j.leader_until < now()) order by j.id`,
    );
    for (const job of free) {
      if (this.#stopped.signal.aborted) return;
      if (this.#led.has(job.id)) continue;
      try {
        await embedders.of(await spaceOf(database, job.space!));
      } catch (error) {
        // Another server may have the model; where none has, the job must not wait without a word.
        if (job.state !== 'QUEUED') await this.noteOutage(job.id, error);
        log.warn({ job: job.id, err: error }, "This server cannot open the model of a job's space");
        continue;
      }
      const claimed = await database.run(sql`
        update jobs j set leader = ${server}, leader_until = now() + make_interval(secs => ${leaseMs / 1000}::float8)
        where j.id = ${job.id} and ${isAtWork} and (j.leader is null or j.leader_until < now())`);
      if (claimed > 0) this.#lead(job);
    }
  }

  #lead(job: StoredJob): void {
    const abort = new AbortController();
    const leader = new JobLeader(job, {
      ...this.#options,
      measureMs: Math.min(1_000, this.#options.leaseMs / 3),
      signal: abort.signal,
    });
    const done = leader
      .run()
      .catch(async (error: unknown) => {
        // Tried again by whoever takes the job over, after the lease.
        await this.noteOutage(job.id, error).catch(() => undefined);
        await this.#pause();
      })
      .finally(async () => {
        this.#led.delete(job.id);
        await this.#letGo(job.id).catch(() => undefined);
        this.#work.ring();
      });
    this.#led.set(job.id, { abort, done });
  }

  #letGo(job: number): Promise<number> {
    return this.#options.database.run(sql`
      update jobs set leader = null, leader_until = null where id = ${job} and leader = ${this.#options.server}`);
  }

  /** Drops the spaces that failed and cancelled jobs have left, and closes models that no active space is of. */
  async #tidy(): Promise<void> {
    if (performance.now() - this.#tidiedAt < Math.min(TIDY_MS, this.#options.keepMs + this.#options.idleMs))
      return;
    this.#tidiedAt = performance.now();
    const { database, embedders, keepMs, log } = this.#options;
    const abandoned = await database.rows<{ id: number }>(sql`
      select s.id from embedding_spaces s
      where s.state in ('FAILED', 'BUILDING')
        and not exists (select from jobs j where j.space = s.id and (j.state in ('QUEUED', 'RUNNING', 'PAUSED')
          or j.finished_at > now() - make_interval(secs => ${keepMs / 1000}::float8)))`);
    for (const { id } of abandoned) {
      await dropSpace(database, id).catch((err) =>
        log.warn({ err, space: id }, 'A space could not be dropped'),
      );
    }
    const active = await database.rows<{ fingerprint: string }>(
      sql`select distinct fingerprint from embedding_spaces where state = 'ACTIVE'`,
    );
    await embedders.tidy(new Set(active.map(({ fingerprint }) => fingerprint)));
  }

  #pause(): Promise<void> {
    return new Bell().after(0, this.#options.idleMs, this.#stopped.signal);
  }
}
