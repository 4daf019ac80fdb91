import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { type EmbeddedSentence, insertEmbeddings } from '../database/embeddings.js';
import type { Embedder } from '../embedding/embedder.js';
import { anyOf } from '../knowledge/id-list.js';
import { type EmbeddingSpace, MAX_ATTEMPTS } from './embedding-spaces.js';

export interface BatchOutcome {
  /** Rows of the queue that were looked at; 0: nothing waits that no other server has in hand. */
  readonly taken: number;
  /** Of these, how many are done with or failed. The others' facts are being written to: they come later. */
  readonly settled: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly fact: number;
  readonly error: string;
}

interface Queued {
  readonly fact: number;
  readonly sentence: string;
}

/**
 * Embeds up to `size` sentences that are queued for `space`. Where statements run concurrently, the rows are leased by
 * their locks, in one transaction from taking them to writing their vectors; a backend of one connection is not kept
 * from everybody else while the model computes.
 * @throws whatever the embedder throws when it fails on any text; nothing is changed then
 */
export async function embedBatch(
  database: Database,
  embedder: Embedder,
  space: EmbeddingSpace,
  size: number,
): Promise<BatchOutcome> {
  if (database.capabilities.concurrent) {
    return database.transaction(async (transaction) => {
      const taken = await take(transaction, space, size, true);
      return store(transaction, space, taken, await embed(embedder, taken.queued));
    });
  }
  const taken = await take(database, space, size, false);
  if (taken.queued.length + taken.withoutSentence.length === 0) return { taken: 0, settled: 0, failures: [] };
  const embedded = await embed(embedder, taken.queued);
  return database.transaction((transaction) => store(transaction, space, taken, embedded));
}

interface Taken {
  readonly queued: readonly Queued[];
  /** Facts that lost their sentence to an edited template. */
  readonly withoutSentence: readonly number[];
}

async function take(
  connection: Connection,
  space: EmbeddingSpace,
  size: number,
  lease: boolean,
): Promise<Taken> {
  const rows = await connection.rows<{ fact: number; sentence: string | null }>(sql`
    select q.fact, f.sentence
    from embedding_queue q
    left join facts f on f.knowledge_base = ${space.knowledgeBase} and f.id = q.fact
    where q.space = ${space.id} and q.attempts < ${MAX_ATTEMPTS}
    order by q.fact limit ${size} ${lease ? sql`for update of q skip locked` : sql``}`);
  return {
    queued: rows.flatMap(({ fact, sentence }) => (sentence === null ? [] : [{ fact, sentence }])),
    withoutSentence: rows.flatMap(({ fact, sentence }) => (sentence === null ? [fact] : [])),
  };
}

interface EmbedOutcome {
  readonly embedded: readonly EmbeddedSentence[];
  readonly failures: readonly Failure[];
}

/** A batch that fails is halved until the sentences to blame stand alone, unless the model fails on any text. */
async function embed(embedder: Embedder, queued: readonly Queued[]): Promise<EmbedOutcome> {
  if (queued.length === 0) return { embedded: [], failures: [] };
  try {
    const texts = await embedder.embed(
      queued.map(({ sentence }) => sentence),
      'passage',
      { bulk: true },
    );
    return {
      embedded: queued.map((each, index) => ({ ...each, vector: texts[index]!.dense })),
      failures: [],
    };
  } catch (error) {
    await embedder.embed(['Is anybody there?'], 'passage', { bulk: true });
    const [only] = queued;
    if (only && queued.length === 1) {
      return { embedded: [], failures: [{ fact: only.fact, error: messageOf(error) }] };
    }
    const middle = Math.ceil(queued.length / 2);
    const first = await embed(embedder, queued.slice(0, middle));
    const second = await embed(embedder, queued.slice(middle));
    return {
      embedded: [...first.embedded, ...second.embedded],
      failures: [...first.failures, ...second.failures],
    };
  }
}

async function store(
  transaction: Connection,
  space: EmbeddingSpace,
  { queued, withoutSentence }: Taken,
  { embedded, failures }: EmbedOutcome,
): Promise<BatchOutcome> {
  const stored = await insertEmbeddings(transaction, space, embedded);
  if (withoutSentence.length > 0) {
    await transaction.run(sql`
      delete from embedding_queue where space = ${space.id} and fact = ${anyOf(withoutSentence)}`);
  }
  for (const { fact, error } of failures) {
    await transaction.run(sql`
      update embedding_queue set attempts = attempts + 1, error = ${error}
      where space = ${space.id} and fact = ${fact}`);
  }
  return {
    taken: queued.length + withoutSentence.length,
    settled: stored.length + withoutSentence.length + failures.length,
    failures,
  };
}

const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\0', '').slice(0, 1_000);
