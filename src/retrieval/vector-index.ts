import { type SQL, sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import type { IndexKind } from './index-kind.js';

/** What of a space its index depends on. */
export interface IndexedSpace {
  readonly id: number;
  readonly dimensions: number;
}

/** More dimensions can't be indexed (pgvector). */
const MOST_DIMENSIONS = { halfvec: 4_000, bit: 64_000 } as const;
/**
 * Neighbours of a vector in each layer (hnsw.m), twice as many in the lowest. On 63,666 sentences (Debian's package
 * descriptions, the bundled model) a search with `ef_search` 40 finds .9965 of the ten nearest with 24, and .9935 with
 * pgvector's 16, which does not get beyond .9955 with 200; 32 find no more.
 */
const NEIGHBOURS = { halfvec: 24, bit: 16 } as const;
/**
 * The graph is built in memory where it fits: vectors, and so many bytes of neighbours a row (measured: 1,027 and 772). Where it
 * does not, the rest takes ten times as long.
 */
const NEIGHBOURS_BYTES = { halfvec: 1_060, bit: 800 } as const;
/** Beyond the most only as far as the server's own setting for such work goes. */
const MEMORY = { least: 64 * 2 ** 20, most: 2 ** 30 };

/**
 * hnsw.ef_construction. With pgvector's default of 64, searches of 100 clusters of 1,000 vectors of 1,024 dimensions found .98
 * of the ten nearest however wide they were: they did not get from one cluster to another. Build times double.
 */
const BUILD_WIDTH = 128;

/** First key of the advisory lock that a build holds; the second is the space. */
const BUILD_LOCK = 20_051_104;

const suffixes = { halfvec: 'hnsw', bit: 'hnsw_bit' } as const;
const nameOf = (space: number, kind: IndexKind) => `embeddings_${space}_${suffixes[kind]}`;

// Not `exists`: that reads all of pg_index, where a space has its rows.
const isComplete = (kind: IndexKind) => `(
  select i.indisvalid from pg_index i
  where i.indexrelid = to_regclass('embeddings_' || s.id || '_${suffixes[kind]}'))`;

/** Of the complete index over the space, as alias s; null where there is none. */
export const indexKind: SQL = sql.raw(`case
  when ${isComplete('halfvec')} then 'halfvec' when ${isComplete('bit')} then 'bit' end`);

/** The kind of index that the space can have: the one that is wanted, unless its vectors are too long for that. */
export function kindFor(
  { capabilities }: Connection,
  { dimensions }: IndexedSpace,
  wanted: IndexKind,
): IndexKind | undefined {
  if (capabilities.vectorIndex === undefined) return undefined;
  if (dimensions <= MOST_DIMENSIONS[wanted]) return wanted;
  return dimensions <= MOST_DIMENSIONS.bit ? 'bit' : undefined;
}

/** What an index over bits orders by, as it knows it; one over half floats orders by cosine distance. */
export function differingSigns(embedding: SQL, probe: SQL, { dimensions }: IndexedSpace): SQL {
  return sql`(${bitsOf(embedding, dimensions)} <~> ${bitsOf(probe, dimensions)})`;
}

const bitsOf = (vector: SQL, dimensions: number) =>
  sql`binary_quantize(${vector})::bit(${sql.raw(String(dimensions))})`;

/**
 * Builds the index over a space's vectors beside everything that reads and writes them. What an interrupted build left is
 * dropped first; one that another server is at is left to it. Nothing happens where the index is there. One of the other
 * kind is dropped afterwards.
 * @param rows about how many vectors it will have, for its memory
 * @throws CorollaryError CANCELLED
 */
export async function buildVectorIndex(
  database: Database,
  space: IndexedSpace,
  rows: number,
  signal: AbortSignal,
  kind: IndexKind = 'halfvec',
): Promise<void> {
  const vectorBytes = kind === 'halfvec' ? 2 * space.dimensions : space.dimensions / 8;
  const bytes = rows * (vectorBytes + NEIGHBOURS_BYTES[kind]);
  const [own] = await database.rows<{ kB: number }>(sql`
    select setting::int8 as "kB" from pg_settings where name = 'maintenance_work_mem'`);
  const most = Math.max(MEMORY.most, own!.kB * 1024);
  const memory = Math.min(most, Math.max(MEMORY.least, Math.ceil(1.1 * bytes)));
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
      const name = nameOf(space.id, kind);
      const state = await stateOf(connection, name);
      if (state === 'left unfinished') await drop(connection, name);
      if (state !== 'complete') {
        await connection.run(sql`
          create index concurrently if not exists ${sql.identifier(name)}
          on ${sql.identifier(`embeddings_${space.id}`)} using hnsw (${indexed(kind, space)})
          with (m = ${sql.raw(String(NEIGHBOURS[kind]))}, ef_construction = ${sql.raw(String(BUILD_WIDTH))})`);
        // A planner that takes the table for small would rather compare all of it.
        await connection.run(sql`analyze ${sql.identifier(`embeddings_${space.id}`)}`);
      }
      await drop(connection, nameOf(space.id, kind === 'bit' ? 'halfvec' : 'bit'));
    },
    { settings, signal },
  );
}

function indexed(kind: IndexKind, { dimensions }: IndexedSpace): SQL {
  const embedding = sql`embedding::${sql.raw(`halfvec(${dimensions})`)}`;
  return kind === 'halfvec'
    ? sql`(${embedding}) halfvec_cosine_ops`
    : sql`(${bitsOf(embedding, dimensions)}) bit_hamming_ops`;
}

async function drop(connection: Connection, name: string): Promise<void> {
  await connection.run(sql`drop index concurrently if exists ${sql.identifier(name)}`);
}

type IndexState = 'absent' | 'complete' | 'left unfinished';

async function stateOf(connection: Connection, name: string): Promise<IndexState> {
  const [index] = await connection.rows<{ valid: boolean }>(sql`
    select i.indisvalid as valid from pg_index i where i.indexrelid = to_regclass(${name})`);
  if (index === undefined) return 'absent';
  return index.valid ? 'complete' : 'left unfinished';
}
