import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { vectorFromBytes } from '../database/vector-bytes.js';
import { anyOf } from '../knowledge/id-list.js';

/** Vectors as they are stored, by fact; facts without one are left out. All are in memory at once: ask for few. */
export async function storedVectors(
  connection: Connection,
  space: number,
  facts: readonly number[],
): Promise<Map<number, Float32Array>> {
  const { vectorType } = connection.capabilities;
  const rows = await connection.rows<{ fact: number; bytes: Uint8Array }>(sql`
    select e.fact, ${sql.raw(`${vectorType}_send`)}(e.embedding::${sql.raw(vectorType)}) as bytes
    from embeddings e where e.space = ${space} and e.fact = ${anyOf(facts)}`);
  return new Map(rows.map(({ fact, bytes }) => [fact, vectorFromBytes(bytes, vectorType)]));
}

/**
 * Live facts with a vector in the space, drawn by a seed: the same ones whenever the same are there, on both backends.
 * @param also another space in which they have one too
 */
export async function sampledFacts(
  connection: Connection,
  space: { readonly id: number; readonly knowledgeBase: number },
  {
    count,
    seed,
    also,
  }: { readonly count: number; readonly seed: number; readonly also?: number | undefined },
): Promise<number[]> {
  const inBoth =
    also === undefined
      ? sql``
      : sql`and exists (select from embeddings o where o.space = ${also} and o.fact = e.fact)`;
  const rows = await connection.rows<{ fact: number }>(sql`
    select e.fact from embeddings e
    join facts f on f.knowledge_base = ${space.knowledgeBase} and f.id = e.fact
    where e.space = ${space.id} and f.retracted_in is null and f.sentence is not null ${inBoth}
    order by hashint8extended(e.fact, ${seed}::bigint), e.fact limit ${count}`);
  return rows.map(({ fact }) => fact);
}
