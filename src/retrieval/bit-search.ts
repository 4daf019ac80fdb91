import { type SQL, sql } from 'drizzle-orm';
import { type DenseHit, hitsOf, type Looked } from './dense-query.js';
import type { EmbeddingSpace } from './embedding-spaces.js';
import type { ExactSearch, Nearest } from './exact-search.js';
import { inScope } from './live-facts.js';

/**
 * Up to so many components (rows × dimensions) every vector is compared: 31,000 rows of 256 dimensions take 27 ms on
 * PGlite, and nothing is missed.
 */
const EXACT_COMPONENTS = 8_000_000;
/** A filter that leaves no more facts than this is answered by comparing all of these. */
const SELECTIVE = 5_000;
/** How many of the nearest by Hamming distance are compared exactly. Recall@50 .97 with 400 on 256 bits. */
const candidatesFor = (limit: number) => Math.max(400, 16 * limit);

/** The nearest by Hamming distance in the side table of bits (alias b), ranked exactly. */
export class BitSearch {
  readonly #exact: ExactSearch;
  readonly #hamming: SQL;

  constructor(exact: ExactSearch) {
    this.#exact = exact;
    const bits = sql.raw(`bit(${exact.query.space.dimensions})`);
    this.#hamming = sql`(b.bits::${bits} <~> binary_quantize(${exact.probe})::${bits})`;
  }

  /** Whether comparing every vector would take too long. */
  static isFor({ sentences, dimensions }: EmbeddingSpace & { readonly sentences: number }): boolean {
    return sentences * dimensions > EXACT_COMPONENTS;
  }

  async hits(): Promise<DenseHit[]> {
    if (this.#exact.query.scope.filter) {
      return (await this.#isSelective()) ? this.#exact.inScope() : this.#inScope();
    }
    const nearest = await this.#nearest();
    return nearest.enough ? nearest.hits : this.#inScope();
  }

  /** As `ExactSearch.nearest`, over the nearest by Hamming distance. */
  async #nearest(): Promise<Nearest> {
    const { connection, query, inSpace, distance } = this.#exact;
    const take = candidatesFor(query.limit);
    const rows = await connection.rows<Looked>(sql`
      with candidate as materialized (
        select b.fact from embedding_bits b where b.space = ${query.space.id}
        order by ${this.#hamming}, b.fact limit ${take}
      ), nearest as materialized (
        select e.fact, ${distance} as distance
        from candidate c join embeddings e on ${inSpace} and e.fact = c.fact)
      ${this.#exact.liveOf(sql`nearest`)}`);
    const live = rows.filter((row) => row.live);
    // Of the candidates at least half must be live, else the rerank has too few to choose from.
    const enough = rows.length < take || live.length * 2 >= take;
    return { hits: hitsOf(live).slice(0, query.limit), enough };
  }

  async #inScope(): Promise<DenseHit[]> {
    const { connection, query, inSpace, distance } = this.#exact;
    return hitsOf(
      await connection.rows(sql`
        with candidate as materialized (
          select b.fact from embedding_bits b join facts f on f.id = b.fact
          where b.space = ${query.space.id} and ${inScope(query.scope)}
          order by ${this.#hamming}, b.fact limit ${candidatesFor(query.limit)})
        select e.fact, ${distance} as distance
        from candidate c join embeddings e on ${inSpace} and e.fact = c.fact
        order by 2, 1 limit ${query.limit}`),
    );
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
