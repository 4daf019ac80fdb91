import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import {
  type DenseHit,
  type DenseQuery,
  hitsOf,
  type Looked,
  probeSql,
  vectorTypeOf,
} from './dense-query.js';
import { inScope, isLive } from './live-facts.js';

/** Taken without looking at the facts, so some may turn out to be retracted. */
export const withSlack = (limit: number) => limit * 2 + 50;

export interface Nearest {
  readonly hits: DenseHit[];
  /** Whether the hits are as many as were wanted, or all that there are. */
  readonly enough: boolean;
}

/** The parts of statements over the vectors of a space, as alias e, and the statements that compare all of them. */
export class ExactSearch {
  readonly connection: Connection;
  readonly query: DenseQuery;
  readonly probe: SQL;
  /** The distance as an index knows it. */
  readonly ordering: SQL;
  readonly distance: SQL;
  readonly inSpace: SQL;

  constructor(connection: Connection, query: DenseQuery) {
    this.connection = connection;
    this.query = query;
    const type = vectorTypeOf(connection, query.space);
    this.probe = probeSql(connection, query.probe, type, query.space);
    this.ordering = sql`(e.embedding::${type} <=> ${this.probe})`;
    // `+ 0` keeps an approximate index, should there be one, out of an exact search.
    this.distance = sql`(${this.ordering} + 0)`;
    this.inSpace = sql`e.space = ${query.space.id}`;
  }

  /** Compares every vector of the space, then looks which of the nearest are live. */
  async nearest(): Promise<Nearest> {
    const { limit } = this.query;
    const take = withSlack(limit);
    const rows = await this.connection.rows<Looked>(sql`
      with nearest as materialized (
        select e.fact, ${this.distance} as distance from embeddings e
        where ${this.inSpace} order by 2, 1 limit ${take})
      ${this.liveOf(sql`nearest`)}`);
    const hits = hitsOf(rows.filter((row) => row.live)).slice(0, limit);
    return { hits, enough: hits.length === limit || rows.length < take };
  }

  /** Compares the vectors of all facts in scope. */
  async inScope(): Promise<DenseHit[]> {
    return hitsOf(
      await this.connection.rows(sql`
        select e.fact, ${this.distance} as distance
        from embeddings e join facts f on f.id = e.fact
        where ${this.inSpace} and ${inScope(this.query.scope)}
        order by 2, 1 limit ${this.query.limit}`),
    );
  }

  /** Of `nearest`, a table of facts and distances, which are live. */
  liveOf(nearest: SQL): SQL {
    return this.inScopeOf(nearest, isLive(this.query.scope));
  }

  /** Looks the facts up by id: without statistics the planner would rather read all of the knowledge base. */
  inScopeOf(nearest: SQL, condition: SQL): SQL {
    return sql`
      select n.fact, n.distance, coalesce(${condition}, false) as live
      from ${nearest} n join facts f on f.id = n.fact
      where f.knowledge_base = ${this.query.scope.knowledgeBase} and f.id = any(array(select fact from ${nearest}))
      order by n.distance, n.fact`;
  }
}
