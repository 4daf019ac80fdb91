import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { type EmbeddedSentence, insertEmbeddings } from '../database/embeddings.js';
import type { Embedder } from '../embedding/embedder.js';
import { anyOf } from '../knowledge/id-list.js';
import { type EmbeddingSpace, MAX_ATTEMPTS } from './embedding-spaces.js';
import { Lease } from './lease.js';

export interface BatchOutcome {
  /** Rows of the queue that were looked at; 0: nothing waits that no other server has in hand. */
  readonly taken: number;
  /** Of these, how many are done with or failed. The others' facts are being written to: they come later. */
  readonly settled: number;
  /** Vectors that were stored. */
  readonly stored: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly fact: number;
  readonly error: string;
}

export interface BatchOptions {
  /** Rows of the queue at most; more only where the last one's sentence occurs more often. */
  readonly size: number;
  /** A server that neither says that it is at work nor ends its batch for so long loses it to another, in ms. Default 10,000. */
  readonly leaseMs?: number;
  /** Ends the batch without storing it. */
  readonly signal?: AbortSignal | undefined;
  /** Vectors that need no model, in the order of the facts; undefined for those that do. */
  readonly known?: KnownVectors | undefined;
  /** Runs last in the transaction that stores the vectors. */
  readonly alsoStore?: ((transaction: Connection, outcome: BatchOutcome) => Promise<void>) | undefined;
}

export type KnownVectors = (
  connection: Connection,
  facts: readonly number[],
) => Promise<(Float32Array | undefined)[]>;

interface Queued {
  readonly fact: number;
  readonly sentence: string;
}

/** Of two batches of one server the second takes its rows when the first has all of its own. */
const turns = new WeakMap<Database, Map<number, Promise<unknown>>>();

function inTurn<T>(database: Database, { id }: EmbeddingSpace, work: () => Promise<T>): Promise<T> {
  const spaces = turns.get(database) ?? new Map<number, Promise<unknown>>();
  turns.set(database, spaces);
  const turn = (spaces.get(id) ?? Promise.resolve()).then(work);
  spaces.set(
    id,
    turn.catch(() => undefined),
  );
  return turn;
}

/** Rows that this process has in hand, by space: a backend of one connection has no locks that outlast a statement. */
const inHand = new WeakMap<Database, Map<number, Set<number>>>();

/** A sentence may occur in ever so many facts: its vector is stored for so many in one go. */
const MOST_OF_ONE_SENTENCE = 10_000;

const nothing: BatchOutcome = { taken: 0, settled: 0, stored: 0, failures: [] };

/**
 * Embeds sentences that are queued for `space`, in the queue's order. Where statements run concurrently, the rows are leased
 * by their locks, in one transaction from taking them to writing their vectors: a server that dies gives them back with its
 * connection, one that hangs when its lease is over. A backend of one connection, which has one process, is not kept from
 * everybody else while the model computes.
 * @throws whatever the embedder throws when it fails on any text; nothing is changed then
 */
export async function embedBatch(
  database: Database,
  embedder: Embedder,
  space: EmbeddingSpace,
  options: BatchOptions,
): Promise<BatchOutcome> {
  if (database.capabilities.concurrent) {
    return database.transaction(async (transaction) => {
      const taken = await inTurn(database, space, () =>
        take(transaction, space, options.size, sql`for update of q skip locked`),
      );
      if (isEmpty(taken)) return nothing;
      await using lease = new Lease(transaction, options.leaseMs);
      await lease.begin();
      const embedded = await embedTaken(transaction, embedder, taken, options);
      await lease.end();
      return store(transaction, space, taken, embedded, options);
    });
  }
  const hands = handsOf(database, space);
  // One statement at a time: what is taken is marked before another batch looks.
  const taken = await database.transaction(async (transaction) => {
    const rows = await take(transaction, space, options.size, sql``, hands);
    for (const fact of factsOf(rows)) hands.add(fact);
    return rows;
  });
  if (isEmpty(taken)) return nothing;
  try {
    const embedded = await embedTaken(database, embedder, taken, options);
    return await database.transaction((transaction) => store(transaction, space, taken, embedded, options));
  } finally {
    for (const fact of factsOf(taken)) hands.delete(fact);
  }
}

/**
 * As `embedBatch`, in a transaction of the caller's that holds the knowledge base's lock: waits for batches that other
 * servers have in hand.
 */
export async function embedRest(
  transaction: Connection,
  embedder: Embedder,
  space: EmbeddingSpace,
  size: number,
): Promise<BatchOutcome> {
  const lock = transaction.capabilities.concurrent ? sql`for update of q` : sql``;
  const taken = await take(transaction, space, size, lock);
  return store(transaction, space, taken, await embed(embedder, taken.queued), {});
}

function handsOf(database: Database, { id }: EmbeddingSpace): Set<number> {
  const spaces = inHand.get(database) ?? new Map<number, Set<number>>();
  inHand.set(database, spaces);
  const hands = spaces.get(id) ?? new Set<number>();
  spaces.set(id, hands);
  return hands;
}

interface Taken {
  readonly queued: readonly Queued[];
  /** Facts that lost their sentence to an edited template. */
  readonly withoutSentence: readonly number[];
}

const isEmpty = ({ queued, withoutSentence }: Taken) => queued.length + withoutSentence.length === 0;
const factsOf = ({ queued, withoutSentence }: Taken) => [
  ...queued.map(({ fact }) => fact),
  ...withoutSentence,
];

interface QueueRow {
  readonly fact: number;
  readonly sentence: string | null;
  readonly characters: number;
  readonly hash: number;
}

async function take(
  connection: Connection,
  space: EmbeddingSpace,
  size: number,
  lock: ReturnType<typeof sql>,
  except: ReadonlySet<number> = new Set(),
): Promise<Taken> {
  const free = except.size === 0 ? sql`true` : sql`not (q.fact = ${anyOf([...except])})`;
  const select = sql`
    select q.fact, f.sentence, q.characters, q.sentence_hash as hash
    from embedding_queue q
    left join facts f on f.knowledge_base = ${space.knowledgeBase} and f.id = q.fact
    where q.space = ${space.id} and q.attempts < ${MAX_ATTEMPTS} and ${free}`;
  const rows = await connection.rows<QueueRow>(sql`${select}
    order by q.characters, q.sentence_hash, q.fact limit ${size} ${lock}`);
  const last = rows.at(-1);
  // The same sentences stand together: those that the limit cut off come along, so that none is embedded twice.
  if (last !== undefined && rows.length === size && last.characters > 0) {
    rows.push(
      ...(await connection.rows<QueueRow>(sql`${select}
        and q.characters = ${last.characters} and q.sentence_hash = ${last.hash} and q.fact > ${last.fact}
        order by q.fact limit ${MOST_OF_ONE_SENTENCE} ${lock}`)),
    );
  }
  return {
    queued: rows.flatMap(({ fact, sentence }) => (sentence === null ? [] : [{ fact, sentence }])),
    withoutSentence: rows.flatMap(({ fact, sentence }) => (sentence === null ? [fact] : [])),
  };
}

interface EmbedOutcome {
  readonly embedded: readonly EmbeddedSentence[];
  readonly failures: readonly Failure[];
}

async function embedTaken(
  connection: Connection,
  embedder: Embedder,
  { queued }: Taken,
  { known, signal }: BatchOptions,
): Promise<EmbedOutcome> {
  if (known === undefined || queued.length === 0) return embed(embedder, queued, signal);
  const vectors = await known(
    connection,
    queued.map(({ fact }) => fact),
  );
  const unknown = queued.filter((_, index) => vectors[index] === undefined);
  const rest = await embed(embedder, unknown, signal);
  const given = queued.flatMap((each, index) => {
    const vector = vectors[index];
    return vector === undefined ? [] : [{ ...each, vector }];
  });
  return { embedded: [...given, ...rest.embedded], failures: rest.failures };
}

/** A batch that fails is halved until the sentences to blame stand alone, unless the model fails on any text. */
async function embed(
  embedder: Embedder,
  queued: readonly Queued[],
  signal?: AbortSignal,
): Promise<EmbedOutcome> {
  if (queued.length === 0) return { embedded: [], failures: [] };
  const also = embedder.outputs.has('sparse') ? (['sparse'] as const) : [];
  const options = { bulk: true, also, ...(signal && { signal }) };
  try {
    const different = [...new Set(queued.map(({ sentence }) => sentence))];
    const texts = await embedder.embed(different, 'passage', options);
    const bySentence = new Map(different.map((sentence, index) => [sentence, texts[index]!]));
    return checked(
      queued.map((each) => {
        const { dense, sparse } = bySentence.get(each.sentence)!;
        return { ...each, vector: dense, sparse };
      }),
      embedder,
    );
  } catch (error) {
    signal?.throwIfAborted();
    await embedder.embed(['Is anybody there?'], 'passage', options);
    const [only] = queued;
    if (only && queued.length === 1) {
      return { embedded: [], failures: [{ fact: only.fact, error: messageOf(error) }] };
    }
    const middle = Math.ceil(queued.length / 2);
    const first = await embed(embedder, queued.slice(0, middle), signal);
    const second = await embed(embedder, queued.slice(middle), signal);
    return {
      embedded: [...first.embedded, ...second.embedded],
      failures: [...first.failures, ...second.failures],
    };
  }
}

/** A vector's length may be off 1 by so much: int8 models and float32 sums are not exact. */
const LENGTH_TOLERANCE = 1e-3;

/** No vector is stored that would make search give nonsense. */
function checked(embedded: readonly EmbeddedSentence[], { dimensions }: Embedder): EmbedOutcome {
  const good: EmbeddedSentence[] = [];
  const failures: Failure[] = [];
  for (const each of embedded) {
    const error = faultOf(each.vector, dimensions);
    if (error === undefined) good.push(each);
    else failures.push({ fact: each.fact, error });
  }
  return { embedded: good, failures };
}

function faultOf(vector: Float32Array, dimensions: number): string | undefined {
  if (vector.length !== dimensions) return `the model gave ${vector.length} numbers, not ${dimensions}`;
  let squares = 0;
  for (const component of vector) squares += component * component;
  if (!Number.isFinite(squares)) return 'the model gave a number that is not finite';
  // Zero: no word of the sentence is known.
  if (squares === 0 || Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE) return undefined;
  return `the model gave a vector of length ${Math.sqrt(squares).toFixed(4)}, not 1`;
}

async function store(
  transaction: Connection,
  space: EmbeddingSpace,
  { queued, withoutSentence }: Taken,
  { embedded, failures }: EmbedOutcome,
  { alsoStore }: Pick<BatchOptions, 'alsoStore'>,
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
  const outcome = {
    taken: queued.length + withoutSentence.length,
    settled: stored.length + withoutSentence.length + failures.length,
    stored: stored.length,
    failures,
  };
  await alsoStore?.(transaction, outcome);
  return outcome;
}

const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\0', '').slice(0, 1_000);
