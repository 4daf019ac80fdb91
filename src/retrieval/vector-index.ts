import { type SQL, sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';

/** What of a space its index depends on. */
export interface IndexedSpace {
  readonly id: number;
  readonly dimensions: number;
}

/** Halfvec columns of more dimensions can't be indexed. */
const MOST_DIMENSIONS = 4_000;
/** The graph is built in memory where it fits: vectors, and some 300 bytes of neighbours a row. */
const NEIGHBOURS_BYTES = 300;
const MEMORY = { least: 64 * 2 ** 20, most: 2 ** 30 };

/** First key of the advisory lock that a build holds; the second is the space. */
const BUILD_LOCK = 20_051_104;

const nameOf = (space: number) => `embeddings_${space}_hnsw`;

/** Whether the space, as alias s, has an index that is complete. */
export const isIndexed: SQL = sql`coalesce((
  select i.indisvalid from pg_index i where i.indexrelid = to_regclass('embeddings_' || s.id || '_hnsw')), false)`;

export function canBeIndexed({ capabilities }: Connection, { dimensions }: IndexedSpace): boolean {
  return capabilities.vectorIndex !== undefined && dimensions <= MOST_DIMENSIONS;
}

/**
 * Builds the index over a space's vectors beside everything that reads and writes them. What an interrupted build left is
 * dropped first; one that another server is at is left to it. Nothing happens where the index is there.
 * @param rows about how many vectors it will have, for its memory
 * @throws CorollaryError CANCELLED
 */
export async function buildVectorIndex(
  database: Database,
  space: IndexedSpace,
  rows: number,
  signal: AbortSignal,
): Promise<void> {
  const bytes = rows * (2 * space.dimensions + NEIGHBOURS_BYTES);
  const memory = Math.min(MEMORY.most, Math.max(MEMORY.least, Math.ceil(1.2 * bytes)));
  const settings = {
    maintenance_work_mem: `${Math.ceil(memory / 1024)}kB`,
    ...(database.capabilities.vectorIndex?.buildsInParallel !== true && {
      max_parallel_maintenance_workers: '0',
    }),
  };
  await database.apart(
    async (connection) => {
      // Of two builds at once one would wait for the other, and that for it. The lock goes with the connection.
      const [turn] = await connection.rows<{ mine: boolean }>(sql`
        select pg_try_advisory_lock(${BUILD_LOCK}::int, ${space.id}::int) as mine`);
      if (!turn!.mine) return;
      const name = nameOf(space.id);
      const state = await stateOf(connection, name);
      if (state === 'complete') return;
      if (state === 'left unfinished') {
        await connection.run(sql`drop index concurrently if exists ${sql.identifier(name)}`);
      }
      await connection.run(sql`
        create index concurrently if not exists ${sql.identifier(name)}
        on ${sql.identifier(`embeddings_${space.id}`)}
        using hnsw ((embedding::${sql.raw(`halfvec(${space.dimensions})`)}) halfvec_cosine_ops)`);
      // A planner that takes the table for small would rather compare all of it.
      await connection.run(sql`analyze ${sql.identifier(`embeddings_${space.id}`)}`);
    },
    { settings, signal },
  );
}

type IndexState = 'absent' | 'complete' | 'left unfinished';

async function stateOf(connection: Connection, name: string): Promise<IndexState> {
  const [index] = await connection.rows<{ valid: boolean }>(sql`
    select i.indisvalid as valid from pg_index i where i.indexrelid = to_regclass(${name})`);
  if (index === undefined) return 'absent';
  return index.valid ? 'complete' : 'left unfinished';
}
