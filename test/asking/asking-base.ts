import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { QuestionAsker } from '../../src/asking/asker.js';
import type { Database } from '../../src/database/database.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { bundledModel } from '../../src/embedding/registry.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { readProgram } from '../../src/prolog/reader.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { openReasoner, startReasonerPool } from '../../src/reasoning/open-reasoner.js';
import type { Reasoner } from '../../src/reasoning/reasoning.js';
import { CheckedRuleBook } from '../../src/reasoning/rule-book.js';
import { ensureSpace } from '../../src/retrieval/embedding-spaces.js';
import { Indexer } from '../../src/retrieval/indexer.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';

let made = 0;

/** A knowledge base of its own with every real part: the bundled model, retrieval, SWI-Prolog or tau. */
export class AskingBase implements AsyncDisposable {
  readonly asker: QuestionAsker;

  private constructor(
    readonly database: Database,
    readonly store: KnowledgeStore,
    readonly name: string,
    readonly embedder: Embedder,
    readonly indexer: Indexer,
    readonly reasoner: Reasoner,
    retriever: FactRetriever,
  ) {
    this.asker = new QuestionAsker({ knowledge: store, retriever, reasoner });
  }

  static async create(database: Database, reasoner: 'swi' | 'tau' = 'swi'): Promise<AskingBase> {
    const store = new KnowledgeStore(database);
    const name = `asking-${process.pid}-${++made}`;
    await store.createKnowledgeBase(name);
    const embedder = await openEmbedder(bundledModel, {});
    await ensureSpace(database, await store.knowledgeBase(name), embedder);
    const retriever = new FactRetriever(database, embedder);
    const indexer = new Indexer({ database, embedder, log: { warn: () => undefined } });
    indexer.start();
    const opened = await openReasoner({
      pool: startReasonerPool({ reasoner, workers: 1 }),
      knowledge: store,
      retriever,
    });
    return new AskingBase(database, store, name, embedder, indexer, opened, retriever);
  }

  /** With the sample knowledge base. */
  static async ofSamples(database: Database): Promise<AskingBase> {
    const base = await AskingBase.create(database);
    await base.fill(sampleFile('incidents-facts.pl'), sampleFile('incidents.pl'));
    return base;
  }

  /** Facts as a program's text, then rules, then every sentence its vector. */
  async fill(facts: string, rules: string): Promise<void> {
    const { clauses } = readProgram(facts);
    await this.store.assertFacts(
      clauses.map(({ term }) => ({ prolog: writeTerm(term) })),
      { knowledgeBase: this.name },
    );
    const { module, diagnostics } = await new CheckedRuleBook(this.store).put({
      name: 'rules',
      source: rules,
      knowledgeBase: this.name,
    });
    if (module === null) throw new Error(JSON.stringify(diagnostics));
    this.indexer.wake();
    await this.indexer.settled(await this.store.knowledgeBase(this.name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reasoner.stop();
    await this.indexer.stop();
    await this.embedder.stop();
    await this.store.deleteKnowledgeBase(this.name);
  }
}

export const sampleFile = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../rules/samples/${name}`, import.meta.url)), 'utf8');
