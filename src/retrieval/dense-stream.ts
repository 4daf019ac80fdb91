import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { factsByIds } from '../knowledge/facts-by-ids.js';
import { anyOf } from '../knowledge/id-list.js';
import { BitSearch } from './bit-search.js';
import { type Compared, type DenseQuery, hitsOf, probeSql, vectorTypeOf } from './dense-query.js';
import { denseSearch } from './dense-search.js';
import { type ActiveSpace, activeSpace } from './embedding-spaces.js';
import { ExactSearch } from './exact-search.js';
import { type FactScope, inScope } from './live-facts.js';
import { type AllTaken, allTaken, nearestTables } from './nearest-statement.js';
import type { CheckedOptions } from './options.js';
import { type Meaning, SpaceChanged, type SpacePin, spaceDropped } from './pinned-space.js';
import type { Retriever, ScoredFact, SearchRequest } from './retrieval.js';
import type { SearchExperience } from './search-experience.js';
import { type SpaceStatus, spaceStateSql } from './space-status.js';
import { bySimilarity, type FactStream, type StreamedFact, type StreamedFacts } from './streamed-facts.js';

/**
 * How many facts are known after the first read, which is enough for a page where most of them give an answer, and after the
 * second; the third brings the last.
 */
const READS = [32, 256];

/** Of a vector that is all zero. */
const FARTHEST = -1;

/** What a stream reads with. */
export interface StreamParts {
  readonly database: Database;
  readonly experience: SearchExperience;
  readonly search: Retriever['search'];
  readonly request: SearchRequest & { readonly pin: SpacePin };
}

/** By meaning: the nearest are asked for in pieces. */
export class DenseStream implements FactStream {
  readonly topK: number;
  space: ActiveSpace | undefined;
  isWhole = false;
  readonly canAsk = true;
  isApproximate = false;
  retrieveMs = 0;
  readonly #read: StreamedFact[] = [];
  readonly #asked = new Map<number, number>();
  /** What comes behind `read`, as far as it is known. */
  #next: StreamedFact[] = [];
  /** How many of the nearest are known. */
  #depth = 0;
  /** The nearest that are known are all that there are. */
  #isAll = false;
  /** Facts without a vector that other channels brought. */
  readonly #byWords = new Map<number, ScoredFact>();
  readonly #isWordless: boolean;
  /** The space need not be the active one any more. */
  #isPinned: boolean;

  constructor(
    readonly parts: StreamParts,
    readonly meaning: Meaning,
    readonly options: CheckedOptions,
    readonly vector: Float32Array,
    readonly embedMs: number,
  ) {
    this.topK = options.topK;
    this.space = meaning.space;
    this.#isPinned = meaning.pinned;
    this.#isWordless = vector.every((component) => component === 0);
  }

  /**
   * Reads the first facts; those without a vector are found by `search`.
   * @throws SpaceChanged when the space is not the active one any more, and the request is not pinned to it
   */
  async open(): Promise<void> {
    const { filter, minSimilarity, channels } = this.options;
    const isEmbedded = this.space !== undefined && (await this.#deepen(this.space, this.#following(0)));
    this.parts.request.pin.set(this.space);
    this.#isPinned = true;
    if (this.space === undefined || this.#isWordless) this.#isAll = true;
    this.isWhole = isEmbedded && filter === null && minSimilarity === 0 && !this.#isWordless;
    if (!isEmbedded && channels.size > 1) await this.#addByWords();
  }

  async take(from: number, count: number): Promise<StreamedFacts> {
    const end = Math.min(from + count, this.topK);
    while (this.#read.length < end && (this.#next.length > 0 || !this.#isAll)) {
      if (this.#next.length === 0) {
        if (this.#depth >= this.topK) break;
        await this.#deepen(this.space!, this.#following(this.#depth));
      }
      this.#read.push(...this.#next.splice(0, end - this.#read.length));
    }
    const isAll = this.#isAll && this.#next.length === 0 && end >= this.#read.length;
    return { facts: this.#read.slice(from, end), isAll };
  }

  async similaritiesOf(facts: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const found = new Map<number, number>();
    for (const fact of facts) {
      const scored = this.#byWords.get(fact);
      if (scored !== undefined) found.set(fact, scored.similarity);
    }
    if (this.space === undefined || this.#isWordless || facts.length === 0) return found;
    const { space } = this;
    const { database } = this.parts;
    const type = vectorTypeOf(database, space);
    const probe = probeSql(database, { vector: this.vector }, type, space);
    const rows = await this.#statement<Compared & SpaceStatus>(
      sql`
      select s.state, e.fact, (e.embedding::${type} <=> ${probe}) as distance
      from (${spaceStateSql(space)}) s
      left join embeddings e on e.space = ${space.id} and e.fact = ${anyOf(facts)} and ${
        this.options.filter === null
          ? sql`true`
          : sql`exists (select from facts f where f.id = e.fact and ${inScope(this.#scope)})`
      }`,
      this.options.filter === null,
    );
    await this.#requireSpace(rows[0]);
    for (const { fact, distance } of rows) {
      if (distance === null) continue;
      const cosine = Number.isNaN(distance) ? FARTHEST : Math.max(-1, Math.min(1, 1 - distance));
      const similarity = this.meaning.embedder.similarityOf(cosine);
      if (similarity >= this.options.minSimilarity) found.set(fact, similarity);
    }
    for (const [fact, similarity] of found) this.#asked.set(fact, similarity);
    return found;
  }

  get rowsRead(): number {
    return this.#read.length + this.#asked.size;
  }

  async scored(): Promise<readonly ScoredFact[]> {
    const similarities = new Map([
      ...this.#asked,
      ...this.#read.map(({ fact, similarity }) => [fact, similarity] as const),
    ]);
    const known = [...similarities].map(([fact, similarity]) => ({ fact, similarity })).sort(bySimilarity);
    const ids = known.map(({ fact }) => fact);
    const { database, request } = this.parts;
    const facts = await factsByIds(database, request.knowledgeBase.id, ids);
    return known.map(({ fact, similarity }, i) => {
      const channels = [{ channel: 'DENSE', score: similarity, rank: i + 1 }] as const;
      return this.#byWords.get(fact) ?? { fact: facts[i]!, score: similarity, similarity, channels };
    });
  }

  #following(depth: number): number {
    return Math.min(this.topK, READS.find((read) => read > depth) ?? this.topK);
  }

  get #scope(): FactScope {
    const { knowledgeBase, revision } = this.parts.request;
    return { knowledgeBase: knowledgeBase.id, revision, filter: this.options.filter };
  }

  /** Knows the nearest `depth` facts afterwards. @returns whether every sentence has a vector */
  async #deepen(space: ActiveSpace, depth: number): Promise<boolean> {
    const { minSimilarity, exact } = this.options;
    // One more tells whether there are more.
    const query = { space, probe: { vector: this.vector }, scope: this.#scope, limit: depth + 1 };
    const { hits, isExact, status } = await this.#nearest({
      ...query,
      approximate: !exact && depth < this.topK,
    });
    const { sentences, index, embedded: isEmbedded } = status;
    this.space = { ...space, sentences, index };
    if (this.#isWordless) return isEmbedded;
    const near = hits
      .map(({ fact, cosine }) => ({ fact, similarity: this.meaning.embedder.similarityOf(cosine) }))
      .filter(({ similarity }) => similarity >= minSimilarity);
    const isEnd = near.length < hits.length || (isExact && hits.length <= depth);
    if (isEnd && near.length === hits.length)
      near.push(...(await this.#wordless(query, depth - hits.length)));
    const known = new Set([...this.#read.map(({ fact }) => fact), ...this.#byWords.keys()]);
    const fresh = near.filter(({ fact }) => !known.has(fact));
    // What an index gave before is right when all that are compared now leave it as it is.
    const last = this.#read.at(-1)?.similarity ?? 1;
    const wasRight = fresh.every(({ similarity }) => similarity <= last);
    this.isApproximate = !isExact || (this.isApproximate && !wasRight);
    const byWords = this.#next.filter(({ fact }) => this.#byWords.has(fact));
    this.#next = [...fresh, ...byWords].sort(bySimilarity);
    this.#depth = depth;
    this.#isAll = isEnd;
    return isEmbedded;
  }

  async #nearest(query: DenseQuery) {
    const { database, request, experience } = this.parts;
    if (query.approximate && database.capabilities.bitSideTable && BitSearch.isFor(query)) {
      const { signal } = request;
      const started = performance.now();
      const found = await database.transaction(
        async (connection) => {
          const [status] = await connection.rows<SpaceStatus>(spaceStateSql(query.space, this.#scope));
          await this.#requireSpace(status);
          const { hits, exact } = await denseSearch(connection, query, experience);
          return { hits, isExact: exact, status: status! };
        },
        { snapshot: true, ...(signal && { signal }) },
      );
      this.retrieveMs += performance.now() - started;
      return found;
    }
    const { space } = query;
    const ways = await experience.waysFor(database, query);
    for (let way = ways.first; ; ) {
      const rows = await this.#statement<Compared & SpaceStatus & AllTaken>(
        sql`
          with ${nearestTables(database, query, way)}
          select s.state, s.embedded, s.sentences, s.index, all_taken.taken, all_taken.nearest, n.fact, n.distance
          from (${spaceStateSql(space, this.#scope)}) s
          cross join ${allTaken} all_taken
          left join nearest n on true
          order by n.distance, n.fact`,
        ways.mayKeepPlan,
      );
      await this.#requireSpace(rows[0]);
      const found = rows.filter(({ fact }) => fact !== null);
      const next = ways.after(found.length, rows[0]!.taken, rows[0]!.nearest);
      if (next === undefined) {
        return { hits: hitsOf(found), isExact: !('width' in way), status: rows[0]! };
      }
      way = next;
    }
  }

  /** Facts whose vectors are all zero, since the model knows no word of theirs: they are the farthest of all. */
  async #wordless(query: DenseQuery, most: number): Promise<StreamedFact[]> {
    const similarity = this.meaning.embedder.similarityOf(FARTHEST);
    if (similarity < this.options.minSimilarity || most <= 0) return [];
    const { inSpace, distance } = new ExactSearch(this.parts.database, query);
    const rows = await this.#statement<{ fact: number }>(sql`
      select e.fact from embeddings e join facts f on f.id = e.fact
      where ${inSpace} and ${inScope(this.#scope)} and ${distance} = 'NaN'::float8
      order by e.fact limit ${most}`);
    return rows.map(({ fact }) => ({ fact, similarity }));
  }

  async #addByWords(): Promise<void> {
    const { request, search } = this.parts;
    const options = { ...request.options, topK: this.topK, rerank: false };
    const { facts, retrieveMs } = await search({ ...request, options });
    this.retrieveMs += retrieveMs;
    for (const scored of facts) {
      const { fact, similarity, channels } = scored;
      if (channels.some(({ channel }) => channel === 'DENSE')) continue;
      this.#byWords.set(fact.id, scored);
      this.#next.push({ fact: fact.id, similarity });
    }
    this.#next.sort(bySimilarity);
  }

  async #statement<Row extends object>(statement: SQL, prepared = false): Promise<Row[]> {
    const started = performance.now();
    const { database, request } = this.parts;
    const { signal } = request;
    const rows = await database.rows<Row>(statement, { prepared, ...(signal && { signal }) });
    this.retrieveMs += performance.now() - started;
    return rows;
  }

  /**
   * @throws SpaceChanged, before the request is pinned, when another space is the active one; CorollaryError
   * EMBEDDING_SPACE_UNAVAILABLE when it was dropped since
   */
  async #requireSpace(status: SpaceStatus | undefined): Promise<void> {
    if (this.#isPinned ? status !== undefined : status?.state === 'ACTIVE') return;
    if (this.#isPinned) throw spaceDropped(this.space!);
    const { database, request } = this.parts;
    throw new SpaceChanged(await activeSpace(database, request.knowledgeBase.id));
  }
}
