import { sql } from 'drizzle-orm';
import { type DenseHit, hitsOf, type Looked } from './dense-query.js';
import { type ExactSearch, withSlack } from './exact-search.js';
import { inScope } from './live-facts.js';

/** Vectors that the index is asked for at most: `hnsw.ef_search`, which ends at 1,000, has to be wider than that. */
const MOST_BY_INDEX = 700;
/** How wide the index searches for so many vectors: the last of them are found only by a search that goes further. */
const widthFor = (take: number) => Math.min(1_000, Math.max(200, Math.ceil(1.5 * take)));

/** About what the two ways cost, measured on 100,000 vectors of 1,024 dimensions; their ratio decides. */
const COST_MS = { fact: 0.0012, component: 1.2e-6, index: 0.6, candidate: 0.004 };

/** So many of the nearest have `limit` of them in scope, with some to spare. */
const takenFor = (limit: number, share: number) => Math.ceil((1.3 * limit) / Math.max(share, 1e-9));

/** Of `explain (format json)`. */
interface Explained {
  readonly Plan: { readonly 'Plan Rows': number };
}

/** The nearest by the approximate index over a space's vectors. */
export class IndexSearch {
  readonly #exact: ExactSearch;

  constructor(exact: ExactSearch) {
    this.#exact = exact;
  }

  /**
   * The nearest by the index of which enough are in scope; undefined when comparing all that are in scope costs less, or
   * when there are too few of them among what the index gives. The more fail the filter, the more are asked for at once.
   */
  async hits(): Promise<DenseHit[] | undefined> {
    const { connection, query, inSpace, ordering } = this.#exact;
    const { limit, scope, space } = query;
    const share = scope.filter ? await this.#estimatedShare() : 1;
    const inScopeCount = share * space.sentences;
    const exactMs = inScopeCount * (COST_MS.fact + space.dimensions * COST_MS.component);
    let take = Math.max(withSlack(limit), takenFor(limit, share));
    if (exactMs < COST_MS.index + take * COST_MS.candidate) return undefined;
    while (take <= MOST_BY_INDEX) {
      await connection.rows(sql`select set_config('hnsw.ef_search', ${String(widthFor(take))}, true)`);
      const rows = await connection.rows<Looked>(sql`
        with nearest as materialized (
          select e.fact, ${ordering} as distance from embeddings e
          where ${inSpace} order by ${ordering} limit ${take})
        ${this.#exact.inScopeOf(sql`nearest`, inScope(scope))}`);
      const hits = hitsOf(rows.filter((row) => row.live));
      if (hits.length >= limit) return hits.slice(0, limit);
      if (rows.length < take) return undefined;
      take = Math.max(2 * take, takenFor(limit, Math.max(hits.length, 0.5) / rows.length));
    }
    return undefined;
  }

  /** The share of the facts with a sentence that are in scope, by PostgreSQL's statistics: asking costs no look at them. */
  async #estimatedShare(): Promise<number> {
    const { connection, query } = this.#exact;
    const [row] = await connection.rows<{ 'QUERY PLAN': readonly Explained[] }>(sql`
      explain (format json) select from facts f where f.sentence is not null and ${inScope(query.scope)}`);
    const estimated = row!['QUERY PLAN'][0]!.Plan['Plan Rows'];
    return Math.min(1, estimated / Math.max(1, query.space.sentences));
  }
}
