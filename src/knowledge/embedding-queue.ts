import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { deleteSparseWeights } from '../database/postings.js';
import { anyOf } from './id-list.js';

/** Spaces that every new sentence needs a vector in. A retired one is kept ready for going back to it. */
const FED_STATES = sql.raw(`('ACTIVE', 'BUILDING', 'READY', 'RETIRED')`);

/**
 * Queues the live sentences of `most` facts after `after` that lack their vector in the space, so that they are embedded in
 * the order of their lengths. To be called under the lock of the knowledge base.
 * @returns the last of these facts; undefined when there was none
 */
export async function queueLacking(
  transaction: Connection,
  space: { readonly id: number; readonly knowledgeBase: number },
  after: number,
  most: number,
): Promise<number | undefined> {
  const [row] = await transaction.rows<{ last: number | null }>(sql`
    with chunk as materialized (
      select f.id, f.sentence from facts f
      where f.knowledge_base = ${space.knowledgeBase} and f.id > ${after}
        and f.retracted_in is null and f.sentence is not null
      order by f.id limit ${most}
    ), queued as (
      insert into embedding_queue (space, fact, characters, sentence_hash)
      select ${space.id}::int, c.id, length(c.sentence), hashtext(c.sentence) from chunk c
      where not exists (select from embeddings e where e.space = ${space.id} and e.fact = c.id)
      on conflict (space, fact) do nothing)
    select max(id) as last from chunk`);
  return row?.last ?? undefined;
}

/** Queues the sentences of the facts asserted in `revision` for every space that is fed. */
export async function queueRevision(
  transaction: Connection,
  knowledgeBase: number,
  revision: number,
): Promise<void> {
  await queue(transaction, knowledgeBase, sql`f.asserted_in = ${revision}`);
}

/** Drops the vectors of `facts`, whose sentences have changed, and queues them anew: old words' vectors never stay. */
export async function requeue(
  transaction: Connection,
  knowledgeBase: number,
  facts: readonly number[],
): Promise<void> {
  const ids = anyOf(facts);
  const spaces = sql`(select id from embedding_spaces where knowledge_base = ${knowledgeBase})`;
  await transaction.run(sql`delete from embedding_queue where space in ${spaces} and fact = ${ids}`);
  await transaction.run(sql`delete from embeddings where space in ${spaces} and fact = ${ids}`);
  if (transaction.capabilities.bitSideTable) {
    await transaction.run(sql`delete from embedding_bits where space in ${spaces} and fact = ${ids}`);
  }
  await deleteSparseWeights(transaction, sql`space in ${spaces} and fact = ${ids}`);
  await queue(transaction, knowledgeBase, sql`f.id = ${ids}`);
}

async function queue(transaction: Connection, knowledgeBase: number, which: SQL): Promise<void> {
  await transaction.run(sql`
    insert into embedding_queue (space, fact)
    select space.id, f.id
    from facts f join embedding_spaces space on space.knowledge_base = f.knowledge_base and space.state in ${FED_STATES}
    where f.knowledge_base = ${knowledgeBase} and f.sentence is not null and ${which}
    on conflict (space, fact) do nothing`);
}
