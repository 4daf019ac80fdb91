import { sql } from 'drizzle-orm';
import type { Connection } from '../../database/database.js';
import { vectorFromBytes } from '../../database/vector-bytes.js';
import { CorollaryError } from '../../errors.js';
import type { EmbeddingSpace } from '../../retrieval/embedding-spaces.js';

export interface StoredVector {
  readonly knowledgeBase: number;
  readonly fact: number;
  readonly sentence: string;
  /** Null where it has none yet. */
  readonly vector: Float32Array | null;
}

export interface StoredVectorPage {
  /** In the order of their facts. */
  readonly vectors: readonly StoredVector[];
  readonly hasMore: boolean;
}

export interface ReadVectorsRequest {
  /** 1 to 1,000. */
  readonly first: number;
  /** Only facts after this one. */
  readonly after?: number | undefined;
  /** Instead the live sentences without a vector. */
  readonly missing?: boolean | undefined;
}

const MOST = 1_000;

/** A page of the live sentences of a space with their vectors. @throws CorollaryError BAD_INPUT */
export async function readVectors(
  connection: Connection,
  space: EmbeddingSpace,
  { first, after = 0, missing = false }: ReadVectorsRequest,
): Promise<StoredVectorPage> {
  if (!Number.isInteger(first) || first < 1 || first > MOST) {
    throw new CorollaryError('BAD_INPUT', `first is a whole number from 1 to ${MOST}, not ${first}`, {
      first,
    });
  }
  const { vectorType } = connection.capabilities;
  const bytes = missing
    ? sql`null::bytea`
    : sql`${sql.raw(`${vectorType}_send`)}(e.embedding::${sql.raw(vectorType)})`;
  const rows = await connection.rows<{ fact: number; sentence: string; bytes: Uint8Array | null }>(sql`
    select f.id as fact, f.sentence, ${bytes} as bytes
    from facts f ${missing ? sql`left join` : sql`join`} embeddings e on e.space = ${space.id} and e.fact = f.id
    where f.knowledge_base = ${space.knowledgeBase} and f.id > ${after} and f.retracted_in is null
      and f.sentence is not null ${missing ? sql`and e.fact is null` : sql``}
    order by f.id limit ${first + 1}`);
  return {
    vectors: rows.slice(0, first).map(({ fact, sentence, bytes: own }) => ({
      knowledgeBase: space.knowledgeBase,
      fact,
      sentence,
      vector: own === null ? null : vectorFromBytes(own, vectorType),
    })),
    hasMore: rows.length > first,
  };
}
