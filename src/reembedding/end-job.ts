import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { refuseSecondJob } from './begin-job.js';
import { jobOf, type StoredJob, underWay } from './job-rows.js';
import { lock } from './space-rows.js';

/** What a job that is over leaves of its space: nobody feeds it, until the job is resumed or the space dropped. */
async function giveUpSpace(transaction: Connection, space: number | null): Promise<void> {
  if (space === null) return;
  await transaction.run(sql`
    update embedding_spaces set state = 'FAILED' where id = ${space} and state in ('BUILDING', 'READY')`);
}

/** @throws CorollaryError JOB_NOT_FOUND, JOB_ENDED */
export async function cancelJob(database: Database, id: number): Promise<StoredJob> {
  return database.transaction(async (transaction) => {
    const job = await lockedJob(transaction, id);
    if (!underWay.includes(job.state)) throw ended(job);
    await transaction.run(sql`
      update jobs set state = 'CANCELLED', finished_at = now(), leader = null, leader_until = null, outage_since = null
      where id = ${id}`);
    await giveUpSpace(transaction, job.space);
    return jobOf(transaction, id);
  });
}

/** The job as FAILED, for this reason; nothing happens when it is over. */
export async function failJob(database: Database, id: number, reason: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const job = await lockedJob(transaction, id);
    if (!underWay.includes(job.state)) return;
    await transaction.run(sql`
      update jobs set state = 'FAILED', error = ${reason.replaceAll('\0', '').slice(0, 2_000)}, finished_at = now(),
        leader = null, leader_until = null, outage_since = null
      where id = ${id}`);
    await giveUpSpace(transaction, job.space);
  });
}

/** @throws CorollaryError JOB_NOT_FOUND, JOB_ENDED, REEMBEDDING_RUNNING */
export async function resumeJob(database: Database, id: number): Promise<StoredJob> {
  return database.transaction(async (transaction) => {
    const job = await lockedJob(transaction, id);
    if (job.state === 'QUEUED' || job.state === 'RUNNING') return job;
    if (job.state === 'SUCCEEDED' || job.space === null) throw ended(job);
    await refuseSecondJob(transaction, job.knowledgeBaseId, id);
    await transaction.run(sql`
      update embedding_spaces set state = 'BUILDING' where id = ${job.space} and state = 'FAILED'`);
    await transaction.run(sql`
      update embedding_queue set attempts = 0, error = null where space = ${job.space} and attempts > 0`);
    await transaction.run(sql`
      update jobs set state = 'QUEUED', phase = 'EMBEDDING', error = null, failed = 0, verification = null, rate = null,
        started_at = null, finished_at = null, outage_since = null, leader = null, leader_until = null
      where id = ${id}`);
    return jobOf(transaction, id);
  });
}

/** Under the lock of its knowledge base, which all that begins, ends or resumes its jobs takes. */
async function lockedJob(transaction: Connection, id: number): Promise<StoredJob> {
  const before = await jobOf(transaction, id);
  await lock(transaction, before.knowledgeBaseId, before.knowledgeBase);
  return jobOf(transaction, id);
}

function ended({ id, state, space }: StoredJob): CorollaryError {
  const why = space === null ? 'its embedding space was dropped' : `it has ${state.toLowerCase()}`;
  return new CorollaryError('JOB_ENDED', `Job ${id} is over: ${why}.`, { job: id, state });
}
