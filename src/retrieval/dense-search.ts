import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { anyOf } from '../knowledge/id-list.js';
import { BitSearch } from './bit-search.js';
import { type DenseHit, type DenseQuery, hitsOf, type Probe, probeSql, vectorTypeOf } from './dense-query.js';
import type { EmbeddingSpace } from './embedding-spaces.js';
import { ExactSearch } from './exact-search.js';
import { searchByIndex } from './index-search.js';

/**
 * The `limit` facts nearest to the probe by cosine, nearest first, ties by fact id; facts without a vector, or with
 * one that is all zero, are not among them.
 *
 * Exact, unless `approximate` lets an index be used, or the backend has a bit side table and the space is large (see
 * `BitSearch`): then the nearest by Hamming distance are ranked exactly. Neither starves a filter: where too few of the
 * nearest pass it, more are looked at, and in the end all.
 */
export async function denseSearch(connection: Connection, query: DenseQuery): Promise<DenseHit[]> {
  if (query.approximate === true && query.space.index !== null) return searchByIndex(connection, query);
  const exact = new ExactSearch(connection, query);
  if (connection.capabilities.bitSideTable && BitSearch.isFor(query.space))
    return new BitSearch(exact).hits();
  if (query.scope.filter) return exact.inScope();
  // Most requests are for the present, where nearly every vector's fact is live: reading the facts of the nearest
  // only costs half of joining all of them.
  const nearest = await exact.nearest();
  return nearest.enough ? nearest.hits : exact.inScope();
}

/** Cosines of these facts to the probe; those without a vector are absent. */
export async function cosinesOf(
  connection: Connection,
  space: EmbeddingSpace,
  probe: Probe,
  facts: readonly number[],
): Promise<Map<number, number>> {
  if (facts.length === 0) return new Map();
  const type = vectorTypeOf(connection, space);
  const rows = await connection.rows<{ fact: number; distance: number | null }>(sql`
    select e.fact, (e.embedding::${type} <=> ${probeSql(connection, probe, type, space)}) as distance
    from embeddings e where e.space = ${space.id} and e.fact = ${anyOf(facts)}`);
  return new Map(hitsOf(rows).map(({ fact, cosine }) => [fact, cosine]));
}
