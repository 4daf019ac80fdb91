import { sql } from 'drizzle-orm';
import type { Database } from '../../src/database/database.js';

/**
 * What is wrong with a space, by an oracle: each live sentence has one vector in it, the one that `vectorOf` gives for its
 * words as they are now, and nothing waits. Empty when all is well.
 */
export async function wrongVectors(
  database: Database,
  space: number,
  vectorOf: (sentences: readonly string[]) => Promise<readonly Float32Array[]> | readonly Float32Array[],
): Promise<string[]> {
  const rows = await database.rows<{
    fact: number;
    sentence: string;
    vector: string | null;
    queued: boolean;
  }>(sql`
    select f.id as fact, f.sentence, e.embedding::text as vector,
      exists (select from embedding_queue q where q.space = s.id and q.fact = f.id) as queued
    from embedding_spaces s join facts f on f.knowledge_base = s.knowledge_base
    left join embeddings e on e.space = s.id and e.fact = f.id
    where s.id = ${space} and f.retracted_in is null and f.sentence is not null order by f.id`);
  const fresh = await vectorOf(rows.map(({ sentence }) => sentence));
  return rows.flatMap(({ fact, sentence, vector, queued }, n) => {
    if (queued) return [`${fact} is queued`];
    if (vector === null) return [`${fact} has no vector`];
    const stored: number[] = JSON.parse(vector);
    const isIt =
      stored.length === fresh[n]!.length && stored.every((x, i) => Math.abs(x - fresh[n]![i]!) < 2e-3);
    return isIt ? [] : [`${fact} (${sentence}) has the vector of something else`];
  });
}
