import type { Database } from '../../src/database/database.js';
import { encodeFactId } from '../../src/knowledge/fact-id.js';
import type { AssertedFacts, FactInput, KnowledgeBase } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { readProgram } from '../../src/prolog/reader.js';
import { displayTerm, writeTerm } from '../../src/prolog/writer.js';
import { openReasoner, startReasonerPool } from '../../src/reasoning/open-reasoner.js';
import type {
  GoalOutcome,
  GoalRequest,
  Reasoner,
  ReasoningLimits,
  ScoredAnswer,
} from '../../src/reasoning/reasoning.js';
import { CheckedRuleBook } from '../../src/reasoning/rule-book.js';
import type { Retriever } from '../../src/retrieval/retrieval.js';

export const limits: ReasoningLimits = {
  answers: 1_000,
  inferences: 10_000_000,
  timeMs: 5_000,
  memoryMb: 256,
};

let made = 0;

/** A knowledge base of its own with the real reasoner. */
export class ReasoningBase implements AsyncDisposable {
  readonly ruleBook: CheckedRuleBook;

  private constructor(
    readonly store: KnowledgeStore,
    readonly name: string,
    readonly reasoner: Reasoner,
    readonly isReasonerShared = false,
  ) {
    this.ruleBook = new CheckedRuleBook(store);
  }

  static async create(
    database: Database,
    {
      reasoner = 'swi',
      workers = 1,
      retriever = noRetriever,
    }: { reasoner?: 'swi' | 'tau'; workers?: number; retriever?: Retriever } = {},
  ): Promise<ReasoningBase> {
    const store = new KnowledgeStore(database);
    const name = `reasoning-${process.pid}-${++made}`;
    await store.createKnowledgeBase(name);
    return new ReasoningBase(
      store,
      name,
      await openReasoner({ pool: startReasonerPool({ reasoner, workers }), knowledge: store, retriever }),
    );
  }

  /** Another knowledge base with the same reasoner, which it leaves running. */
  async another(): Promise<ReasoningBase> {
    const name = `reasoning-${process.pid}-${++made}`;
    await this.store.createKnowledgeBase(name);
    return new ReasoningBase(this.store, name, this.reasoner, true);
  }

  knowledgeBase(): Promise<KnowledgeBase> {
    return this.store.knowledgeBase(this.name);
  }

  /** Facts as a program's text; `0.8 :: fact.` gives a confidence. */
  facts(program: string): Promise<AssertedFacts> {
    const { clauses, errors } = readProgram(program);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return this.assert(clauses.map(({ term }) => ({ prolog: writeTerm(term) })));
  }

  assert(facts: readonly FactInput[]): Promise<AssertedFacts> {
    return this.store.assertFacts(facts, { knowledgeBase: this.name });
  }

  async retract(...ids: number[]): Promise<void> {
    const { id } = await this.knowledgeBase();
    await this.store.retractFacts(
      { ids: ids.map((fact) => encodeFactId({ knowledgeBase: id, id: fact })) },
      { knowledgeBase: this.name },
    );
  }

  /** @throws when the module has an error */
  async rules(source: string, name = 'rules'): Promise<void> {
    const { module, diagnostics } = await this.ruleBook.put({ name, source, knowledgeBase: this.name });
    if (module === null) throw new Error(JSON.stringify(diagnostics));
  }

  async prove(goal: string, options: Partial<GoalRequest> = {}): Promise<GoalOutcome> {
    const knowledgeBase = await this.knowledgeBase();
    return this.reasoner.prove({
      knowledgeBase,
      revision: knowledgeBase.revision,
      goal,
      scoring: 'PRODUCT',
      limits,
      skip: 0,
      first: 1_000,
      proofs: true,
      count: true,
      ...options,
    });
  }

  /** The answers as texts such as "X = a, Y = b" or "true", best first. */
  async answers(goal: string, options: Partial<GoalRequest> = {}): Promise<string[]> {
    return (await this.prove(goal, options)).answers.map(answerText);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isReasonerShared) await this.reasoner.stop();
    await this.store.deleteKnowledgeBase(this.name);
  }
}

export function answerText({ bindings }: ScoredAnswer): string {
  if (bindings.length === 0) return 'true';
  return bindings.map(({ variable, value }) => `${variable} = ${displayTerm(value)}`).join(', ');
}

/** For knowledge bases without sentences. */
export const noRetriever: Retriever = {
  search: () => Promise.reject(new Error('nothing to search')),
  similar: () => Promise.reject(new Error('nothing to search')),
  nearest: () => Promise.reject(new Error('nothing to search')),
  similarity: () => Promise.reject(new Error('nothing to search')),
};
