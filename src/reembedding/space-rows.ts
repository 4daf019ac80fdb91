import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import { lockKnowledgeBase } from '../knowledge/revision.js';
import { type EmbeddingSpace, spaceColumns } from '../retrieval/embedding-spaces.js';

export type SpaceRow = EmbeddingSpace & { readonly knowledgeBaseName: string };

/** @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND */
export async function spaceOf(connection: Connection, id: number): Promise<SpaceRow> {
  const isId = Number.isInteger(id) && id > 0 && id < 2 ** 31;
  const [space] = isId
    ? await connection.rows<SpaceRow>(sql`
        select ${spaceColumns}, k.name as "knowledgeBaseName"
        from embedding_spaces s join knowledge_bases k on k.id = s.knowledge_base where s.id = ${id}`)
    : [];
  if (space !== undefined) return space;
  throw new CorollaryError('EMBEDDING_SPACE_NOT_FOUND', `There is no embedding space ${id}.`, { space: id });
}

/**
 * The space as it is while no one else can change it, and no writer is between storing a sentence and queueing it.
 * @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND
 */
export async function lockedSpace(transaction: Connection, id: number): Promise<SpaceRow> {
  const before = await spaceOf(transaction, id);
  await lock(transaction, before.knowledgeBase, before.knowledgeBaseName);
  return spaceOf(transaction, id);
}

/** @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND */
export async function lock(transaction: Connection, id: number, name: string): Promise<void> {
  await lockKnowledgeBase(transaction, { id, name } as KnowledgeBase);
}
