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
const MOST_SHAPES = 100;
/** So many estimates in a row that lie within a factor of two speak for other filters of their shape. */
const ENOUGH_ALIKE = 8;
const ALIKE = 2;
/** But every so many-th of these is asked about all the same. */
const ASKED_EVERY = 8;

/** What is known of filters that differ in their values alone. */
interface Shape {
  readonly latest: Estimate[];
  guesses: number;
}

/**
 * How many facts a filter leaves, by PostgreSQL's statistics: asking costs no look at the facts, but a round trip, which is
 * saved for filters that were asked about, and where filters of that shape leave equally many.
 */
export class ScopeEstimates {
  readonly #remembered = new LRUCache<string, Estimate>({ max: MOST_FILTERS, ttl: REMEMBERED_MS });
  readonly #shapes = new LRUCache<string, Shape>({ max: MOST_SHAPES, ttl: REMEMBERED_MS });

  /** Undefined for a scope without a filter. */
  async of(connection: Connection, scope: FactScope): Promise<Estimate | undefined> {
    if (scope.filter === null) return undefined;
    const key = JSON.stringify([scope.knowledgeBase, scope.filter]);
    const known = this.#remembered.get(key);
    if (known) return known;
    const shape = this.#shapeOf(scope);
    const guess = likely(shape);
    if (guess !== undefined && ++shape.guesses % ASKED_EVERY !== 0) return guess;
    const [row] = await connection.rows<{ 'QUERY PLAN': readonly Explained[] }>(sql`
      explain (format json) select from facts f where f.sentence is not null and ${inScope(scope)}`);
    const { 'Plan Rows': rows, 'Total Cost': cost } = row!['QUERY PLAN'][0]!.Plan;
    this.#remembered.set(key, { rows, cost });
    shape.latest.push({ rows, cost });
    if (shape.latest.length > ENOUGH_ALIKE) shape.latest.shift();
    return { rows, cost };
  }

  #shapeOf({ knowledgeBase, filter }: FactScope): Shape {
    const values = (_: string, value: unknown) => (typeof value === 'object' ? value : typeof value);
    const key = `${knowledgeBase} ${JSON.stringify(filter, values)}`;
    const known = this.#shapes.get(key) ?? { latest: [], guesses: 0 };
    if (!this.#shapes.has(key)) this.#shapes.set(key, known);
    return known;
  }
}

/** What the latest say, where they agree. */
function likely({ latest }: Shape): Estimate | undefined {
  if (latest.length < ENOUGH_ALIKE) return undefined;
  const mean = (values: readonly number[]) =>
    Math.max(...values) <= ALIKE * Math.min(...values)
      ? values.reduce((sum, value) => sum + value, 0) / values.length
      : undefined;
  const rows = mean(latest.map((each) => each.rows));
  const cost = mean(latest.map((each) => each.cost));
  return rows === undefined || cost === undefined ? undefined : { rows, cost };
}
