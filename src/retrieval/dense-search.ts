import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { anyOf } from '../knowledge/id-list.js';
import { BitSearch } from './bit-search.js';
import {
  type DenseOutcome,
  type DenseQuery,
  hitsOf,
  type Probe,
  probeSql,
  vectorTypeOf,
} from './dense-query.js';
import type { EmbeddingSpace } from './embedding-spaces.js';
import { ExactSearch } from './exact-search.js';
import { searchByIndex } from './index-search.js';
import type { SearchExperience } from './search-experience.js';

/**
 * The `limit` facts nearest to the probe by cosine, nearest first, ties by fact id; facts without a vector, or with
 * one that is all zero, are not among them.
 *
 * Exact, unless `approximate` lets an index or a side table of bits choose what is compared, which the outcome says.
 * Neither starves a filter: where too few of the nearest pass it, more are looked at, and in the end all.
 */
export async function denseSearch(
  connection: Connection,
  query: DenseQuery,
  experience: SearchExperience,
): Promise<DenseOutcome> {
  if (query.approximate === true && query.space.index !== null) {
    return searchByIndex(connection, query, experience);
  }
  const exact = new ExactSearch(connection, query);
  if (query.approximate === true && connection.capabilities.bitSideTable && BitSearch.isFor(query)) {
    const hits = await new BitSearch(exact).hits();
    if (hits !== undefined) return { hits, exact: false };
  }
  if (query.scope.filter) return { hits: await exact.inScope(), exact: true };
  // Most requests are for the present, where nearly every vector's fact is live: reading the facts of the nearest
  // only costs half of joining all of them.
  const nearest = await exact.nearest();
  return { hits: nearest.enough ? nearest.hits : await exact.inScope(), exact: true };
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
