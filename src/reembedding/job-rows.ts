import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { MAX_ATTEMPTS } from '../retrieval/embedding-spaces.js';
import type { Activation, Job, JobState } from './reembedding.js';

/** What a job was asked to do. */
export interface JobPayload {
  readonly model: string;
  readonly activate: Activation;
  readonly minAgreement: number | null;
  readonly ratePerSecond: number | null;
}

/** A job as the servers that work on it see it. */
export interface StoredJob extends Job {
  readonly knowledgeBaseId: number;
  readonly payload: JobPayload;
  readonly outageSince: Date | null;
}

export const KIND = 'REEMBEDDING';

/** States of a job that is not over. */
export const underWay: readonly JobState[] = ['QUEUED', 'RUNNING', 'PAUSED'];

export const isUnderWay: SQL = sql`j.state in ('QUEUED', 'RUNNING', 'PAUSED')`;
/** Under way, and not kept waiting by who began it. */
export const isAtWork: SQL = sql`(j.state in ('QUEUED', 'RUNNING') or j.state = 'PAUSED' and j.outage_since is not null)`;

const SHOWN_FAILURES = 20;

/** Jobs as alias j, with their knowledge bases as k. */
export function jobsWhere(connection: Connection, condition: SQL): Promise<StoredJob[]> {
  return connection.rows<StoredJob>(sql`
    select j.id, k.name as "knowledgeBase", j.knowledge_base as "knowledgeBaseId", j.kind, j.state, j.phase,
      j.done, j.total, j.failed, j.space, j.payload, j.error, j.verification, j.outage_since as "outageSince",
      case when j.state = 'RUNNING' then j.rate end as "ratePerSecond",
      case when j.state = 'RUNNING' and j.rate > 0 then greatest(0, j.total - j.done - j.failed) / j.rate end as "etaSeconds",
      case when j.failed = 0 then '[]'::jsonb else coalesce((
        select jsonb_agg(jsonb_build_object('fact', q.fact, 'error', q.error) order by q.fact) from (
          select fact, error from embedding_queue
          where space = j.space and attempts >= ${MAX_ATTEMPTS} order by fact limit ${SHOWN_FAILURES}) q), '[]'::jsonb)
        end as failures,
      j.created_at as "createdAt", j.started_at as "startedAt", j.finished_at as "finishedAt"
    from jobs j join knowledge_bases k on k.id = j.knowledge_base
    where j.kind = ${KIND} and ${condition}`);
}

/** @throws CorollaryError JOB_NOT_FOUND */
export async function jobOf(connection: Connection, id: number): Promise<StoredJob> {
  const isId = Number.isInteger(id) && id > 0 && id < 2 ** 31;
  const [job] = isId ? await jobsWhere(connection, sql`j.id = ${id}`) : [];
  if (job !== undefined) return job;
  throw new CorollaryError('JOB_NOT_FOUND', `There is no job ${id}.`, { job: id });
}
