import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import type { Embedder } from '../embedding/embedder.js';
import { factsByIds } from '../knowledge/facts-by-ids.js';
import { anyOf } from '../knowledge/id-list.js';
import { type Compared, type DenseQuery, probeSql, vectorTypeOf } from './dense-query.js';
import { denseSearch } from './dense-search.js';
import type { ActiveSpace } from './embedding-spaces.js';
import { ExactSearch } from './exact-search.js';
import { type FactScope, inScope } from './live-facts.js';
import { type CheckedOptions, checkOptions, checkText, lacking } from './options.js';
import { spaceBegunWith } from './pinned-space.js';
import type { Retriever, ScoredFact, SearchOutcome, SearchRequest } from './retrieval.js';

/** Facts that a stream gives where the request does not say how many (`topK`); it may say no more than this. */
export const MOST_STREAMED = 1_000;
/** So many facts are read at first, four times as many then. */
const FIRST_READ = 64;

/** A fact that retrieval brings, with what it counts: `ScoredFact.similarity`. */
export interface StreamedFact {
  readonly fact: number;
  /** In (0, 1]. */
  readonly similarity: number;
}

/**
 * What retrieval makes of a text, in falling similarity, a piece at a time: nothing is read before somebody wants it, and
 * what was read is kept. Every similarity is the one that `search` gives: the calibrated cosine; of a fact that has no
 * vector yet, and where DENSE is not among the channels, the fused score of the channels.
 *
 * The fused score, by which `search` ranks, falls in another order. What is read here has the order of what counts, so
 * words decide nothing beside meaning; `rerank`, which changes scores and no similarity, is of no account.
 */
export interface FactStream {
  /** How many facts may be read in all. */
  readonly topK: number;
  /**
   * Every fact that is live and has a sentence has a similarity, so that none but the farthest are behind the last. Else
   * some facts never come: those that the filter or `minSimilarity` leave out, and those that have no vector yet.
   */
  readonly isWhole: boolean;
  /** `similaritiesOf` knows all facts: one that it leaves out never comes. */
  readonly canAsk: boolean;
  /** An index was asked: a fact may be missing from what was read, be it ever so similar. */
  readonly isApproximate: boolean;
  /** How many facts were read so far, those that were asked for included, and what it took. */
  readonly rowsRead: number;
  readonly embedMs: number;
  readonly retrieveMs: number;
  /**
   * At most `count` facts behind the first `from`; none where no more are to come, or `topK` have. Facts that come out of turn, since an index
   * had missed them, are behind those that were read before.
   * @throws CorollaryError CANCELLED
   */
  take(from: number, count: number): Promise<StreamedFacts>;
  /** Of some facts that are live at the revision. */
  similaritiesOf(facts: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** The facts that were read so far and those that were asked for and come, best first, with what each channel said. */
  scored(): Promise<readonly ScoredFact[]>;
}

export interface StreamedFacts {
  readonly facts: readonly StreamedFact[];
  /** There are no more behind them. */
  readonly isAll: boolean;
}

/**
 * Embeds the text and reads the first facts.
 * @throws CorollaryError as `Retriever.search`
 */
export async function openFactStream(
  database: Database,
  embedder: Embedder,
  space: ActiveSpace | undefined,
  search: Retriever['search'],
  request: SearchRequest,
): Promise<FactStream> {
  checkText(request.text);
  const options = checkOptions({ ...request.options, topK: request.options?.topK ?? MOST_STREAMED });
  if (options.rerank && !embedder.outputs.has('tokens')) {
    throw lacking('rerank', 'vectors of single tokens for late interaction');
  }
  if (!options.channels.has('DENSE')) {
    const { topK } = options;
    const found = await search({
      ...request,
      options: { ...request.options, topK, rerank: false },
    });
    return new RankedStream(topK, found);
  }
  const started = performance.now();
  const { signal } = request;
  const [embedded] = await embedder.embed([request.text], 'query', { ...(signal && { signal }) });
  const embedMs = performance.now() - started;
  const stream = new DenseStream(database, embedder, space, request, options, embedded!.dense, embedMs);
  await stream.open(search);
  return stream;
}

/** By meaning: the nearest are asked for in pieces. */
class DenseStream implements FactStream {
  readonly topK: number;
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

  constructor(
    readonly database: Database,
    readonly embedder: Embedder,
    readonly space: ActiveSpace | undefined,
    readonly request: SearchRequest,
    readonly options: CheckedOptions,
    readonly vector: Float32Array,
    readonly embedMs: number,
  ) {
    this.topK = options.topK;
    this.#isWordless = vector.every((component) => component === 0);
  }

  /** Reads the first facts; those without a vector are found by `search`. */
  async open(search: Retriever['search']): Promise<void> {
    const { filter, minSimilarity, channels } = this.options;
    const isEmbedded =
      this.space !== undefined &&
      (await this.#inSpace(async (connection, space) => {
        await this.#deepen(connection, space, Math.min(FIRST_READ, this.topK));
        return everySentenceHasAVector(connection, space, this.#scope);
      }));
    if (this.space === undefined || this.#isWordless) this.#isAll = true;
    this.isWhole = isEmbedded && filter === null && minSimilarity === 0 && !this.#isWordless;
    if (!isEmbedded && channels.size > 1) await this.#addByWords(search);
  }

  async take(from: number, count: number): Promise<StreamedFacts> {
    const end = Math.min(from + count, this.topK);
    while (this.#read.length < end && (this.#next.length > 0 || !this.#isAll)) {
      if (this.#next.length === 0) {
        if (this.#depth >= this.topK) break;
        const depth = Math.min(this.topK, this.#depth * 4);
        await this.#inSpace((connection, space) => this.#deepen(connection, space, depth));
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
    const rows = await this.#inSpace((connection, space) => {
      const type = vectorTypeOf(connection, space);
      const probe = probeSql(connection, { vector: this.vector }, type, space);
      const isAsked = sql`e.space = ${space.id} and e.fact = ${anyOf(facts)}`;
      const from =
        this.options.filter === null
          ? sql`embeddings e where ${isAsked}`
          : sql`embeddings e join facts f on f.id = e.fact where ${isAsked} and ${inScope(this.#scope)}`;
      return connection.rows<Compared>(
        sql`select e.fact, (e.embedding::${type} <=> ${probe}) as distance from ${from}`,
      );
    });
    for (const { fact, distance } of rows) {
      if (distance === null) continue;
      const cosine = Number.isNaN(distance) ? FARTHEST : Math.max(-1, Math.min(1, 1 - distance));
      const similarity = this.embedder.similarityOf(cosine);
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
    const facts = await factsByIds(this.database, this.request.knowledgeBase.id, ids);
    return known.map(({ fact, similarity }, i) => {
      const channels = [{ channel: 'DENSE', score: similarity, rank: i + 1 }] as const;
      return this.#byWords.get(fact) ?? { fact: facts[i]!, score: similarity, similarity, channels };
    });
  }

  get #scope(): FactScope {
    const { knowledgeBase, revision } = this.request;
    return { knowledgeBase: knowledgeBase.id, revision, filter: this.options.filter };
  }

  /** Knows the nearest `depth` facts afterwards. */
  async #deepen(connection: Connection, space: ActiveSpace, depth: number): Promise<void> {
    if (this.#isWordless) return;
    const { minSimilarity, exact } = this.options;
    // One more tells whether there are more.
    const query = { space, probe: { vector: this.vector }, scope: this.#scope, limit: depth + 1 };
    const mayMiss = !exact && depth < this.topK;
    const { hits, exact: isExact } = await denseSearch(connection, { ...query, approximate: mayMiss });
    const near = hits
      .map(({ fact, cosine }) => ({ fact, similarity: this.embedder.similarityOf(cosine) }))
      .filter(({ similarity }) => similarity >= minSimilarity);
    const isEnd = near.length < hits.length || (isExact && hits.length <= depth);
    if (isEnd && near.length === hits.length) {
      near.push(...(await this.#wordless(connection, query, depth - hits.length)));
    }
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
  }

  /** Facts whose vectors are all zero, since the model knows no word of theirs: they are the farthest of all. */
  async #wordless(connection: Connection, query: DenseQuery, most: number): Promise<StreamedFact[]> {
    const similarity = this.embedder.similarityOf(FARTHEST);
    if (similarity < this.options.minSimilarity || most <= 0) return [];
    const { inSpace, distance } = new ExactSearch(connection, query);
    const rows = await connection.rows<{ fact: number }>(sql`
      select e.fact from embeddings e join facts f on f.id = e.fact
      where ${inSpace} and ${inScope(this.#scope)} and ${distance} = 'NaN'::float8
      order by e.fact limit ${most}`);
    return rows.map(({ fact }) => ({ fact, similarity }));
  }

  async #addByWords(search: Retriever['search']): Promise<void> {
    const { request } = this;
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

  /** @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when the space was dropped since the stream was opened */
  async #inSpace<T>(work: (connection: Connection, space: ActiveSpace) => Promise<T>): Promise<T> {
    const started = performance.now();
    const { signal, knowledgeBase } = this.request;
    const result = await this.database.transaction(
      async (connection) => {
        const begunWith = { space: this.space, pinned: true };
        const space = await spaceBegunWith(connection, knowledgeBase.id, begunWith);
        return work(connection, space!);
      },
      signal ? { snapshot: true, signal } : { snapshot: true },
    );
    this.retrieveMs += performance.now() - started;
    return result;
  }
}

/** By words alone: what `search` finds, whose score is the similarity there. */
class RankedStream implements FactStream {
  readonly isWhole = false;
  readonly canAsk: boolean;
  readonly isApproximate: boolean;
  rowsRead = 0;
  readonly retrieveMs: number;
  readonly embedMs: number;
  readonly #facts: readonly ScoredFact[];
  readonly #found: readonly StreamedFact[];
  readonly #isAll: boolean;

  constructor(
    readonly topK: number,
    { facts, cut, exact, embedMs, retrieveMs }: SearchOutcome,
  ) {
    this.#facts = facts;
    this.#found = facts.map(({ fact, similarity }) => ({ fact: fact.id, similarity })).sort(bySimilarity);
    this.#isAll = !cut;
    this.canAsk = !cut;
    this.isApproximate = !exact;
    this.embedMs = embedMs;
    this.retrieveMs = retrieveMs;
  }

  async take(from: number, count: number): Promise<StreamedFacts> {
    const end = from + count;
    this.rowsRead = Math.min(this.#found.length, Math.max(this.rowsRead, end));
    return { facts: this.#found.slice(from, end), isAll: this.#isAll && end >= this.#found.length };
  }

  /** A fact that was not found in the first place may be behind those that were. */
  async similaritiesOf(facts: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const asked = new Set(facts);
    const known = this.#found.filter(({ fact }) => asked.has(fact));
    return new Map(known.map(({ fact, similarity }) => [fact, similarity]));
  }

  async scored(): Promise<readonly ScoredFact[]> {
    return this.#facts.slice(0, this.rowsRead);
  }
}

/** Of a vector that is all zero. */
const FARTHEST = -1;

const bySimilarity = (a: StreamedFact, b: StreamedFact) => b.similarity - a.similarity || a.fact - b.fact;

/** Of the sentences that are live at the scope's revision. */
async function everySentenceHasAVector(
  connection: Connection,
  space: ActiveSpace,
  { knowledgeBase, revision }: FactScope,
): Promise<boolean> {
  const [row] = await connection.rows<{ all: boolean }>(sql`
    select not exists (
        select from embedding_queue q join facts f on f.knowledge_base = ${knowledgeBase} and f.id = q.fact
        where q.space = ${space.id} and f.asserted_in <= ${revision})
      and not exists (
        select from facts f
        where f.knowledge_base = ${knowledgeBase} and f.retracted_in > ${revision} and f.asserted_in <= ${revision}
          and f.sentence is not null
          and not exists (select from embeddings e where e.space = ${space.id} and e.fact = f.id)) as "all"`);
  return row!.all;
}
