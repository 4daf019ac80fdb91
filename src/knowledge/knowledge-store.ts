import type { Connection, Database } from '../database/database.js';
import type { Term } from '../prolog/term.js';
import { assertFacts } from './assert-facts.js';
import { deleteRuleModule, putRuleModule, type RuleModuleInput } from './change-rules.js';
import {
  type ArgumentPlace,
  type ConstantCount,
  constantCounts,
  constantsAt,
  type NameCount,
  nameCounts,
} from './constants.js';
import {
  type FactBatchesOptions,
  type FactsByKeysOptions,
  factBatches,
  factsByKeys,
} from './fact-batches.js';
import { decodeFactId } from './fact-id.js';
import { type FactPage, type FactPageRequest, factPage } from './fact-page.js';
import { factsByIds } from './facts-by-ids.js';
import type {
  AsOf,
  AssertedFacts,
  Fact,
  FactBatch,
  FactInput,
  FactKeys,
  KnowledgeBase,
  RuleModule,
} from './knowledge.js';
import {
  createKnowledgeBase,
  deleteKnowledgeBase,
  ensureDefaultKnowledgeBase,
  findKnowledgeBase,
  listKnowledgeBases,
} from './knowledge-bases.js';
import { ModuleLibrary } from './module-library.js';
import type { ParsedModule } from './parsed-module.js';
import { listPredicates, type Predicate } from './predicates.js';
import { type RetractedFacts, type RetractRequest, retractFacts } from './retract-facts.js';
import { revisionAt } from './revision.js';
import { findRuleModule, listRuleModules } from './rule-modules.js';
import type { SentenceRules } from './sentences.js';

/** The name of a knowledge base; `default` when absent. */
type Name = string | null | undefined;

export interface WriteOptions {
  readonly knowledgeBase?: Name;
  /** Aborted before the write is committed, nothing is written. */
  readonly signal?: AbortSignal;
}

/**
 * What is known, and was: knowledge bases, their facts and their rule modules. Every method that takes a
 * knowledge base throws KNOWLEDGE_BASE_NOT_FOUND when there is none of that name.
 */
export class KnowledgeStore {
  readonly #database: Database;
  readonly #library = new ModuleLibrary();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws CorollaryError BAD_INPUT, KNOWLEDGE_BASE_EXISTS */
  createKnowledgeBase(name: string): Promise<KnowledgeBase> {
    return createKnowledgeBase(this.#database, name);
  }

  /** With its facts, rules, vectors and history. @returns it as it was */
  deleteKnowledgeBase(name: string): Promise<KnowledgeBase> {
    return deleteKnowledgeBase(this.#database, name);
  }

  knowledgeBases(): Promise<KnowledgeBase[]> {
    return listKnowledgeBases(this.#database);
  }

  knowledgeBase(name?: Name): Promise<KnowledgeBase> {
    return findKnowledgeBase(this.#database, name);
  }

  ensureDefault(): Promise<KnowledgeBase> {
    return ensureDefaultKnowledgeBase(this.#database);
  }

  /** @throws CorollaryError REVISION_NOT_FOUND */
  revisionAt(knowledgeBase: KnowledgeBase, asOf?: AsOf | null): Promise<number> {
    return revisionAt(this.#database, knowledgeBase, asOf);
  }

  /** See assert-facts.ts. */
  async assertFacts(inputs: readonly FactInput[], options: WriteOptions = {}): Promise<AssertedFacts> {
    const knowledgeBase = await this.knowledgeBase(options.knowledgeBase);
    const sentenceRules = (transaction: Connection) =>
      this.#library.sentenceRules(transaction, knowledgeBase.id);
    return assertFacts(this.#database, knowledgeBase, inputs, { sentenceRules, ...signalOf(options) });
  }

  /** See retract-facts.ts. */
  async retractFacts(request: RetractRequest, options: WriteOptions = {}): Promise<RetractedFacts> {
    const knowledgeBase = await this.knowledgeBase(options.knowledgeBase);
    return retractFacts(this.#database, knowledgeBase, request, options.signal);
  }

  /** See fact-page.ts. */
  async facts(request: FactPageRequest & { readonly knowledgeBase?: Name } = {}): Promise<FactPage> {
    return factPage(this.#database, await this.knowledgeBase(request.knowledgeBase), request);
  }

  /** By the id that `encodeFactId` gives; retracted ones too; null when there is none. @throws CorollaryError BAD_INPUT */
  async fact(id: string): Promise<Fact | null> {
    const key = decodeFactId(id);
    const [fact] = await this.factsByIds(key.knowledgeBase, [key.id]);
    return fact ?? null;
  }

  /** One per id, in their order; null where there is none. */
  factsByIds(knowledgeBase: number, ids: readonly number[]): Promise<(Fact | null)[]> {
    return factsByIds(this.#database, knowledgeBase, ids);
  }

  /** See fact-batches.ts. */
  factBatches(
    knowledgeBase: number,
    since: number,
    until: number,
    predicates: readonly string[],
    options?: FactBatchesOptions,
  ): AsyncGenerator<FactBatch> {
    return factBatches(this.#database, knowledgeBase, since, until, predicates, options);
  }

  /** See fact-batches.ts. */
  factsByKeys(
    knowledgeBase: number,
    until: number,
    keys: FactKeys,
    options?: FactsByKeysOptions,
  ): AsyncGenerator<FactBatch> {
    return factsByKeys(this.#database, knowledgeBase, until, keys, options);
  }

  /** See constants.ts. */
  constantCounts(knowledgeBase: number, since: number, until: number): AsyncGenerator<ConstantCount[]> {
    return constantCounts(this.#database, knowledgeBase, since, until);
  }

  /** See constants.ts. */
  constantsAt(
    knowledgeBase: number,
    revision: number,
    values: readonly Term[],
    places: readonly ArgumentPlace[],
  ): Promise<ConstantCount[]> {
    return constantsAt(this.#database, knowledgeBase, revision, values, places);
  }

  /** See constants.ts. */
  nameCounts(
    knowledgeBase: number,
    since: number,
    until: number,
    predicates: readonly string[],
  ): Promise<NameCount[]> {
    return nameCounts(this.#database, knowledgeBase, since, until, predicates);
  }

  /** A module's source, read; kept for a while. */
  parsedModule(source: string): ParsedModule {
    return this.#library.parsed(source);
  }

  /** In order of name and arity. */
  async predicates(knowledgeBase?: Name): Promise<Predicate[]> {
    const { id } = await this.knowledgeBase(knowledgeBase);
    return listPredicates(this.#database, this.#library, id, await listRuleModules(this.#database, id));
  }

  /** Clauses in the enabled rule modules. */
  async ruleCount(knowledgeBase: number): Promise<number> {
    const modules = await listRuleModules(this.#database, knowledgeBase);
    return modules
      .filter(({ enabled }) => enabled)
      .flatMap(({ source }) => [...this.#library.parsed(source).predicates.values()])
      .reduce((sum, { clauses }) => sum + clauses, 0);
  }

  /** In order of name; as they were at `revision`, or are now. */
  async ruleModules(knowledgeBase?: Name, revision?: number): Promise<RuleModule[]> {
    const { id } = await this.knowledgeBase(knowledgeBase);
    return listRuleModules(this.#database, id, revision);
  }

  /** @throws CorollaryError RULE_MODULE_NOT_FOUND */
  async ruleModule(name: string, knowledgeBase?: Name): Promise<RuleModule> {
    return findRuleModule(this.#database, await this.knowledgeBase(knowledgeBase), name);
  }

  /** See change-rules.ts. */
  async putRuleModule(module: RuleModuleInput, options: WriteOptions = {}): Promise<RuleModule> {
    const knowledgeBase = await this.knowledgeBase(options.knowledgeBase);
    return putRuleModule(this.#database, this.#library, knowledgeBase, module, options.signal);
  }

  /** See change-rules.ts. */
  async deleteRuleModule(name: string, options: WriteOptions = {}): Promise<RuleModule> {
    const knowledgeBase = await this.knowledgeBase(options.knowledgeBase);
    return deleteRuleModule(this.#database, this.#library, knowledgeBase, name, options.signal);
  }

  /** Templates and searchable predicates, as the rule modules declared them at `revision`, or do now. */
  async sentenceRules(knowledgeBase: number, revision?: number): Promise<SentenceRules> {
    if (revision === undefined) return this.#library.sentenceRules(this.#database, knowledgeBase);
    return this.#library.sentenceRulesOf(await listRuleModules(this.#database, knowledgeBase, revision));
  }
}

function signalOf({ signal }: WriteOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
