import { sql } from 'drizzle-orm';
import type { Connection } from '../../database/database.js';
import type { Embedder } from '../../embedding/embedder.js';
import { anyOf } from '../../knowledge/id-list.js';
import type { EmbeddingSpace } from '../../retrieval/embedding-spaces.js';
import { storedVectors } from '../stored-vectors.js';

export interface Compared {
  /** Of each fact's stored vector with the one that the model gives now; NaN where one of them is not finite. */
  readonly cosines: readonly number[];
  /**
   * The least cosine between what the model gives for a text alone and among others, found out where `cosines` leave room
   * for doubt. Graphs that quantise activations as they run (int8) take their scale from all of a batch: of BGE-M3's size
   * with random weights .998 was seen.
   */
  readonly ownCosine: number;
  /** Facts whose vector went away while this looked: they are being written to. */
  readonly withoutVector: number;
}

/** Vectors of so many sentences are in memory at a time. */
const AT_ONCE = 256;
/** So many doubtful sentences are embedded again, each alone. */
const MOST_ALONE = 16;

/**
 * What is stored for `facts` against what the model says of their sentences now.
 * @param doubtful a cosine below this makes it ask how alike the model's own answers are
 * @throws whatever the embedder throws
 */
export async function storedAgainstFresh(
  connection: Connection,
  embedder: Embedder,
  space: EmbeddingSpace,
  facts: readonly number[],
  doubtful: number,
  signal?: AbortSignal,
): Promise<Compared> {
  const cosines: number[] = [];
  const doubts: { text: string; among: Float32Array }[] = [];
  let withoutVector = 0;
  for (let start = 0; start < facts.length; start += AT_ONCE) {
    const batch = facts.slice(start, start + AT_ONCE);
    // First the vectors: a sentence that changes afterwards shows in what is queued for it.
    const stored = await storedVectors(connection, space.id, batch);
    const sentences = await unchangedSentences(connection, space, batch);
    const texts = [...sentences.values()];
    const fresh = await embedder.embed(texts, 'passage', { bulk: true, ...(signal && { signal }) });
    [...sentences.keys()].forEach((fact, index) => {
      const vector = stored.get(fact);
      if (vector === undefined) {
        withoutVector++;
        return;
      }
      const among = fresh[index]!.dense;
      const likeness = cosine(vector, among);
      cosines.push(likeness);
      if (likeness < doubtful && doubts.length < MOST_ALONE) doubts.push({ text: texts[index]!, among });
    });
  }
  let ownCosine = 1;
  for (const { text, among } of doubts) {
    const [alone] = await embedder.embed([text], 'passage', { bulk: true, ...(signal && { signal }) });
    ownCosine = Math.min(ownCosine, cosine(alone!.dense, among));
  }
  return { cosines, ownCosine, withoutVector };
}

/** By fact, of those that live and wait for no new vector. */
async function unchangedSentences(
  connection: Connection,
  { id, knowledgeBase }: EmbeddingSpace,
  facts: readonly number[],
): Promise<Map<number, string>> {
  const rows = await connection.rows<{ fact: number; sentence: string }>(sql`
    select f.id as fact, f.sentence from facts f
    where f.knowledge_base = ${knowledgeBase} and f.id = ${anyOf(facts)} and f.sentence is not null
      and not exists (select from embedding_queue q where q.space = ${id} and q.fact = f.id)
    order by f.id`);
  return new Map(rows.map(({ fact, sentence }) => [fact, sentence]));
}

/** 1 for two zero vectors (texts without a known word), 0 where only one is. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  if (aa === 0 || bb === 0) return aa === bb ? 1 : 0;
  return dot / Math.sqrt(aa * bb);
}
