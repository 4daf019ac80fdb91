import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { createSpacePartitions } from '../database/spaces.js';
import { CorollaryError } from '../errors.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import { lockKnowledgeBase } from '../knowledge/revision.js';
import type { SpaceModel } from '../retrieval/embedding-spaces.js';
import { isUnderWay, type JobPayload, jobOf, jobsWhere, KIND, type StoredJob } from './job-rows.js';

/**
 * Opens a BUILDING space for `model`, which every writer feeds from now on, and the job that fills it, in one transaction.
 * @throws CorollaryError REEMBEDDING_RUNNING; BAD_INPUT for a space that is there already; KNOWLEDGE_BASE_NOT_FOUND
 */
export function beginJob(
  database: Database,
  knowledgeBase: KnowledgeBase,
  model: SpaceModel & { readonly projection: number | null },
  payload: JobPayload & { readonly paused: boolean },
): Promise<StoredJob> {
  return database.transaction(async (transaction) => {
    await lockKnowledgeBase(transaction, knowledgeBase);
    await refuseSecondJob(transaction, knowledgeBase.id);
    await refuseKnownSpace(transaction, knowledgeBase.id, model);
    const [space] = await transaction.rows<{ id: number }>(sql`
      insert into embedding_spaces (knowledge_base, model, dimensions, fingerprint, state, projection)
      values (${knowledgeBase.id}, ${model.model}, ${model.dimensions}, ${model.fingerprint}, 'BUILDING',
        ${model.projection}::int)
      returning id`);
    await createSpacePartitions(transaction, {
      id: space!.id,
      dimensions: model.dimensions,
      sparse: model.projection === null && model.outputs?.has('sparse') === true,
    });
    const { paused, ...asked } = payload;
    const [job] = await transaction.rows<{ id: number }>(sql`
      insert into jobs (knowledge_base, kind, state, phase, payload, space, total)
      select k.id, ${KIND}, ${paused ? 'PAUSED' : 'QUEUED'}, 'EMBEDDING', ${JSON.stringify(asked)}::jsonb, ${space!.id},
        k.sentence_count
      from knowledge_bases k where k.id = ${knowledgeBase.id}
      returning id`);
    return jobOf(transaction, job!.id);
  });
}

/** @throws CorollaryError REEMBEDDING_RUNNING */
export async function refuseSecondJob(
  connection: Connection,
  knowledgeBase: number,
  own?: number,
): Promise<void> {
  const [other] = await jobsWhere(
    connection,
    sql`j.knowledge_base = ${knowledgeBase} and ${isUnderWay} and j.id is distinct from ${own ?? null}::int`,
  );
  if (other === undefined) return;
  throw new CorollaryError(
    'REEMBEDDING_RUNNING',
    `Job ${other.id} is filling a space of ${other.knowledgeBase} already (${other.payload.model}, ${other.state}): wait for it or cancel it.`,
    { job: other.id },
  );
}

async function refuseKnownSpace(
  connection: Connection,
  knowledgeBase: number,
  { fingerprint, model, dimensions }: SpaceModel,
): Promise<void> {
  const [known] = await connection.rows<{ id: number; state: string }>(sql`
    select id, state from embedding_spaces
    where knowledge_base = ${knowledgeBase} and fingerprint = ${fingerprint} and state <> 'FAILED'`);
  if (known === undefined) return;
  const remedy = known.state === 'ACTIVE' ? 'it is the active one' : 'activate it';
  throw new CorollaryError(
    'BAD_INPUT',
    `The embedding space ${known.id} (${known.state}) has the vectors of ${model} with ${dimensions} dimensions already: ${remedy}.`,
    { space: known.id, state: known.state },
  );
}
