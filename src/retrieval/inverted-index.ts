import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { anyOf } from '../knowledge/id-list.js';
import { type FactScope, inScope, isLive } from './live-facts.js';
import { ScopeEstimates } from './scope-estimates.js';

/** The facts that hold a token of a text, see database/postings.ts. */
export interface InvertedList {
  /** A bigint's digits. */
  readonly token: string;
  /** What the token counts in the text, above 0. */
  readonly weight: number;
  /** Facts in the list, retracted ones too; and the rows that they stand in. */
  readonly size: number;
  readonly blocks: number;
  /** What the list can add to the score of a fact at most. */
  readonly most: number;
}

/** A text as the inverted index sees it: the score of a fact is the sum of what its lists add. */
export interface InvertedQuery {
  /** An embedding space, or the space of a knowledge base's words. */
  readonly space: number;
  readonly lists: readonly InvertedList[];
  /** What a list `l` (weight) adds to the score of its fact `u` (weight, length). */
  readonly contribution: SQL;
  /** The whole score of fact `f` (id, language, sentence_lexemes), without the index; null or 0 for none. */
  readonly exact: SQL;
}

export interface IndexHit {
  readonly fact: number;
  readonly score: number;
}

export interface IndexHits {
  /** Highest score first, ties by fact id; scores are above 0. */
  readonly hits: readonly IndexHit[];
  /** False where a fact that was not looked at could still score higher than one of them. */
  readonly complete: boolean;
}

/** How much a search does at most; the defaults are measured, tests make them small. */
export interface IndexBounds {
  /** Facts in the lists that are read whole, the shortest first, in the hope that they prove the result. */
  readonly few: number;
  /** Facts in the lists, or parts of them, that are read when they don't. */
  readonly many: number;
  /** A filter that leaves no more facts than this is answered by scoring all of these. */
  readonly selective: number;
  /** How many candidates are scored exactly when lists were left out, for each that is wanted and at least. */
  readonly rescored: { readonly each: number; readonly least: number };
}

const BOUNDS: IndexBounds = {
  few: 5_000,
  many: 60_000,
  selective: 1_500,
  rescored: { each: 3, least: 200 },
};
/** Weights are float4. */
const ROUNDING = 1e-6;

/**
 * The `limit` facts in `scope` with the highest scores.
 *
 * The lists of the rarest tokens are read whole and what they add is summed by fact. The best by these sums are scored
 * exactly. What the other lists could add bounds every fact that was not scored: where that is not below the last hit, more
 * lists are read, and in the end part of the longest (facts of the last ids first), and `complete` is false.
 */
export async function searchInvertedIndex(
  connection: Connection,
  query: InvertedQuery,
  scope: FactScope,
  limit: number,
  bounds: IndexBounds = BOUNDS,
): Promise<IndexHits> {
  const lists = query.lists
    .filter(({ size }) => size > 0)
    .sort((a, b) => a.size - b.size || b.weight - a.weight);
  if (lists.length === 0) return { hits: [], complete: true };
  const estimate = await new ScopeEstimates().of(connection, scope);
  if (estimate !== undefined && estimate.rows <= bounds.selective) {
    return scoreAllInScope(connection, query, scope, limit);
  }
  const whole = wholeListsWithin(lists, bounds.few);
  if (whole.length > 0) {
    const found = await readLists(connection, query, scope, limit, whole, bounds);
    if (found.complete || whole.length === lists.length) return found;
  }
  return readLists(connection, query, scope, limit, partsWithin(lists, bounds.many), bounds);
}

/** The scores of these facts, whatever revision they are of; those without any of the tokens are absent. */
export async function exactScores(
  connection: Connection,
  query: InvertedQuery,
  knowledgeBase: number,
  facts: readonly number[],
): Promise<Map<number, number>> {
  if (facts.length === 0 || query.lists.length === 0) return new Map();
  const rows = await connection.rows<IndexHit>(sql`
    with scored as materialized (
      select f.id as fact, ${query.exact} as score from facts f
      where f.knowledge_base = ${knowledgeBase} and f.id = ${anyOf(facts)})
    select fact, score from scored where score > 0`);
  return new Map(rows.map(({ fact, score }) => [fact, score]));
}

/** What is known of the list of a token in a space (SQL), as a row (size, blocks, most): see `InvertedList`. */
export const listOf = (space: SQL, token: SQL): SQL => sql`
  select coalesce(sum(cardinality(p.facts)), 0) as size, count(*) as blocks, max(p.most) as most
  from postings p where p.space = ${space} and p.token = ${token}`;

interface ListPart extends InvertedList {
  /** How many of its rows are read: all, or the last ones. */
  readonly read: number;
}

function wholeListsWithin(lists: readonly InvertedList[], budget: number): ListPart[] {
  const parts: ListPart[] = [];
  let left = budget;
  for (const list of lists) {
    left -= list.size;
    if (left < 0) break;
    parts.push({ ...list, read: list.blocks });
  }
  return parts;
}

function partsWithin(lists: readonly InvertedList[], budget: number): ListPart[] {
  const parts = wholeListsWithin(lists, budget);
  const left = budget - parts.reduce((sum, { size }) => sum + size, 0);
  const next = lists[parts.length];
  if (next !== undefined) {
    parts.push({ ...next, read: Math.max(1, Math.floor((left / next.size) * next.blocks)) });
  }
  return parts;
}

/** Most requests are for the present, where nearly every fact in a list is live: no need to sort all of them. */
const withSlack = (take: number) => 2 * take + 50;

/** @param isEvery every sum is sorted: too many of the best were retracted */
async function readLists(
  connection: Connection,
  query: InvertedQuery,
  scope: FactScope,
  limit: number,
  parts: readonly ListPart[],
  bounds: IndexBounds,
  isEvery = false,
): Promise<IndexHits> {
  const read = new Set(parts.filter((part) => part.read >= part.blocks).map(({ token }) => token));
  const unread = query.lists.filter(({ token, size }) => size > 0 && !read.has(token));
  const unseen = unread.reduce((sum, { most }) => sum + most, 0);
  const isWhole = unread.length === 0;
  const take = isWhole ? limit : Math.max(bounds.rescored.least, bounds.rescored.each * limit);
  const scoped = scope.filter
    ? inScope(scope)
    : sql`f.knowledge_base = ${scope.knowledgeBase} and ${isLive(scope)}`;
  const facts = parts.reduce((sum, { size }) => sum + size, 0);
  const best = scope.filter || isEvery ? facts : withSlack(take);
  // Sums come sorted, and each is looked up in turn until enough are in scope: `offset 0` and the lateral join leave the
  // planner no other way.
  const rows = await connection.rows<IndexHit & { sum: number }>(sql`
    with list as materialized (
      select t.weight, b.block, b.facts, b.weights, b.lengths
      from unnest(
        ${sql.param(parts.map(({ token }) => token))}::bigint[],
        ${sql.param(parts.map(({ weight }) => weight))}::float8[],
        ${sql.param(parts.map(({ read }) => read))}::int[]) as t (token, weight, read)
      cross join lateral (
        select p.block, p.facts, p.weights, p.lengths from postings p
        where p.space = ${query.space} and p.token = t.token
        order by p.block desc limit t.read) b
    ), summed as materialized (
      select (l.block << 8) + u.fact as fact, sum(${query.contribution}) as sum
      from list l cross join lateral unnest(l.facts, l.weights, l.lengths) as u (fact, weight, length)
      group by 1 order by 2 desc, 1 limit ${best}
    )
    select s.fact, s.sum, ${isWhole ? sql`s.sum` : query.exact} as score
    from summed s cross join lateral (
      select f.id, f.language, f.sentence_lexemes from facts f where ${scoped} and f.id = s.fact offset 0) f
    limit ${take}`);
  if (rows.length < take && best < facts) {
    return readLists(connection, query, scope, limit, parts, bounds, true);
  }
  const hits = rows
    .map(({ fact, score }) => ({ fact, score }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.fact - b.fact)
    .slice(0, limit);
  if (isWhole) return { hits, complete: true };
  const atMost = unseen + (rows.length < take ? 0 : rows.at(-1)!.sum);
  const last = hits[limit - 1]?.score ?? 0;
  return { hits, complete: last * (1 + ROUNDING) >= atMost };
}

async function scoreAllInScope(
  connection: Connection,
  query: InvertedQuery,
  scope: FactScope,
  limit: number,
): Promise<IndexHits> {
  const hits = await connection.rows<IndexHit>(sql`
    with scored as materialized (
      select f.id as fact, ${query.exact} as score from facts f where ${inScope(scope)} and f.sentence is not null)
    select fact, score from scored where score > 0 order by score desc, fact limit ${limit}`);
  return { hits, complete: true };
}
