import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { anyOf } from './id-list.js';

/** Spaces that every new sentence needs a vector in. */
const FED_STATES = sql.raw(`('ACTIVE', 'BUILDING', 'READY')`);

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
