import { QuestionAsker } from '../../src/asking/asker.js';
import type { Database } from '../../src/database/database.js';
import type { FactInput } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { openReasoner, startReasonerPool } from '../../src/reasoning/open-reasoner.js';
import type { Reasoner } from '../../src/reasoning/reasoning.js';
import { CheckedRuleBook } from '../../src/reasoning/rule-book.js';
import { ensureSpace } from '../../src/retrieval/embedding-spaces.js';
import { Indexer } from '../../src/retrieval/indexer.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { FakeEmbedder } from '../retrieval/fake-embedder.js';

const DIMENSIONS = 16;

/**
 * Not a model: a text is the number of its vector, whose components are ±1/4, so that cosines are multiples of 1/8 and no
 * arithmetic rounds. Many facts are equally near.
 */
export class CornerEmbedder extends FakeEmbedder {
  constructor() {
    super({ dimensions: DIMENSIONS, fingerprint: 'corners' });
  }

  override vectorOf(text: string): Float32Array {
    const number = Number(/\d+/.exec(text)?.[0] ?? 0);
    return Float32Array.from({ length: DIMENSIONS }, (_, i) => ((number >> i) & 1 ? 0.25 : -0.25));
  }

  /** From 1/2 to 1. */
  override similarityOf(cosine: number): number {
    return (3 + cosine) / 4;
  }

  similarityBetween(a: string, b: string): number {
    const other = this.vectorOf(b);
    return this.similarityOf(this.vectorOf(a).reduce((sum, component, i) => sum + component * other[i]!, 0));
  }
}

let made = 0;

/** Real database, retrieval, reasoner and asker; knowledge bases of its own, one after the other. */
export class HybridBase implements AsyncDisposable {
  readonly embedder = new CornerEmbedder();
  readonly store: KnowledgeStore;
  readonly retriever: FactRetriever;
  readonly #indexer: Indexer;

  private constructor(
    readonly database: Database,
    readonly reasoner: Reasoner,
    readonly asker: QuestionAsker,
    retriever: FactRetriever,
    store: KnowledgeStore,
  ) {
    this.store = store;
    this.retriever = retriever;
    this.#indexer = new Indexer({ database, embedder: this.embedder, log: { warn: () => undefined } });
    this.#indexer.start();
  }

  static async create(database: Database): Promise<HybridBase> {
    const store = new KnowledgeStore(database);
    const retriever = new FactRetriever(database, new CornerEmbedder());
    const pool = startReasonerPool({ reasoner: 'swi', workers: 1 });
    const reasoner = await openReasoner({ pool, knowledge: store, retriever });
    const asker = new QuestionAsker({ knowledge: store, retriever, reasoner });
    return new HybridBase(database, reasoner, asker, retriever, store);
  }

  /** A new knowledge base with every sentence embedded. @returns its name and its facts */
  async fill(facts: readonly FactInput[], rules: string) {
    const name = `hybrid-${process.pid}-${++made}`;
    await this.store.createKnowledgeBase(name);
    await ensureSpace(this.database, await this.store.knowledgeBase(name), this.embedder);
    const asserted = await this.store.assertFacts(facts, { knowledgeBase: name });
    const { module, diagnostics } = await new CheckedRuleBook(this.store).put({
      name: 'rules',
      source: rules,
      knowledgeBase: name,
    });
    if (module === null) throw new Error(JSON.stringify(diagnostics));
    this.#indexer.wake();
    await this.#indexer.settled(await this.store.knowledgeBase(name));
    return { name, facts: asserted.facts };
  }

  async settled(name: string): Promise<void> {
    this.#indexer.wake();
    await this.#indexer.settled(await this.store.knowledgeBase(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reasoner.stop();
    await this.#indexer.stop();
  }
}
