import { sql } from 'drizzle-orm';
import type { Connection } from './database.js';
import { insertSparseWeights, type SparseWeights } from './postings.js';
import { vectorBytes } from './vector-bytes.js';

export interface EmbeddedSentence {
  readonly fact: number;
  /** What was embedded. */
  readonly sentence: string;
  readonly vector: Float32Array;
  /** The model's lexical weights; undefined where it gives none, and then the space is without. */
  readonly sparse?: SparseWeights | undefined;
}

/**
 * One statement's rows: enough to make its cost small beside theirs. COPY would win nothing: 22,700 vectors of 1,024
 * dimensions a second against 23,400 as binary parameters, and it can't look at the facts, nor store a vector again.
 */
const BATCH = 256;

/**
 * Stores vectors, with lexical weights where the model gives them, and takes their facts off the space's queue, in one statement per 256 rows. Only for facts whose
 * sentence still is the one that was embedded; the others stay queued, and so do those that a writer has in hand at
 * this moment (who may be waiting for our rows of the queue). Whoever changes a sentence updates the fact first and
 * queues it then. Storing the same rows again changes nothing.
 *
 * @returns the facts that were stored
 */
export async function insertEmbeddings(
  connection: Connection,
  space: { readonly id: number },
  rows: readonly EmbeddedSentence[],
): Promise<number[]> {
  const distinct = [...new Map(rows.map((row) => [row.fact, row])).values()];
  const stored: number[] = [];
  for (let start = 0; start < distinct.length; start += BATCH) {
    const batch = distinct.slice(start, start + BATCH);
    const inserted = new Set(await insertBatch(connection, space.id, batch));
    await insertSparseWeights(
      connection,
      space.id,
      batch.filter(({ fact }) => inserted.has(fact)),
    );
    stored.push(...inserted);
  }
  return stored;
}

async function insertBatch(
  connection: Connection,
  space: number,
  rows: readonly EmbeddedSentence[],
): Promise<number[]> {
  const { vectorType, bitSideTable } = connection.capabilities;
  const type = sql.raw(vectorType);
  const vectors = sql.join(
    rows.map(({ vector }) => sql`${vectorBytes(vector, vectorType)}`),
    sql`, `,
  );
  const bits = sql`, bits as (
    insert into embedding_bits (space, fact, bits)
    select ${space}, fact, binary_quantize(embedding) from current
    on conflict (space, fact) do update set bits = excluded.bits)`;
  const stored = await connection.rows<{ fact: number }>(sql`
    with given as materialized (
      select * from unnest(
        ${sql.param(rows.map(({ fact }) => fact))}::bigint[],
        ${sql.param(rows.map(({ sentence }) => sentence))}::text[],
        array[${vectors}]::${type}[]) as g (fact, sentence, embedding)
    ), current as materialized (
      select g.fact, g.embedding
      from embedding_spaces s
      cross join given g
      join facts f on f.knowledge_base = s.knowledge_base and f.id = g.fact and f.sentence = g.sentence
      where s.id = ${space}
        and f.id = any(${sql.param(rows.map(({ fact }) => fact))}::bigint[])
      for share of f skip locked
    ), stored as (
      insert into embeddings (space, fact, embedding)
      select ${space}, fact, embedding from current
      on conflict (space, fact) do update set embedding = excluded.embedding
    )${bitSideTable ? bits : sql``}, done as (
      -- By the primary key: joined, a planner without statistics reads all of the space's queue for each row.
      delete from embedding_queue q where q.space = ${space} and q.fact = any(array(select c.fact from current c))
    )
    select fact from current`);
  return stored.map(({ fact }) => fact);
}
