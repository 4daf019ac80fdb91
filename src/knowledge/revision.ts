import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import type { AsOf, KnowledgeBase } from './knowledge.js';

/** A write's number and instant. */
export interface Revision {
  readonly number: number;
  readonly committedAt: Date;
}

/**
 * Lets one writer at a time into the knowledge base, until its transaction ends. Call it first in every
 * transaction that writes facts or rules, and in the one that makes an embedding space: FOR UPDATE also
 * waits for rows that refer to the knowledge base and are not committed yet, so that a new space either is
 * seen by a writer (who then queues its sentences for it) or sees what the writer has written.
 *
 * @returns the number of its last revision
 * @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND when it was deleted in the meantime
 */
export async function lockKnowledgeBase(
  transaction: Connection,
  knowledgeBase: KnowledgeBase,
): Promise<number> {
  const rows = await transaction.rows<{ revision: number }>(
    sql`select revision from knowledge_bases where id = ${knowledgeBase.id} for update`,
  );
  if (rows[0] === undefined) {
    const { name } = knowledgeBase;
    throw new CorollaryError('KNOWLEDGE_BASE_NOT_FOUND', `The knowledge base ${name} was deleted`, {
      name,
      near: [],
    });
  }
  return rows[0].revision;
}

/** Takes the next revision; the caller holds `lockKnowledgeBase`. */
export async function nextRevision(transaction: Connection, knowledgeBase: number): Promise<Revision> {
  // The clock may be set back, the history may not. In milliseconds, so that an instant that a caller
  // has read as a Date finds the revision that it came from.
  const rows = await transaction.rows<{ number: number; committed_at: Date }>(sql`
    with next as (
      update knowledge_bases set revision = revision + 1 where id = ${knowledgeBase} returning revision
    )
    insert into revisions (knowledge_base, number, committed_at)
    select ${knowledgeBase}::int, next.revision, greatest(
      date_trunc('milliseconds', clock_timestamp()),
      (select committed_at from revisions where knowledge_base = ${knowledgeBase} and number = next.revision - 1))
    from next
    returning number, committed_at`);
  return { number: rows[0]!.number, committedAt: rows[0]!.committed_at };
}

/**
 * The revision that `asOf` means: its number, or the last one that was committed at or before its time
 * (0, the empty knowledge base, when that is before the first write); the last one when it is absent.
 *
 * @throws CorollaryError REVISION_NOT_FOUND when there was no such revision, or no knowledge base then
 */
export async function revisionAt(
  connection: Connection,
  knowledgeBase: KnowledgeBase,
  asOf?: AsOf | null,
): Promise<number> {
  const { id, name, revision, createdAt } = knowledgeBase;
  if (asOf === null || asOf === undefined) return revision;
  if ('revision' in asOf) {
    if (Number.isInteger(asOf.revision) && asOf.revision >= 0 && asOf.revision <= revision)
      return asOf.revision;
    throw new CorollaryError(
      'REVISION_NOT_FOUND',
      `${name} has revisions 0 to ${revision}, not ${asOf.revision}`,
      {
        revision: asOf.revision,
        last: revision,
      },
    );
  }
  const { time } = asOf;
  if (Number.isNaN(time.getTime())) throw new CorollaryError('BAD_INPUT', 'asOf.time is not an instant');
  if (time < createdAt) {
    throw new CorollaryError(
      'REVISION_NOT_FOUND',
      `${name} was created at ${createdAt.toISOString()}, later than ${time.toISOString()}`,
      {
        time: time.toISOString(),
        createdAt: createdAt.toISOString(),
      },
    );
  }
  const rows = await connection.rows<{ number: number }>(sql`
    select number from revisions
    where knowledge_base = ${id} and number <= ${revision} and committed_at <= ${time.toISOString()}::timestamptz
    order by committed_at desc, number desc limit 1`);
  return rows[0]?.number ?? 0;
}
