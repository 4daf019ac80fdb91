import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { sparseBytes } from '../database/postings.js';
import type { SparseVector } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import type { ActiveSpace } from './embedding-spaces.js';
import {
  exactScores,
  type IndexBounds,
  type IndexHits,
  type InvertedQuery,
  listOf,
  searchInvertedIndex,
} from './inverted-index.js';
import type { FactScope } from './live-facts.js';

/** The lexical weights that a model gives to a text, with their lists in a space. */
export interface SparseQuery extends InvertedQuery {
  readonly knowledgeBase: number;
  /** The text's score with itself: what a score is divided by to be absolute. */
  readonly bestSparse: number;
}

/** @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE where the space holds vectors without lexical weights beside them */
export async function sparseQuery(
  connection: Connection,
  space: ActiveSpace,
  text: Pick<SparseVector, 'ids' | 'weights'>,
): Promise<SparseQuery> {
  if (!space.sparse) throw withoutWeights(space);
  const rows = await connection.rows<{
    token: string;
    weight: number;
    size: number;
    blocks: number;
    most: number | null;
  }>(sql`
    select t.token::text as token, t.weight, list.*
    from unnest(${sql.param([...text.ids])}::bigint[], ${sql.param([...text.weights])}::float8[]) as t (token, weight)
    cross join lateral (${listOf(sql`${space.id}`, sql`t.token`)}) list`);
  return {
    space: space.id,
    knowledgeBase: space.knowledgeBase,
    lists: rows.map((row) => ({ ...row, most: row.weight * (row.most ?? 0) })),
    contribution: sql`l.weight * u.weight`,
    exact: sql`(
      select -(w.weights <#> ${sparseBytes(text)}::sparsevec) from sparse_weights w
      where w.space = ${space.id} and w.fact = f.id)`,
    bestSparse: text.weights.reduce((sum, weight) => sum + weight * weight, 0),
  };
}

/**
 * The `limit` sentences in `scope` with the highest dot product of lexical weights: the sum of the products over the tokens
 * that both have (Chen et al. 2024, "M3-Embedding", section 3.2).
 */
export function sparseSearch(
  connection: Connection,
  query: SparseQuery,
  scope: FactScope,
  limit: number,
  bounds?: IndexBounds,
): Promise<IndexHits> {
  return searchInvertedIndex(connection, query, scope, limit, bounds);
}

/** Dot products of these facts; a sentence that shares no token with the text is absent. */
export function dotProductsOf(
  connection: Connection,
  query: SparseQuery,
  facts: readonly number[],
): Promise<Map<number, number>> {
  return exactScores(connection, query, query.knowledgeBase, facts);
}

function withoutWeights(space: ActiveSpace): CorollaryError {
  return new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `Sentences of this knowledge base were embedded by ${space.model} without its lexical weights: re-embed them, or ` +
      'search without the channel SPARSE.',
    { needed: space.model, neededFingerprint: space.fingerprint },
  );
}
