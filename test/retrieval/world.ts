import type { Database } from '../../src/database/database.js';
import { encodeFactId } from '../../src/knowledge/fact-id.js';
import type { AssertedFacts, FactInput, KnowledgeBase } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { variable } from '../../src/prolog/term.js';
import { type ActiveSpace, activeSpace } from '../../src/retrieval/embedding-spaces.js';
import type { IndexKind } from '../../src/retrieval/index-kind.js';
import { Indexer, type IndexerLog, type IndexerOptions } from '../../src/retrieval/indexer.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { buildVectorIndex, kindFor } from '../../src/retrieval/vector-index.js';
import { FakeEmbedder, type FakeEmbedderOptions } from './fake-embedder.js';

export const anyFact = variable('Any');

let made = 0;

/** A knowledge base of its own in `database`, with an embedder that is not a model, an indexer and a retriever. */
export class World {
  readonly #store: KnowledgeStore;
  readonly warnings: object[] = [];

  private constructor(
    readonly database: Database,
    readonly name: string,
    readonly embedder: FakeEmbedder,
  ) {
    this.#store = new KnowledgeStore(database);
  }

  static async create(database: Database, embedder: FakeEmbedderOptions | FakeEmbedder = {}): Promise<World> {
    // A fingerprint of its own keeps the indexers of two worlds in one database apart.
    const name = `world-${++made}`;
    const fake =
      embedder instanceof FakeEmbedder ? embedder : new FakeEmbedder({ fingerprint: name, ...embedder });
    const world = new World(database, name, fake);
    await world.#store.createKnowledgeBase(name);
    return world;
  }

  /** The same knowledge base with another embedder. */
  static in({ database, name }: World, embedder: FakeEmbedder): World {
    return new World(database, name, embedder);
  }

  knowledgeBase(): Promise<KnowledgeBase> {
    return this.#store.knowledgeBase(this.name);
  }

  assert(...facts: FactInput[]): Promise<AssertedFacts> {
    return this.#store.assertFacts(facts, { knowledgeBase: this.name });
  }

  /** Facts said(0), said(1), … with these sentences. @returns their ids, in order */
  async say(...sentences: string[]): Promise<number[]> {
    const { facts } = await this.assert(...sentences.map((text, n) => ({ prolog: `said(${n})`, text })));
    return facts.map(({ id }) => id);
  }

  /** @returns the revision */
  async retract(...facts: number[]): Promise<number> {
    const { id } = await this.knowledgeBase();
    const ids = facts.map((fact) => encodeFactId({ knowledgeBase: id, id: fact }));
    return (await this.#store.retractFacts({ ids }, { knowledgeBase: this.name })).revision;
  }

  putRules(source: string) {
    return this.#store.putRuleModule({ name: 'rules', source }, { knowledgeBase: this.name });
  }

  indexer(options: Partial<IndexerOptions> = {}): Indexer {
    const log: IndexerLog = { warn: (context) => void this.warnings.push(context) };
    return new Indexer({ database: this.database, embedder: this.embedder, log, ...options });
  }

  /** Until every sentence has its vector. */
  async index(): Promise<void> {
    await using indexer = this.indexer();
    indexer.start();
    await indexer.settled(await this.knowledgeBase());
  }

  /** Builds the approximate index over the vectors, where the backend has such. @returns whether it is used from now on */
  async buildVectorIndex(
    signal = new AbortController().signal,
    wanted: IndexKind = 'halfvec',
  ): Promise<boolean> {
    const space = await this.space();
    const kind = space && kindFor(this.database, space, wanted);
    if (space && kind) await buildVectorIndex(this.database, space, space.sentences, signal, kind);
    return kind !== undefined && (await this.space())?.index === kind;
  }

  async space(): Promise<ActiveSpace | undefined> {
    return activeSpace(this.database, (await this.knowledgeBase()).id);
  }

  retriever(embedder = this.embedder): FactRetriever {
    return new FactRetriever(this.database, embedder);
  }

  /** What a request names besides its text: the knowledge base as it is now, or was. */
  async now(revision?: number) {
    const knowledgeBase = await this.knowledgeBase();
    return { knowledgeBase, revision: revision ?? knowledgeBase.revision };
  }
}
