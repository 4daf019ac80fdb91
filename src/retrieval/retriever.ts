import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import type { EmbedAs, Embedder, EmbedOptions, TokenVectors } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import { factsByIds } from '../knowledge/facts-by-ids.js';
import type { FactFilter, KnowledgeBase } from '../knowledge/knowledge.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import { candidatesFor } from './candidates.js';
import type { Probe } from './dense-query.js';
import { denseSearch } from './dense-search.js';
import { type ActiveSpace, activeSpace } from './embedding-spaces.js';
import { openFactStream } from './fact-stream.js';
import { LATE_WEIGHT, LateInteraction, MOST_COMPARED } from './late-interaction.js';
import { NearestFacts } from './nearest-facts.js';
import { checkLimit, checkOptions, checkSimilarity, checkText, lacking } from './options.js';
import { type BegunWith, type Meaning, SpaceChanged, SpacePin, spaceBegunWith } from './pinned-space.js';
import { QueryLoad } from './query-load.js';
import type {
  ScoredFact,
  SearchOutcome,
  SearchRequest,
  SimilarFacts,
  SimilarRequest,
  StreamingRetriever,
} from './retrieval.js';
import { scoredByMeaning, scoredFacts } from './scored-facts.js';
import { SearchExperience } from './search-experience.js';
import { type SpaceEmbedders, spaceEmbedders } from './space-embedders.js';
import type { FactStream } from './streamed-facts.js';

const noMeaning: BegunWith = { space: undefined, pinned: false };

/** Changes of the active space that one request follows, before it is told to come again. */
const MOST_CHANGES = 4;

/** Retrieval over the facts in `database`, by words and by the vectors of the active space's model. */
export class FactRetriever implements StreamingRetriever {
  readonly #database: Database;
  readonly #embedders: SpaceEmbedders;
  readonly #late = new LateInteraction();
  readonly #nearestFacts: NearestFacts;
  /** What of this retriever is under way. */
  readonly load = new QueryLoad();
  readonly #experience = new SearchExperience();
  /** The space that was last seen to be active, by knowledge base. Each request finds out in its snapshot whether it still is. */
  readonly #lastSeen = new Map<number, ActiveSpace>();

  constructor(database: Database, embedders: Embedder | SpaceEmbedders) {
    this.#database = database;
    this.#nearestFacts = new NearestFacts(database, this.#experience);
    this.#embedders = spaceEmbedders(embedders);
  }

  /**
   * @throws CorollaryError BAD_INPUT for an empty text or an option out of its range; PROLOG_SYNTAX for a filter;
   * EMBEDDING_SPACE_UNAVAILABLE when DENSE or SPARSE is among the channels and the active space is another model's, or
   * SPARSE and it has no lexical weights; CANCELLED
   */
  async search(request: SearchRequest): Promise<SearchOutcome> {
    checkText(request.text);
    const { channels, rerank } = checkOptions(request.options);
    if (!channels.has('DENSE') && !channels.has('SPARSE') && !rerank) return this.#search(request, undefined);
    return this.#inOneSpace(request, (meaning) => this.#search(request, meaning));
  }

  /** @param meaning undefined: by words alone */
  async #search(
    { knowledgeBase, revision, text, options, signal }: SearchRequest,
    meaning: Meaning | undefined,
  ): Promise<SearchOutcome> {
    const {
      channels,
      filter,
      topK,
      minSimilarity,
      rerank,
      fusion,
      exact: compareAll,
    } = checkOptions(options);
    const embedder = meaning?.embedder ?? this.#embedders.own;
    if (rerank && !embedder.outputs.has('tokens')) {
      throw lacking('rerank', 'vectors of single tokens for late interaction');
    }
    if (channels.has('SPARSE') && !embedder.outputs.has('sparse')) {
      throw lacking('channels', 'the channel SPARSE');
    }
    const also = [
      ...(channels.has('SPARSE') ? (['sparse'] as const) : []),
      ...(rerank ? (['tokens'] as const) : []),
    ];
    const asked = meaning ? await this.#embed(embedder, text, signal, 'query', also) : nothingEmbedded;
    const vector = channels.has('DENSE') ? asked.vector : undefined;
    const started = performance.now();
    if (
      meaning?.space &&
      !meaning.pinned &&
      channels.has('DENSE') &&
      channels.size === 1 &&
      !rerank &&
      this.#database.capabilities.vectorIndex
    ) {
      const { space } = meaning;
      const scope = { knowledgeBase: knowledgeBase.id, revision, filter };
      const request = { space, vector: asked.vector!, scope, limit: topK + 1, exact: compareAll, signal };
      const found = await this.#nearestFacts.find(request);
      this.#lastSeen.set(knowledgeBase.id, found.space);
      const near = scoredByMeaning(found.facts, embedder).filter(
        ({ similarity }) => similarity >= minSimilarity,
      );
      return {
        facts: near.slice(0, topK),
        cut: near.length > topK,
        exact: found.exact,
        certain: found.exact ? Math.min(near.length, topK) : 0,
        space: space.id,
        embedMs: asked.embedMs,
        retrieveMs: performance.now() - started,
      };
    }
    const { facts, cut, exact, certain } = await this.#atOneMoment(signal, async (connection) => {
      const scope = { knowledgeBase: knowledgeBase.id, revision, filter };
      const lexicalText = channels.has('LEXICAL') ? text : undefined;
      const candidates = await candidatesFor(connection, embedder, {
        scope,
        begunWith: meaning ?? noMeaning,
        vector,
        sparse: channels.has('SPARSE') ? asked.sparse : undefined,
        lexicalText,
        fusion,
        topK: rerank ? Math.max(topK, MOST_COMPARED) : topK,
        exact: compareAll,
        experience: this.#experience,
      });
      const kept = candidates.found.filter(({ similarity, score }) => (similarity ?? score) >= minSimilarity);
      const best = kept.slice(0, rerank ? Math.max(topK, MOST_COMPARED) : topK);
      const ids = best.map(({ fact }) => fact);
      const facts = await factsByIds(connection, knowledgeBase.id, ids);
      const { unseen, ranks } = candidates;
      const atMost = unseen === undefined || unseen.similarity < minSimilarity ? 0 : unseen.score;
      const noneIsBetter = (kept[topK - 1]?.score ?? 0) >= atMost;
      const better = kept.slice(0, topK).filter(({ score }) => score >= atMost).length;
      return {
        facts: scoredFacts(best, facts, ranks),
        cut: kept.length > topK,
        exact: candidates.exact && noneIsBetter,
        certain: candidates.exact ? better : 0,
      };
    });
    const retrieveMs = performance.now() - started;
    const compared = vector !== undefined || channels.has('SPARSE');
    const space = compared ? (meaning?.space?.id ?? null) : null;
    if (!rerank) return { facts, cut, exact, certain, space, embedMs: asked.embedMs, retrieveMs };
    const again = performance.now();
    const reranked = await this.#reranked(embedder, facts, asked.tokenVectors!, signal);
    const embedMs = asked.embedMs + performance.now() - again;
    // Late interaction puts the best in another order.
    const inOrder = exact ? Math.min(topK, reranked.length) : 0;
    return { facts: reranked.slice(0, topK), cut, exact, certain: inOrder, space, embedMs, retrieveMs };
  }

  /**
   * Runs `work` with the active space and its model, and again with another one where that has become active in between,
   * unless the request is pinned: what it compares is always of one space.
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when this server lacks the model
   */
  #inOneSpace<T>(
    { knowledgeBase: { id: knowledgeBase }, pin }: Pick<SearchRequest, 'knowledgeBase' | 'pin'>,
    work: (meaning: Meaning) => Promise<T>,
  ): Promise<T> {
    return this.load.during(() => this.#inSpaceOf(knowledgeBase, pin, work));
  }

  async #inSpaceOf<T>(
    knowledgeBase: number,
    pin: SpacePin | undefined,
    work: (meaning: Meaning) => Promise<T>,
  ): Promise<T> {
    if (pin !== undefined) {
      const space = await pin.space(this.#database, knowledgeBase);
      return work({ space, embedder: await this.#embedderOf(space), pinned: true });
    }
    let space = this.#lastSeen.get(knowledgeBase) ?? (await activeSpace(this.#database, knowledgeBase));
    for (let changes = 0; ; changes++) {
      try {
        if (space) this.#lastSeen.set(knowledgeBase, space);
        else this.#lastSeen.delete(knowledgeBase);
        return await work({ space, embedder: await this.#embedderOf(space), pinned: false });
      } catch (error) {
        if (changes >= MOST_CHANGES) throw error;
        if (error instanceof SpaceChanged) {
          space = error.space;
          continue;
        }
        // What this server cannot open may have been replaced since it was last seen.
        if (!(error instanceof CorollaryError) || error.code !== 'EMBEDDING_SPACE_UNAVAILABLE') throw error;
        const latest = await activeSpace(this.#database, knowledgeBase);
        if (latest?.id === space?.id) throw error;
        space = latest;
      }
    }
  }

  /** All that it reads is of one space. @throws CorollaryError as `search` */
  async stream(request: SearchRequest): Promise<FactStream> {
    const pin = request.pin ?? new SpacePin();
    const parts = {
      database: this.#database,
      experience: this.#experience,
      search: (each: SearchRequest) => this.search(each),
      request: { ...request, pin },
    };
    if (!checkOptions(request.options).channels.has('DENSE')) {
      return openFactStream(parts, { ...noMeaning, embedder: this.#embedders.own });
    }
    const { id } = request.knowledgeBase;
    return this.#inSpaceOf(id, pin.isSet ? pin : undefined, async (meaning) => {
      const stream = await openFactStream(parts, meaning);
      if (stream.space && !meaning.pinned) this.#lastSeen.set(id, stream.space);
      return stream;
    });
  }

  /** Late interaction counts for the best of the facts; the others keep what they have without it. */
  async #reranked(
    embedder: Embedder,
    facts: readonly ScoredFact[],
    query: TokenVectors,
    signal: AbortSignal | undefined,
  ): Promise<ScoredFact[]> {
    const compared = facts.slice(0, MOST_COMPARED);
    const sentences = compared.map(({ fact }) => fact.sentence ?? '');
    const late = await this.#late.scores(embedder, query, sentences, signal);
    return facts
      .map((each, i) => ({ ...each, score: (1 - LATE_WEIGHT) * each.score + LATE_WEIGHT * (late[i] ?? 0) }))
      .sort((a, b) => b.score - a.score || a.fact.id - b.fact.id);
  }

  /** @throws CorollaryError as `search` */
  async similar(request: SimilarRequest): Promise<SimilarFacts> {
    checkText(request.text);
    return this.#inOneSpace(request, async (meaning) => {
      const { vector, embedMs } = await this.#embed(meaning.embedder, request.text, request.signal);
      return this.#near(request, meaning, { vector }, embedMs);
    });
  }

  /**
   * Of a fact without a sentence, or of another knowledge base, no fact is near.
   * @throws CorollaryError as `search`
   */
  async nearest(request: Omit<SimilarRequest, 'text'> & { readonly fact: number }): Promise<SimilarFacts> {
    return this.#inOneSpace(request, (meaning) => this.#nearest(request, meaning));
  }

  async #nearest(
    request: Omit<SimilarRequest, 'text'> & { readonly fact: number },
    meaning: Meaning,
  ): Promise<SimilarFacts> {
    const { knowledgeBase, fact, signal } = request;
    const [row] = await this.#database.rows<{ sentence: string | null; embedded: boolean }>(sql`
      select f.sentence, exists (
        select from embeddings e where e.space = ${meaning.space?.id ?? null}::int and e.fact = f.id) as embedded
      from facts f where f.knowledge_base = ${knowledgeBase.id} and f.id = ${fact}`);
    if (row?.sentence == null) return none;
    if (row.embedded) return this.#near(request, meaning, { storedVectorOf: fact }, 0, fact);
    const { vector, embedMs } = await this.#embed(meaning.embedder, row.sentence, signal, 'passage');
    return this.#near(request, meaning, { vector }, embedMs, fact);
  }

  /**
   * Symmetric: both texts are embedded as passages.
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE
   */
  async similarity(
    a: string,
    b: string,
    knowledgeBase: KnowledgeBase,
    pin = new SpacePin(),
  ): Promise<number> {
    const embedder = await this.#embedderOf(await pin.space(this.#database, knowledgeBase.id));
    const [first, second] = await embedder.embed([a, b], 'passage');
    return embedder.similarityOf(dotProduct(first!.dense, second!.dense));
  }

  async similarities(
    text: string,
    others: readonly string[],
    knowledgeBase: KnowledgeBase,
  ): Promise<number[]> {
    const embedder = await this.#embedderOf(await new SpacePin().space(this.#database, knowledgeBase.id));
    const [first, ...rest] = await embedder.embed([text, ...others], 'passage');
    return rest.map(({ dense }) => embedder.similarityOf(dotProduct(first!.dense, dense)));
  }

  async #near(
    request: Omit<SimilarRequest, 'text'>,
    meaning: Meaning,
    probe: Probe,
    embedMs: number,
    leftOut?: number,
  ): Promise<SimilarFacts> {
    const { embedder } = meaning;
    const { knowledgeBase, revision, signal } = request;
    const limit = checkLimit('limit', request.limit, MOST_SIMILAR);
    const minSimilarity = checkSimilarity(request.minSimilarity);
    const filter = filterOf(request.pattern);
    if (filter === undefined) return none;
    const started = performance.now();
    const hits = await this.#atOneMoment(signal, async (connection) => {
      const space = await spaceBegunWith(connection, knowledgeBase.id, meaning);
      if (!space) return [];
      const scope = { knowledgeBase: knowledgeBase.id, revision, filter };
      // One more than asked for says whether there are more; another stands for the fact that is left out.
      const query = { space, probe, scope, limit: limit + 2 };
      return (await denseSearch(connection, query, this.#experience)).hits;
    });
    const near = hits
      .filter(({ fact }) => fact !== leftOut)
      .map(({ fact, cosine }) => ({ fact, similarity: embedder.similarityOf(cosine) }))
      .filter(({ similarity }) => similarity >= minSimilarity)
      .sort((a, b) => b.similarity - a.similarity || a.fact - b.fact);
    return {
      facts: near.slice(0, limit),
      cut: near.length > limit,
      embedMs,
      retrieveMs: performance.now() - started,
    };
  }

  async #embedderOf(space: ActiveSpace | undefined): Promise<Embedder> {
    return space ? this.#embedders.of(space) : this.#embedders.own;
  }

  async #embed(
    embedder: Embedder,
    text: string,
    signal: AbortSignal | undefined,
    as: EmbedAs = 'query',
    also: EmbedOptions['also'] = [],
  ) {
    const started = performance.now();
    const [embedded] = await embedder.embed([text], as, { also, ...(signal && { signal }) });
    const { dense: vector, sparse, tokenVectors } = embedded!;
    return { vector, sparse, tokenVectors, embedMs: performance.now() - started };
  }

  #atOneMoment<T>(signal: AbortSignal | undefined, work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#database.transaction(work, signal ? { snapshot: true, signal } : { snapshot: true });
  }
}

/** `similar` may be asked for more than `search`: a proof can need them all. */
const MOST_SIMILAR = 10_000;

/** For what was not asked of the model. */
const nothingEmbedded = { vector: undefined, sparse: undefined, tokenVectors: undefined, embedMs: 0 };

const none: SimilarFacts = { facts: [], cut: false, embedMs: 0, retrieveMs: 0 };

/** The filter for facts that unify with `pattern`; undefined when no fact can. */
function filterOf(pattern: Term): FactFilter | null | undefined {
  if (pattern.kind === 'variable') return null;
  return indicatorOf(pattern) === undefined ? undefined : { matches: writeTerm(pattern) };
}

function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
