import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { QueryError } from '../database/query-error.js';
import { dropSpacePartitions } from '../database/spaces.js';
import { CorollaryError } from '../errors.js';
import { lockedSpace, type SpaceRow } from './space-rows.js';

/** Dropping waits for searches that run, and those that come after wait for it: not for long, then it tries again. */
const LOCK_MS = 2_000;
const MOST_TRIES = 10;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Drops a space with its vectors, its queue and its projection.
 * @returns it as it was
 * @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND; EMBEDDING_SPACE_IN_USE; OVERLOADED when its table is never free
 */
export async function dropSpace(database: Database, id: number): Promise<SpaceRow> {
  for (let tries = 1; ; tries++) {
    try {
      return await database.transaction((transaction) => drop(transaction, id));
    } catch (error) {
      if (!(error instanceof QueryError && error.sqlState === LOCK_NOT_AVAILABLE)) throw error;
      if (tries < MOST_TRIES) continue;
      throw new CorollaryError(
        'OVERLOADED',
        `The vectors of the embedding space ${id} are being read or written all the time: try again later.`,
        { space: id },
        { cause: error },
      );
    }
  }
}

async function drop(transaction: Connection, id: number): Promise<SpaceRow> {
  await transaction.run(sql.raw(`set local lock_timeout = ${LOCK_MS}`));
  const space = await lockedSpace(transaction, id);
  if (space.state === 'ACTIVE') throw inUse(id, 'it is the active one: activate another one first');
  const [job] = await transaction.rows<{ id: number }>(sql`
    select j.id from jobs j where j.space = ${id} and j.state in ('QUEUED', 'RUNNING', 'PAUSED')`);
  if (job !== undefined) throw inUse(id, `job ${job.id} fills it: cancel that first`);
  // Its queue first, which whoever embeds for it has locked: they end their batch before its tables go.
  await transaction.run(sql`delete from embedding_queue where space = ${id}`);
  await transaction.run(sql`delete from embedding_spaces where id = ${id}`);
  await dropSpacePartitions(transaction, id);
  if (space.projection !== null) {
    await transaction.run(sql`
      delete from projections p where p.id = ${space.projection}
        and not exists (select from embedding_spaces s where s.projection = p.id)`);
  }
  return space;
}

const inUse = (space: number, why: string) =>
  new CorollaryError(
    'EMBEDDING_SPACE_IN_USE',
    `The embedding space ${space} can't be dropped, since ${why}.`,
    {
      space,
    },
  );
