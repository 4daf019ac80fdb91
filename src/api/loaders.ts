import DataLoader from 'dataloader';
import type { Application } from '../application.js';
import { listModels, type ModelDescription } from '../embedding/open-embedder.js';
import { CorollaryError } from '../errors.js';
import type { FactKey } from '../knowledge/fact-id.js';
import type { Fact, KnowledgeBase } from '../knowledge/knowledge.js';
import type { Predicate } from '../knowledge/predicates.js';
import { variable } from '../prolog/term.js';
import type { SimilarFacts } from '../retrieval/retrieval.js';

/** `Fact.similar` searches once per fact, and lists nest: without a bound one query could ask for millions. */
const MOST_NEAREST_SEARCHES = 200;

/** Reads for one request: each thing once, facts in batches. */
export class Loaders {
  readonly #application: Application;
  readonly #signal: AbortSignal;
  readonly #facts: DataLoader<FactKey, Fact | null, string>;
  #models: Promise<readonly ModelDescription[]> | undefined;
  #knowledgeBases: Promise<readonly KnowledgeBase[]> | undefined;
  readonly #predicates = new Map<number, Promise<readonly Predicate[]>>();
  #nearestSearches = 0;

  constructor(application: Application, signal: AbortSignal) {
    this.#application = application;
    this.#signal = signal;
    this.#facts = new DataLoader((keys) => this.#readFacts(keys), {
      cacheKeyFn: ({ knowledgeBase, id }) => `${knowledgeBase}:${id}`,
      maxBatchSize: 5_000,
    });
  }

  /** A fact that something else refers to, so that it must be there: facts are never deleted, only retracted. */
  async fact(key: FactKey): Promise<Fact> {
    const fact = await this.#facts.load(key);
    if (fact === null) {
      throw new CorollaryError('FACT_NOT_FOUND', 'The knowledge base was deleted meanwhile.', { id: key.id });
    }
    return fact;
  }

  facts(keys: readonly FactKey[]): Promise<Fact[]> {
    return Promise.all(keys.map((key) => this.fact(key)));
  }

  models(): Promise<readonly ModelDescription[]> {
    this.#models ??= listModels({ modelsDirectory: this.#application.config.modelsDirectory });
    return this.#models;
  }

  /** By number; undefined where there is none. */
  async knowledgeBase(id: number): Promise<KnowledgeBase | undefined> {
    this.#knowledgeBases ??= this.#application.knowledge.knowledgeBases();
    return (await this.#knowledgeBases).find((each) => each.id === id);
  }

  async predicates(knowledgeBase: number): Promise<readonly Predicate[]> {
    const known = this.#predicates.get(knowledgeBase);
    if (known !== undefined) return known;
    const name = (await this.knowledgeBase(knowledgeBase))?.name;
    const predicates = this.#application.knowledge.predicates(name);
    this.#predicates.set(knowledgeBase, predicates);
    return predicates;
  }

  /** Live facts near `fact`, best first. @throws CorollaryError BAD_INPUT when one request asks for too many of these. */
  async nearest(fact: Fact, limit: number): Promise<SimilarFacts> {
    if (++this.#nearestSearches > MOST_NEAREST_SEARCHES) {
      throw new CorollaryError(
        'BAD_INPUT',
        `One request may ask at most ${MOST_NEAREST_SEARCHES} facts for their similar ones`,
      );
    }
    const knowledgeBase = await this.knowledgeBase(fact.knowledgeBase);
    if (knowledgeBase === undefined) throw new CorollaryError('FACT_NOT_FOUND', 'The fact is no more');
    return this.#application.retriever.nearest({
      knowledgeBase,
      revision: knowledgeBase.revision,
      fact: fact.id,
      pattern: variable('_'),
      limit,
      minSimilarity: 0,
      signal: this.#signal,
    });
  }

  async #readFacts(keys: readonly FactKey[]): Promise<(Fact | null)[]> {
    const found = new Map<FactKey, Fact | null>();
    for (const knowledgeBase of new Set(keys.map((key) => key.knowledgeBase))) {
      const group = keys.filter((key) => key.knowledgeBase === knowledgeBase);
      const ids = group.map(({ id }) => id);
      const facts = await this.#application.knowledge.factsByIds(knowledgeBase, ids);
      group.forEach((key, index) => {
        found.set(key, facts[index] ?? null);
      });
    }
    return keys.map((key) => found.get(key) ?? null);
  }
}
