import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../../database/database.js';
import { insertEmbeddings } from '../../database/embeddings.js';
import { CorollaryError } from '../../errors.js';
import { anyOf } from '../../knowledge/id-list.js';
import type { EmbeddingSpace } from '../../retrieval/embedding-spaces.js';
import { textHash } from './text-hash.js';
import { vectorFault } from './vector-fault.js';

export interface GivenVector {
  /** Undefined: of another knowledge base. */
  readonly fact: number | undefined;
  /** Of the sentence that was embedded: see `text-hash.ts`. */
  readonly textHash: string;
  readonly vector: Float32Array;
}

export interface ImportedVectors {
  readonly imported: number;
  /** Indexes of vectors whose fact is not live, or has no sentence. */
  readonly unknown: readonly number[];
  /** Indexes of vectors whose fact has another sentence by now, or is being written to. */
  readonly stale: readonly number[];
}

const MOST = 1_000;

/**
 * Stores vectors that were computed elsewhere, in one transaction, and takes their sentences off the space's queue: what is
 * left there is embedded by the space's job.
 * @throws CorollaryError BAD_INPUT for a space that is not BUILDING, too many vectors, or one that cannot be of the space
 * (`details.index`); nothing is stored then
 */
export async function importVectors(
  database: Database,
  space: EmbeddingSpace,
  given: readonly GivenVector[],
  signal?: AbortSignal,
): Promise<ImportedVectors> {
  if (given.length < 1 || given.length > MOST) {
    throw new CorollaryError('BAD_INPUT', `Give 1 to ${MOST} vectors, not ${given.length}`);
  }
  for (const [index, { vector }] of given.entries()) {
    const fault = vectorFault(vector, space.dimensions);
    if (fault !== undefined) throw new CorollaryError('BAD_INPUT', `Vector ${index}: ${fault}.`, { index });
  }
  return database.transaction(
    async (transaction) => {
      await requireBuilding(transaction, space);
      const known = given.flatMap(({ fact }) => fact ?? []);
      const sentences = await liveSentences(transaction, space, known);
      const unknown: number[] = [];
      const stale: number[] = [];
      const rows = given.flatMap(({ fact, textHash: hash, vector }, index) => {
        const sentence = fact === undefined ? undefined : sentences.get(fact);
        if (fact === undefined || sentence === undefined) unknown.push(index);
        else if (textHash(sentence) !== hash.toLowerCase()) stale.push(index);
        else return [{ fact, sentence, vector, index }];
        return [];
      });
      const before = await embeddedOf(
        transaction,
        space,
        rows.map(({ fact }) => fact),
      );
      const stored = new Set(await insertEmbeddings(transaction, space, rows));
      await countDone(transaction, space, stored.size - before.filter((fact) => stored.has(fact)).length);
      // A writer has these in hand: whatever comes of it, they stay queued.
      stale.push(...rows.filter(({ fact }) => !stored.has(fact)).map(({ index }) => index));
      return { imported: stored.size, unknown, stale: stale.sort((a, b) => a - b) };
    },
    { ...(signal && { signal }) },
  );
}

/** Keeps it so until the transaction ends: an activated space gets no vectors that nobody has verified. */
async function requireBuilding(transaction: Connection, { id }: EmbeddingSpace): Promise<void> {
  const [space] = await transaction.rows<{ state: string }>(sql`
    select state from embedding_spaces where id = ${id} for share`);
  if (space?.state === 'BUILDING') return;
  throw new CorollaryError(
    'BAD_INPUT',
    `Vectors are imported into a space that is BUILDING; this one is ${space?.state ?? 'gone'}.`,
    { state: space?.state ?? null },
  );
}

async function liveSentences(
  transaction: Connection,
  { knowledgeBase }: EmbeddingSpace,
  facts: readonly number[],
): Promise<Map<number, string>> {
  const rows = await transaction.rows<{ fact: number; sentence: string }>(sql`
    select f.id as fact, f.sentence from facts f
    where f.knowledge_base = ${knowledgeBase} and f.id = ${anyOf(facts)} and f.retracted_in is null
      and f.sentence is not null`);
  return new Map(rows.map(({ fact, sentence }) => [fact, sentence]));
}

/** Those that have a vector already. */
async function embeddedOf(
  transaction: Connection,
  { id }: EmbeddingSpace,
  facts: readonly number[],
): Promise<number[]> {
  const rows = await transaction.rows<{ fact: number }>(sql`
    select fact from embeddings where space = ${id} and fact = ${anyOf(facts)}`);
  return rows.map(({ fact }) => fact);
}

/** The job that fills the space has so many sentences less to do. */
async function countDone(transaction: Connection, { id }: EmbeddingSpace, sentences: number): Promise<void> {
  await transaction.run(sql`
    update jobs set done = done + ${sentences} where space = ${id} and state in ('QUEUED', 'RUNNING', 'PAUSED')`);
}
