import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { type DenseQuery, probeSql, vectorTypeOf } from './dense-query.js';
import { inScope } from './live-facts.js';
import type { IndexWay, Way } from './search-way.js';
import { differingSigns } from './vector-index.js';

/**
 * Common table expressions of a statement that goes one way: `candidate (fact, distance)`, the vectors that were taken,
 * and `nearest (fact, distance)`, of these the first `limit` in scope, with the columns of facts `f` that are wanted.
 */
export function nearestTables(connection: Connection, query: DenseQuery, way: Way, columns?: SQL): SQL {
  const { space, scope, limit } = query;
  const type = vectorTypeOf(connection, space);
  const probe = probeSql(connection, query.probe, type, space);
  const embedding = sql`e.embedding::${type}`;
  const distance = sql`(${embedding} <=> ${probe})`;
  // Said in the text, so that a plan that is kept reads no partition but this one.
  const inSpace = sql`e.space = ${literal(space.id)}`;
  if (way.kind === 'all in scope') {
    // `+ 0` keeps an index out. The facts' columns are read of the nearest alone.
    return sql`
      candidate as materialized (
        select e.fact, ${distance} + 0 as distance from embeddings e join facts f on f.id = e.fact
        where ${inSpace} and ${inScope(scope)} order by 2, 1 limit ${limit}
      ), nearest as (${
        columns === undefined
          ? sql`select * from candidate`
          : sql`
            select c.fact, c.distance, looked_up.*
            from candidate c
            cross join lateral (
              select ${columns} from facts f where f.knowledge_base = ${scope.knowledgeBase} and f.id = c.fact offset 0
            ) as looked_up`
      })`;
  }
  const candidates =
    way.kind === 'all'
      ? sql`where ${inSpace} order by ${distance} + 0, e.fact`
      : sql`where ${inSpace} and ${settings(connection, way)}
            order by ${way.kind === 'bit' ? differingSigns(embedding, probe, space) : sql`distance`}`;
  // Facts are looked up one by one, the nearest first, until there are enough: without statistics the planner would
  // rather read all of the knowledge base.
  return sql`
    candidate as materialized (
      select e.fact, ${distance} as distance from embeddings e ${candidates} limit ${literal(way.take)}
    ), nearest as materialized (
      select c.fact, c.distance${columns === undefined ? sql`` : sql`, looked_up.*`}
      from (select * from candidate order by distance, fact offset 0) c
      cross join lateral (
        select ${columns ?? sql``} from facts f where f.id = c.fact and ${inScope(scope)} offset 0
      ) as looked_up
      order by c.distance, c.fact limit ${limit})`;
}

/** What `allTaken` selects: how many candidates were taken, and how far the nearest is, whether it is in scope or not. */
export interface AllTaken {
  readonly taken: number;
  readonly nearest: number | null;
}

export const allTaken: SQL = sql`(select count(*) as taken, min(distance) as nearest from candidate)`;

/**
 * True, and sets for this transaction how the index is searched. Without columns it is evaluated once, before the scan that
 * it is a condition of begins, and saves a round trip.
 */
function settings({ capabilities }: Connection, { take, width }: IndexWay): SQL {
  const ef = sql`(select set_config('hnsw.ef_search', ${sql.raw(`'${width}'`)}, true)) is not null`;
  if (take <= width || capabilities.vectorIndex?.scansAgain !== true) return ef;
  return sql`${ef} and (select set_config('hnsw.iterative_scan', 'relaxed_order', true)) is not null
    and (select set_config('hnsw.max_scan_tuples', ${sql.raw(`'${20 * take}'`)}, true)) is not null`;
}

function literal(number: number): SQL {
  if (!Number.isSafeInteger(number)) throw new TypeError(`Not a whole number: ${number}`);
  return sql.raw(String(number));
}
