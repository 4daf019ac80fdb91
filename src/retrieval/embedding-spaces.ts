import { type SQL, sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { createSpacePartitions } from '../database/spaces.js';
import type { spaceStates } from '../database/tables.js';
import type { Embedder } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import { queueLacking } from '../knowledge/embedding-queue.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import { lockKnowledgeBase } from '../knowledge/revision.js';
import type { IndexKind } from './index-kind.js';
import { indexKind } from './vector-index.js';

export interface EmbeddingSpace {
  readonly id: number;
  readonly knowledgeBase: number;
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly state: (typeof spaceStates)[number];
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  /** The projection that makes its vectors of those of `model`; null: they are the model's own. */
  readonly projection: number | null;
}

export interface ActiveSpace extends EmbeddingSpace {
  /** Live sentences of the knowledge base, with or without a vector. */
  readonly sentences: number;
  /** Of the approximate index over its vectors, once that can be used (see vector-index.ts). */
  readonly index: IndexKind | null;
  /** Every vector in it has the model's lexical weights beside it. */
  readonly sparse: boolean;
}

export interface EmbeddingSpaceCoverage extends EmbeddingSpace {
  /** Live facts that have a vector in it. */
  readonly factCount: number;
  /** `factCount` divided by the live facts with a sentence, in [0, 1]; 1 when there are none. */
  readonly coverage: number;
  /** Sentences that wait for their vector, and sentences that the model failed on for good. */
  readonly pending: number;
  readonly failed: number;
}

/** What of an embedder decides which space its vectors belong to. */
export type SpaceModel = Pick<Embedder, 'model' | 'dimensions' | 'fingerprint'> &
  Partial<Pick<Embedder, 'outputs'>>;

/** After so many failures of the model on one sentence, the indexer leaves it be. */
export const MAX_ATTEMPTS = 3;

/** Of a space, as alias s. */
export const spaceColumns = sql`s.id, s.knowledge_base as "knowledgeBase", s.model, s.dimensions, s.fingerprint, s.state,
  s.created_at as "createdAt", s.activated_at as "activatedAt", s.projection`;

export async function activeSpace(
  connection: Connection,
  knowledgeBase: number,
): Promise<ActiveSpace | undefined> {
  return theSpace(connection, activeSpaceOf(knowledgeBase));
}

/** The active space of a knowledge base, for `theSpace`. */
const activeSpaceOf = (knowledgeBase: number) =>
  sql`s.knowledge_base = ${knowledgeBase} and s.state = 'ACTIVE'`;

/** @param which a condition on the space, as alias s, that one space meets at most */
export async function theSpace(connection: Connection, which: SQL): Promise<ActiveSpace | undefined> {
  const [space] = await connection.rows<ActiveSpace>(spaceSql(which));
  return space;
}

/** Selects the `ActiveSpace` of a knowledge base. */
export function activeSpaceSql(knowledgeBase: number): SQL {
  return spaceSql(activeSpaceOf(knowledgeBase));
}

function spaceSql(which: SQL): SQL {
  return sql`
    select ${spaceColumns}, k.sentence_count as sentences, ${indexKind} as index, s.sparse
    from embedding_spaces s join knowledge_bases k on k.id = s.knowledge_base
    where ${which}`;
}

/**
 * The active space; where there is none, a new one for `model`, with every live sentence queued for it.
 * @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND
 */
export async function ensureSpace(
  database: Database,
  knowledgeBase: KnowledgeBase,
  model: SpaceModel,
): Promise<EmbeddingSpace> {
  const { id } = knowledgeBase;
  const existing = await activeSpace(database, id);
  if (existing) return existing;
  return database.transaction(async (transaction) => {
    // Every writer of facts takes this lock too: of two servers the second finds the first one's space, and no fact
    // commits between the sentences that are queued here and the space becoming visible to writers.
    await lockKnowledgeBase(transaction, knowledgeBase);
    const meanwhile = await activeSpace(transaction, id);
    if (meanwhile) return meanwhile;
    const [space] = await transaction.rows<EmbeddingSpace>(sql`
      insert into embedding_spaces as s (knowledge_base, model, dimensions, fingerprint, state, activated_at)
      values (${id}, ${model.model}, ${model.dimensions}, ${model.fingerprint}, 'ACTIVE', now())
      returning ${spaceColumns}`);
    if (!space) throw new Error('The new embedding space was not returned.');
    await createSpacePartitions(transaction, { ...space, sparse: model.outputs?.has('sparse') === true });
    await queueLacking(transaction, space, 0, Number.MAX_SAFE_INTEGER);
    return space;
  });
}

/** `ensureSpace` for every knowledge base that has no active space. */
export async function ensureSpaces(database: Database, model: SpaceModel): Promise<void> {
  const bare = await database.rows<KnowledgeBase>(sql`
    select k.id, k.name, k.revision, k.fact_count as "factCount", k.created_at as "createdAt"
    from knowledge_bases k
    where not exists (select from embedding_spaces s where s.knowledge_base = k.id and s.state = 'ACTIVE')
    order by k.id`);
  for (const knowledgeBase of bare) await ensureSpace(database, knowledgeBase, model);
}

/** The spaces in these states that sentences wait for, in turn after the space `last`. */
export function queuedSpaces(
  connection: Connection,
  states: readonly EmbeddingSpace['state'][],
  last: number,
): Promise<EmbeddingSpace[]> {
  return connection.rows<EmbeddingSpace>(sql`
    select ${spaceColumns} from embedding_spaces s
    where s.state = any(${sql.param([...states])}::text[])
      and exists (select from embedding_queue q where q.space = s.id and q.attempts < ${MAX_ATTEMPTS})
    order by s.id > ${last} desc, s.id`);
}

/** Every space of a knowledge base with how far it is filled, the active one first, then the newest. */
export function listSpaces(connection: Connection, knowledgeBase: number): Promise<EmbeddingSpaceCoverage[]> {
  return connection.rows<EmbeddingSpaceCoverage>(sql`
    select ${spaceColumns}, filled.facts as "factCount",
      case when sentences.live = 0 then 1 else filled.facts::float8 / sentences.live end as coverage,
      waiting.pending, waiting.failed
    from embedding_spaces s
    cross join lateral (
      select count(*) as live from facts f
      where f.knowledge_base = s.knowledge_base and f.retracted_in is null and f.sentence is not null
    ) sentences
    cross join lateral (
      select count(*) as facts from embeddings e
      join facts f on f.knowledge_base = s.knowledge_base and f.id = e.fact
      where e.space = s.id and f.retracted_in is null and f.sentence is not null
    ) filled
    cross join lateral (
      select count(*) filter (where q.attempts < ${MAX_ATTEMPTS}) as pending,
        count(*) filter (where q.attempts >= ${MAX_ATTEMPTS}) as failed
      from embedding_queue q where q.space = s.id
    ) waiting
    where s.knowledge_base = ${knowledgeBase}
    order by s.state = 'ACTIVE' desc, s.id desc`);
}

/** @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when vectors of `model` are of another space. */
export function requireSpaceOf(model: SpaceModel, space: EmbeddingSpace): void {
  if (space.fingerprint === model.fingerprint) return;
  const needed = `${space.model} (${space.dimensions} dimensions, fingerprint ${space.fingerprint})`;
  const present = `${model.model} (${model.dimensions} dimensions, fingerprint ${model.fingerprint})`;
  throw new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `The vectors of this knowledge base were made by ${needed}; this server has ${present}. ` +
      'Start it with that model, or search by words alone (channels: [LEXICAL]).',
    { needed: space.model, neededFingerprint: space.fingerprint, present: model.model },
  );
}
