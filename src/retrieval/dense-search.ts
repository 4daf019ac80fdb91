import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { vectorBytes } from '../database/vector-bytes.js';
import { anyOf } from '../knowledge/id-list.js';
import type { ActiveSpace, EmbeddingSpace } from './embedding-spaces.js';
import { type FactScope, inScope, isLive } from './live-facts.js';

export interface DenseHit {
  readonly fact: number;
  /** In [-1, 1]. */
  readonly cosine: number;
}

/** What facts are compared with: a vector of the space ([dimensions] float32), or the stored one of a fact. */
export type Probe = { readonly vector: Float32Array } | { readonly storedVectorOf: number };

export interface DenseQuery {
  readonly space: ActiveSpace;
  readonly probe: Probe;
  readonly scope: FactScope;
  readonly limit: number;
  /** Whether an index may be used, which misses about one in a hundred. Default no. */
  readonly approximate?: boolean;
}

/**
 * Up to so many components (rows × dimensions) every vector is compared: 31,000 rows of 256 dimensions take 27 ms on
 * PGlite, and nothing is missed.
 */
const EXACT_COMPONENTS = 8_000_000;
/** A filter that leaves no more facts than this is answered by comparing all of these. */
const SELECTIVE = 5_000;

/** Vectors that the index is asked for at most: `hnsw.ef_search`, which ends at 1,000, has to be wider than that. */
const MOST_BY_INDEX = 700;
/** How wide the index searches for so many vectors: the last of them are found only by a search that goes further. */
const widthFor = (take: number) => Math.min(1_000, Math.max(200, Math.ceil(1.5 * take)));

/** About what the two ways cost, measured on 100,000 vectors of 1,024 dimensions; their ratio decides. */
const COST_MS = { fact: 0.0012, component: 1.2e-6, index: 0.6, candidate: 0.004 };

/** So many of the nearest have `limit` of them in scope, with some to spare. */
const takenFor = (limit: number, share: number) => Math.ceil((1.3 * limit) / Math.max(share, 1e-9));

/** How many of the nearest by Hamming distance are compared exactly. Recall@50 .97 with 400 on 256 bits. */
const candidatesFor = (limit: number) => Math.max(400, 16 * limit);
/** Taken without looking at the facts, so some may turn out to be retracted. */
const withSlack = (limit: number) => limit * 2 + 50;

/**
 * The `limit` facts nearest to the probe by cosine, nearest first, ties by fact id; facts without a vector, or with
 * one that is all zero, are not among them.
 *
 * Exact, unless `approximate` lets an index be used, or the backend has a bit side table, the space outgrows
 * `EXACT_COMPONENTS` and the filter leaves more than `SELECTIVE` facts: then the nearest by Hamming distance are ranked
 * exactly. Neither starves a filter: where too few of the nearest pass it, more are looked at, and in the end all.
 */
export async function denseSearch(connection: Connection, query: DenseQuery): Promise<DenseHit[]> {
  const search = new DenseStatements(connection, query);
  const components = query.space.sentences * query.space.dimensions;
  const byBits = connection.capabilities.bitSideTable && components > EXACT_COMPONENTS;
  const byIndex = query.approximate === true && query.space.indexed;
  if (query.scope.filter) {
    if (byIndex) return (await search.byIndex(await search.estimatedShare())) ?? search.exactInScope();
    if (!byBits || (await search.isSelective())) return search.exactInScope();
    return search.bitsInScope();
  }
  if (byIndex) {
    const hits = await search.byIndex(1);
    if (hits !== undefined) return hits;
  }
  // Most requests are for the present, where nearly every vector's fact is live: reading the facts of the nearest
  // only costs half of joining all of them.
  const nearest = byBits ? await search.nearestByBits() : await search.nearest();
  if (nearest.enough) return nearest.hits;
  return byBits ? search.bitsInScope() : search.exactInScope();
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
  const rows = await connection.rows<Row>(sql`
    select e.fact, (e.embedding::${type} <=> ${probeSql(connection, probe, type, space)}) as distance
    from embeddings e where e.space = ${space.id} and e.fact = ${anyOf(facts)}`);
  return new Map(hitsOf(rows).map(({ fact, cosine }) => [fact, cosine]));
}

interface Row {
  readonly fact: number;
  readonly distance: number | null;
}

/** Of `explain (format json)`. */
interface Explained {
  readonly Plan: { readonly 'Plan Rows': number };
}

interface Nearest {
  readonly hits: DenseHit[];
  readonly enough: boolean;
}

class DenseStatements {
  readonly #connection: Connection;
  readonly #query: DenseQuery;
  readonly #type: SQL;
  readonly #bits: SQL;
  readonly #distance: SQL;
  /** The distance as the index knows it. */
  readonly #ordering: SQL;
  readonly #hamming: SQL;
  readonly #inSpace: SQL;

  constructor(connection: Connection, query: DenseQuery) {
    this.#connection = connection;
    this.#query = query;
    this.#type = vectorTypeOf(connection, query.space);
    this.#bits = sql.raw(`bit(${query.space.dimensions})`);
    const probe = probeSql(connection, query.probe, this.#type, query.space);
    this.#ordering = sql`(e.embedding::${this.#type} <=> ${probe})`;
    // `+ 0` keeps an approximate index, should there be one, out of an exact search.
    this.#distance = sql`(${this.#ordering} + 0)`;
    this.#hamming = sql`(b.bits::${this.#bits} <~> binary_quantize(${probe})::${this.#bits})`;
    this.#inSpace = sql`e.space = ${query.space.id}`;
  }

  /** Compares every vector of the space, then looks which of the nearest are live. */
  async nearest(): Promise<Nearest> {
    const take = withSlack(this.#query.limit);
    const rows = await this.#connection.rows<Row & { live: boolean }>(sql`
      with nearest as materialized (
        select e.fact, ${this.#distance} as distance from embeddings e
        where ${this.#inSpace} order by 2, 1 limit ${take})
      ${this.#liveOf(sql`nearest`)}`);
    return this.#survivors(rows, take);
  }

  /** As `nearest`, over the nearest by Hamming distance. */
  async nearestByBits(): Promise<Nearest> {
    const take = candidatesFor(this.#query.limit);
    const rows = await this.#connection.rows<Row & { live: boolean }>(sql`
      with candidate as materialized (
        select b.fact from embedding_bits b where b.space = ${this.#query.space.id}
        order by ${this.#hamming}, b.fact limit ${take}
      ), nearest as materialized (
        select e.fact, ${this.#distance} as distance
        from candidate c join embeddings e on ${this.#inSpace} and e.fact = c.fact)
      ${this.#liveOf(sql`nearest`)}`);
    const live = rows.filter((row) => row.live);
    // Of the candidates at least half must be live, else the rerank has too few to choose from.
    const enough = rows.length < take || live.length * 2 >= take;
    return { hits: hitsOf(live).slice(0, this.#query.limit), enough };
  }

  /**
   * The nearest by the index of which enough are in scope; undefined when comparing all that are in scope costs less, or
   * when there are too few of them among what the index gives. The more fail the filter, the more are asked for at once.
   * @param share of the facts that are in scope, as far as it is known
   */
  async byIndex(share: number): Promise<DenseHit[] | undefined> {
    const { limit, scope, space } = this.#query;
    const inScopeCount = share * space.sentences;
    const exactMs = inScopeCount * (COST_MS.fact + space.dimensions * COST_MS.component);
    let take = Math.max(withSlack(limit), takenFor(limit, share));
    if (exactMs < COST_MS.index + take * COST_MS.candidate) return undefined;
    while (take <= MOST_BY_INDEX) {
      await this.#connection.rows(sql`select set_config('hnsw.ef_search', ${String(widthFor(take))}, true)`);
      const rows = await this.#connection.rows<Row & { live: boolean }>(sql`
        with nearest as materialized (
          select e.fact, ${this.#ordering} as distance from embeddings e
          where ${this.#inSpace} order by ${this.#ordering} limit ${take})
        ${this.#inScopeOf(sql`nearest`, inScope(scope))}`);
      const hits = hitsOf(rows.filter((row) => row.live));
      if (hits.length >= limit) return hits.slice(0, limit);
      if (rows.length < take) return undefined;
      take = Math.max(2 * take, takenFor(limit, Math.max(hits.length, 0.5) / rows.length));
    }
    return undefined;
  }

  /** The share of the facts with a sentence that are in scope, by PostgreSQL's statistics: asking costs no look at them. */
  async estimatedShare(): Promise<number> {
    const [row] = await this.#connection.rows<{ 'QUERY PLAN': readonly Explained[] }>(sql`
      explain (format json) select from facts f where f.sentence is not null and ${inScope(this.#query.scope)}`);
    const estimated = row!['QUERY PLAN'][0]!.Plan['Plan Rows'];
    return Math.min(1, estimated / Math.max(1, this.#query.space.sentences));
  }

  async exactInScope(): Promise<DenseHit[]> {
    return hitsOf(
      await this.#connection.rows<Row>(sql`
        select e.fact, ${this.#distance} as distance
        from embeddings e join facts f on f.id = e.fact
        where ${this.#inSpace} and ${inScope(this.#query.scope)}
        order by 2, 1 limit ${this.#query.limit}`),
    );
  }

  async bitsInScope(): Promise<DenseHit[]> {
    return hitsOf(
      await this.#connection.rows<Row>(sql`
        with candidate as materialized (
          select b.fact from embedding_bits b join facts f on f.id = b.fact
          where b.space = ${this.#query.space.id} and ${inScope(this.#query.scope)}
          order by ${this.#hamming}, b.fact limit ${candidatesFor(this.#query.limit)})
        select e.fact, ${this.#distance} as distance
        from candidate c join embeddings e on ${this.#inSpace} and e.fact = c.fact
        order by 2, 1 limit ${this.#query.limit}`),
    );
  }

  async isSelective(): Promise<boolean> {
    const [row] = await this.#connection.rows<{ matching: number }>(sql`
      select count(*) as matching from (
        select 1 from facts f where f.sentence is not null and ${inScope(this.#query.scope)}
        limit ${SELECTIVE + 1}) matching`);
    return (row?.matching ?? 0) <= SELECTIVE;
  }

  #liveOf(nearest: SQL): SQL {
    return this.#inScopeOf(nearest, isLive(this.#query.scope));
  }

  /** Looks the facts up by id: without statistics the planner would rather read all of the knowledge base. */
  #inScopeOf(nearest: SQL, condition: SQL): SQL {
    return sql`
      select n.fact, n.distance, coalesce(${condition}, false) as live
      from ${nearest} n join facts f on f.id = n.fact
      where f.knowledge_base = ${this.#query.scope.knowledgeBase} and f.id = any(array(select fact from ${nearest}))
      order by n.distance, n.fact`;
  }

  #survivors(rows: readonly (Row & { live: boolean })[], taken: number): Nearest {
    const hits = hitsOf(rows.filter((row) => row.live)).slice(0, this.#query.limit);
    return { hits, enough: hits.length === this.#query.limit || rows.length < taken };
  }
}

const vectorTypeOf = ({ capabilities: { vectorType } }: Connection, { dimensions }: EmbeddingSpace): SQL =>
  sql.raw(`${vectorType}(${dimensions})`);

function probeSql({ capabilities }: Connection, probe: Probe, type: SQL, space: EmbeddingSpace): SQL {
  return 'vector' in probe
    ? sql`${vectorBytes(probe.vector, capabilities.vectorType)}::${type}`
    : sql`(select p.embedding::${type} from embeddings p
           where p.space = ${space.id} and p.fact = ${probe.storedVectorOf})`;
}

/** The distance to a vector that is all zero is NaN, to one that is gone null; PostgreSQL sorts both last. */
function hitsOf(rows: readonly Row[]): DenseHit[] {
  return rows.flatMap(({ fact, distance }) =>
    distance === null || Number.isNaN(distance)
      ? []
      : [{ fact, cosine: Math.max(-1, Math.min(1, 1 - distance)) }],
  );
}
