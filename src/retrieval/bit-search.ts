import { type SQL, sql } from 'drizzle-orm';
import { type DenseHit, type DenseQuery, hitsOf, type Looked } from './dense-query.js';
import { type ExactSearch, withSlack } from './exact-search.js';
import { inScope } from './live-facts.js';

/**
 * Up to so many components (rows × dimensions) every vector is compared, and nothing is missed. On PGlite 12,000 rows of
 * 256 dimensions take 8 ms; bits are faster above that, and with 1,024 dimensions much faster.
 */
const EXACT_COMPONENTS = 3_000_000;
/** With a filter both ways have the facts to join, and bits save less. */
const EXACT_COMPONENTS_FILTERED = 12_000_000;
/** A filter that leaves no more facts than this is answered by comparing all of these. */
const SELECTIVE = 5_000;
/** How many of the nearest by Hamming distance are compared exactly, at first. */
const candidatesFor = (limit: number) => Math.max(400, 16 * limit);
/** How much wider the second look is, if one is needed. */
const WIDER = 4;
/** Of the hits, those that stand late: so few say that about as few are missed. */
const FEW_LATE = 0.02;
/** With so many a second look would be as vain as the first. */
const MANY_LATE = 0.3;

/** A row of the candidates that were compared. */
type Ranked = Looked & {
  /** Its place among the candidates, by Hamming distance and from 1. */
  readonly place: number;
};

/** The nearest by Hamming distance in the side table of bits (alias b), ranked exactly. */
export class BitSearch {
  readonly #exact: ExactSearch;
  readonly #hamming: SQL;

  constructor(exact: ExactSearch) {
    this.#exact = exact;
    const bits = sql.raw(`bit(${exact.query.space.dimensions})`);
    this.#hamming = sql`(b.bits <~> binary_quantize(${exact.probe})::${bits})`;
  }

  /** Whether comparing every vector would take too long. */
  static isFor({ space: { sentences, dimensions }, scope }: DenseQuery): boolean {
    return sentences * dimensions > (scope.filter ? EXACT_COMPONENTS_FILTERED : EXACT_COMPONENTS);
  }

  /**
   * Hits that stand late among the candidates say that others as near stand behind them: then more candidates are
   * compared, and if that promises no better, every vector. So it is where bits tell little, as of facts that are all far
   * from the text, and where many candidates turn out to be retracted.
   * @returns undefined where comparing all that are in scope is better
   */
  async hits(): Promise<DenseHit[] | undefined> {
    const { limit, scope, space } = this.#exact.query;
    if (scope.filter && (await this.#isSelective())) return undefined;
    // What a filter leaves is often far from the text, and bits are rougher there.
    const first = scope.filter ? WIDER * candidatesFor(limit) : candidatesFor(limit);
    for (const count of [first, WIDER * first]) {
      if (2 * count > space.sentences) return undefined;
      const rows = scope.filter ? await this.#inScope(count) : await this.#nearest(count);
      // So few vectors are compared as fast without bits.
      if (rows.length < limit) return undefined;
      const live = rows.filter((row) => row.live).slice(0, limit);
      const hits = hitsOf(live);
      const late = live.filter(({ place }) => 2 * place > count).length;
      if (hits.length === limit && late <= FEW_LATE * limit) return hits;
      if (late > MANY_LATE * limit) return undefined;
    }
    return undefined;
  }

  /** Looks at the facts of the nearest only. */
  #nearest(count: number): Promise<Ranked[]> {
    const { connection, query } = this.#exact;
    return connection.rows(sql`
      with ${this.#candidates(sql`embedding_bits b`, sql`true`, count)},
      nearest as materialized (${this.#compared(withSlack(query.limit))}),
      looked as (${this.#exact.liveOf(sql`nearest`)})
      ${this.#placed(sql`looked`, sql`n.live`)}`);
  }

  #inScope(count: number): Promise<Ranked[]> {
    const { connection, query } = this.#exact;
    const facts = sql`embedding_bits b join facts f on f.id = b.fact`;
    return connection.rows(sql`
      with ${this.#candidates(facts, inScope(query.scope), count)},
      nearest as materialized (${this.#compared(query.limit)})
      ${this.#placed(sql`nearest`, sql`true`)}`);
  }

  #candidates(from: SQL, condition: SQL, count: number): SQL {
    return sql`candidate as materialized (
      select c.fact, c.place from unnest(array(
        select b.fact from ${from} where b.space = ${this.#exact.query.space.id} and ${condition}
        order by ${this.#hamming}, b.fact limit ${count})) with ordinality c (fact, place))`;
  }

  /** The nearest of the candidates. They are looked up by id: without statistics the planner would read every vector. */
  #compared(take: number): SQL {
    const { inSpace, distance } = this.#exact;
    return sql`
      select e.fact, ${distance} as distance from embeddings e
      where ${inSpace} and e.fact = any(array(select fact from candidate))
      order by 2, 1 limit ${take}`;
  }

  #placed(nearest: SQL, live: SQL): SQL {
    return sql`
      select n.fact, n.distance, ${live} as live, c.place from ${nearest} n join candidate c on c.fact = n.fact
      order by n.distance, n.fact`;
  }

  async #isSelective(): Promise<boolean> {
    const { connection, query } = this.#exact;
    const [row] = await connection.rows<{ matching: number }>(sql`
      select count(*) as matching from (
        select 1 from facts f where f.sentence is not null and ${inScope(query.scope)}
        limit ${SELECTIVE + 1}) matching`);
    return (row?.matching ?? 0) <= SELECTIVE;
  }
}
