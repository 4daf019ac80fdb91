import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { embedRest } from '../retrieval/embedding-batch.js';
import { MAX_ATTEMPTS } from '../retrieval/embedding-spaces.js';
import type { SpaceEmbedders } from '../retrieval/space-embedders.js';
import { lockedSpace, type SpaceRow, spaceOf } from './space-rows.js';

export interface ActivateOptions {
  readonly database: Database;
  readonly embedders: SpaceEmbedders;
  /** Asked for while sentences wait for their vectors in the space. */
  readonly hurry: () => void;
  /** How long it is waited for them, in ms. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Runs in the transaction that makes the space the active one. */
  readonly also?: (transaction: Connection) => Promise<void>;
}

/** Writers have to wait while so many just written sentences get their vectors, at most. */
const MOST_UNDER_LOCK = 64;
const LOOK_MS = 50;

/**
 * Makes a READY or RETIRED space the active one and retires the other, in one transaction. Nobody can write between the
 * last sentence's vector in the space and its activation, so it starts with all of them, but for those that its model
 * failed on for good.
 * @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND, EMBEDDING_SPACE_INCOMPLETE, CANCELLED
 */
export async function activateSpace(id: number, options: ActivateOptions): Promise<void> {
  const { database, embedders, hurry, patienceMs, signal, also } = options;
  const began = performance.now();
  for (;;) {
    if (signal?.aborted) throw new CorollaryError('CANCELLED', 'Activating the space was cancelled.');
    // Before the transaction: opening a model may need the database.
    const embedder = await embedders.of(await spaceOf(database, id)).catch(() => undefined);
    const waiting = await database.transaction(async (transaction) => {
      const space = await lockedSpace(transaction, id);
      if (space.state === 'ACTIVE') return 0;
      refuseUnlessFilled(space);
      let pending = await pendingIn(transaction, id);
      if (pending > 0 && pending <= MOST_UNDER_LOCK && embedder !== undefined) {
        await embedRest(transaction, embedder, space, MOST_UNDER_LOCK);
        pending = await pendingIn(transaction, id);
      }
      if (pending > 0) return pending;
      await transaction.run(sql`
        update embedding_spaces set state = 'RETIRED'
        where knowledge_base = ${space.knowledgeBase} and state = 'ACTIVE'`);
      await transaction.run(sql`
        update embedding_spaces set state = 'ACTIVE', activated_at = now() where id = ${id}`);
      await also?.(transaction);
      return 0;
    });
    if (waiting === 0) return;
    if (performance.now() - began > patienceMs) throw incomplete(id, waiting);
    hurry();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function refuseUnlessFilled({ id, state }: SpaceRow): void {
  if (state === 'READY' || state === 'RETIRED') return;
  throw new CorollaryError(
    'EMBEDDING_SPACE_INCOMPLETE',
    `The embedding space ${id} is ${state}: only one that is READY or RETIRED has all vectors.`,
    { space: id, state },
  );
}

async function pendingIn(connection: Connection, space: number): Promise<number> {
  const [row] = await connection.rows<{ pending: number }>(sql`
    select count(*) as pending from (
      select from embedding_queue q where q.space = ${space} and q.attempts < ${MAX_ATTEMPTS}
      limit ${MOST_UNDER_LOCK + 1}) q`);
  return row!.pending;
}

function incomplete(space: number, pending: number): CorollaryError {
  const count = pending > MOST_UNDER_LOCK ? `More than ${MOST_UNDER_LOCK}` : String(pending);
  return new CorollaryError(
    'EMBEDDING_SPACE_INCOMPLETE',
    `${count} sentences still wait for their vectors in the embedding space ${space}: try again when they have them, or ` +
      'start a server that has its model.',
    { space, pending },
  );
}
