import { sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { Connection } from '../database/database.js';
import { type FactScope, inScope } from './live-facts.js';
import type { Estimate } from './search-way.js';

/** Of `explain (format json)`. */
interface Explained {
  readonly Plan: { readonly 'Plan Rows': number; readonly 'Total Cost': number };
}

/** A filter's share changes slowly, and a wrong one costs time, not facts. */
const REMEMBERED_MS = 60_000;
const MOST_FILTERS = 1_000;

/** How many facts a filter leaves, by PostgreSQL's statistics: asking costs no look at the facts. */
export class ScopeEstimates {
  readonly #remembered = new LRUCache<string, Estimate>({ max: MOST_FILTERS, ttl: REMEMBERED_MS });

  /** Undefined for a scope without a filter. */
  async of(connection: Connection, scope: FactScope): Promise<Estimate | undefined> {
    if (scope.filter === null) return undefined;
    const key = JSON.stringify([scope.knowledgeBase, scope.filter]);
    const known = this.#remembered.get(key);
    if (known) return known;
    const [row] = await connection.rows<{ 'QUERY PLAN': readonly Explained[] }>(sql`
      explain (format json) select from facts f where f.sentence is not null and ${inScope(scope)}`);
    const { 'Plan Rows': rows, 'Total Cost': cost } = row!['QUERY PLAN'][0]!.Plan;
    this.#remembered.set(key, { rows, cost });
    return { rows, cost };
  }
}
