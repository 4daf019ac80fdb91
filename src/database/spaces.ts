import { sql } from 'drizzle-orm';
import type { Connection } from './database.js';

/** What of an embedding space decides how its vectors are stored. */
export interface SpaceShape {
  readonly id: number;
  readonly dimensions: number;
  /** Lexical weights of its model are kept beside the vectors. Default false. */
  readonly sparse?: boolean;
}

/** What a row of `embeddings` may hold in its page, less headers and keys. */
const PAGE_ROOM = 8_000;

/** Makes room for the vectors and lexical weights of a new space. Call it in the transaction that inserts its row. */
export async function createSpacePartitions(connection: Connection, space: SpaceShape): Promise<void> {
  const { capabilities } = connection;
  const vectors = await attachedTable(connection, 'embeddings', space.id);
  // In the row itself a scan reads vectors three times as fast as from the table of oversized values.
  const bytes = space.dimensions * (capabilities.vectorType === 'halfvec' ? 2 : 4);
  const storage = sql.raw(bytes <= PAGE_ROOM ? 'plain' : 'external');
  await connection.run(sql`alter table ${vectors} alter column embedding set storage ${storage}`);
  if (space.sparse === true) await createSparsePartitions(connection, space.id);
  if (capabilities.bitSideTable) await attachedTable(connection, 'embedding_bits', space.id);
}

/** Made apart and attached, since what is made as a partition locks out whoever reads or writes any of the others. */
async function attachedTable(connection: Connection, parent: string, spaceId: number) {
  const partition = table(parent, spaceId);
  const whole = sql.identifier(parent);
  await connection.run(sql`create table ${partition} (like ${whole} including all)`);
  await connection.run(
    sql`alter table ${whole} attach partition ${partition} for values in (${literal(spaceId)})`,
  );
  return partition;
}

async function createSparsePartitions(connection: Connection, spaceId: number): Promise<void> {
  const [id, next] = [literal(spaceId), literal(spaceId + 1)];
  await attachedTable(connection, 'sparse_weights', spaceId);
  const postings = table('postings', spaceId);
  await connection.run(sql`create table ${postings} (like postings including all)`);
  await connection.run(
    sql`alter table postings attach partition ${postings} for values from (${id}) to (${next})`,
  );
  await connection.run(sql`update embedding_spaces set sparse = true where id = ${spaceId}`);
}

/** Drops the vectors and lexical weights of a space, if it has any; its row in `embedding_spaces` and its queue are the caller's. */
export async function dropSpacePartitions(connection: Connection, spaceId: number): Promise<void> {
  await connection.run(sql`drop table if exists ${table('embeddings', spaceId)}`);
  await connection.run(sql`drop table if exists ${table('embedding_bits', spaceId)}`);
  await connection.run(sql`drop table if exists ${table('sparse_weights', spaceId)}`);
  await connection.run(sql`drop table if exists ${table('postings', spaceId)}`);
}

const table = (parent: string, spaceId: number) => sql.identifier(`${parent}_${spaceId}`);

/** Definitions take no parameters. */
function literal(spaceId: number) {
  if (!Number.isSafeInteger(spaceId)) throw new TypeError(`Not the id of a space: ${spaceId}`);
  return sql.raw(String(spaceId));
}
