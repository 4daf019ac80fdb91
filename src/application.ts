import { QuestionAsker } from './asking/asker.js';
import type { Asker } from './asking/asking.js';
import { openGoalModel } from './asking/goal-model/open-goal-model.js';
import type { Config } from './config.js';
import type { Database } from './database/database.js';
import { type DirectoryLock, lockDirectory } from './database/directory-lock.js';
import { openDatabase } from './database/open-database.js';
import type { Embedder } from './embedding/embedder.js';
import { openEmbedder } from './embedding/open-embedder.js';
import { CorollaryError } from './errors.js';
import type { AssertedFacts, FactInput, KnowledgeBase, RuleModule } from './knowledge/knowledge.js';
import { DEFAULT_KNOWLEDGE_BASE } from './knowledge/knowledge-bases.js';
import { KnowledgeStore } from './knowledge/knowledge-store.js';
import type { Log } from './log.js';
import { embedderOptions, openLikelyModel, openModel, openSpaceModel, stopping } from './open-model.js';
import { openReasoner, startReasonerPool } from './reasoning/open-reasoner.js';
import type { Reasoner, RuleBook, RuleDiagnostic } from './reasoning/reasoning.js';
import { CheckedRuleBook } from './reasoning/rule-book.js';
import { StartedReembedding } from './reembedding/started-reembedding.js';
import {
  activeSpace,
  type EmbeddingSpaceCoverage,
  ensureSpace,
  ensureSpaces,
  listSpaces,
} from './retrieval/embedding-spaces.js';
import { Indexer } from './retrieval/indexer.js';
import { OpenedEmbedders } from './retrieval/opened-embedders.js';
import type { Retriever } from './retrieval/retrieval.js';
import { FactRetriever } from './retrieval/retriever.js';
import { loadSamples } from './sample-data.js';
import { StartedParts } from './started-parts.js';
import { version } from './version.js';

export interface AssertOptions {
  readonly knowledgeBase?: string | null | undefined;
  /** Resolve only when the facts can be found by search. */
  readonly awaitEmbedding: boolean;
  readonly signal?: AbortSignal;
}

export interface RuleModuleInput {
  readonly name: string;
  readonly source: string;
  readonly enabled?: boolean;
  readonly knowledgeBase?: string | null;
}

export interface AcceptedRoute {
  readonly question: string;
  readonly goal: string;
  /** Default `accepted_routes`. */
  readonly module?: string | null | undefined;
  readonly knowledgeBase?: string | null | undefined;
}

/** Where accepted readings go unless another module is named. */
const ACCEPTED_MODULE = 'accepted_routes';

export interface ApplicationStatus {
  readonly version: string;
  readonly database: string;
  readonly embedded: boolean;
  readonly reasoners: readonly string[];
  /** Of the knowledge base `default`. */
  readonly activeSpace: EmbeddingSpaceCoverage | null;
  readonly uptimeSeconds: number;
  /** Sentences for an operator. */
  readonly warnings: readonly string[];
}

interface Parts {
  readonly config: Config;
  readonly log: Log;
  readonly lock: DirectoryLock | undefined;
  readonly database: Database;
  readonly knowledge: KnowledgeStore;
  readonly embedder: Embedder;
  readonly embedders: OpenedEmbedders;
  readonly retriever: Retriever;
  readonly indexer: Indexer;
  readonly reembedding: StartedReembedding;
  readonly reasoner: Reasoner;
  readonly ruleBook: RuleBook;
  readonly asker: Asker;
}

/** All of Corollary but its doors: what the GraphQL server and the commands share. */
export class Application {
  readonly version = version;
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  readonly knowledge: KnowledgeStore;
  readonly embedder: Embedder;
  readonly embedders: OpenedEmbedders;
  readonly retriever: Retriever;
  readonly indexer: Indexer;
  readonly reembedding: StartedReembedding;
  readonly reasoner: Reasoner;
  readonly ruleBook: RuleBook;
  readonly asker: Asker;
  readonly #lock: DirectoryLock | undefined;
  readonly #started = performance.now();
  #otherModel: Promise<unknown> = Promise.resolve();
  #accepting: Promise<unknown> = Promise.resolve();

  constructor(
    parts: Parts,
    readonly stop: () => Promise<void>,
  ) {
    this.config = parts.config;
    this.log = parts.log;
    this.database = parts.database;
    this.knowledge = parts.knowledge;
    this.embedder = parts.embedder;
    this.embedders = parts.embedders;
    this.retriever = parts.retriever;
    this.indexer = parts.indexer;
    this.reembedding = parts.reembedding;
    this.reasoner = parts.reasoner;
    this.ruleBook = parts.ruleBook;
    this.asker = parts.asker;
    this.#lock = parts.lock;
  }

  /** Tells commands that find the data directory in use where this server is. */
  announce(url: string): void {
    this.#lock?.announce(url);
  }

  /** @throws CorollaryError as `KnowledgeStore.assertFacts`; CANCELLED, and then the facts may be stored all the same */
  async assertFacts(facts: readonly FactInput[], options: AssertOptions): Promise<AssertedFacts> {
    const { awaitEmbedding, signal } = options;
    const knowledgeBase = await this.knowledge.knowledgeBase(options.knowledgeBase);
    const asserted = await this.knowledge.assertFacts(facts, {
      knowledgeBase: knowledgeBase.name,
      ...(signal && { signal }),
    });
    this.#wakeIndexers();
    const searchable = asserted.facts.filter(({ sentence }) => sentence !== null).map(({ id }) => id);
    if (awaitEmbedding && searchable.length > 0)
      await this.indexer.settled(knowledgeBase, searchable, signal);
    return asserted;
  }

  /** Stores the module unless a diagnostic is an ERROR. A template that it declares remakes sentences. */
  async putRuleModule(
    module: RuleModuleInput,
  ): Promise<{ module: RuleModule | null; diagnostics: RuleDiagnostic[] }> {
    const put = await this.ruleBook.put(module);
    this.#wakeIndexers();
    return put;
  }

  /**
   * Adds a question pattern to a rule module: this goal is the right reading of this question. One at a time, since the
   * module is read, added to and stored again.
   *
   * @throws CorollaryError NOT_PERMITTED unless ACCEPT_ROUTES is on; BAD_INPUT, PROLOG_SYNTAX
   */
  async acceptRoute({ question, goal, module, knowledgeBase }: AcceptedRoute): Promise<{
    module: RuleModule | null;
    diagnostics: RuleDiagnostic[];
  }> {
    if (!this.config.acceptRoutes) {
      const message =
        'acceptRoute is off, since it decides what later questions mean; ACCEPT_ROUTES=on permits it';
      throw new CorollaryError('NOT_PERMITTED', message);
    }
    const directive = await this.asker.pattern(question, goal, knowledgeBase);
    const name = module ?? ACCEPTED_MODULE;
    const turn = this.#accepting.then(async () => {
      const modules = await this.knowledge.ruleModules(knowledgeBase);
      const before = modules.find((each) => each.name === name);
      const source = before?.source ?? '% Readings of questions that were accepted as right.\n';
      if (before !== undefined && source.split('\n').includes(directive))
        return { module: before, diagnostics: [] };
      const joined = `${source.replace(/\n*$/, '\n')}${directive}\n`;
      return this.putRuleModule({
        name,
        source: joined,
        enabled: before?.enabled ?? true,
        knowledgeBase: knowledgeBase ?? null,
      });
    });
    this.#accepting = turn.catch(() => undefined);
    return turn;
  }

  /** @returns the module as it was @throws CorollaryError RULE_MODULE_NOT_FOUND */
  async deleteRuleModule(name: string, knowledgeBase?: string | null): Promise<RuleModule> {
    const module = await this.knowledge.deleteRuleModule(
      name,
      knowledgeBase == null ? {} : { knowledgeBase },
    );
    this.#wakeIndexers();
    return module;
  }

  /** @throws CorollaryError BAD_INPUT, KNOWLEDGE_BASE_EXISTS */
  async createKnowledgeBase(name: string): Promise<KnowledgeBase> {
    const knowledgeBase = await this.knowledge.createKnowledgeBase(name);
    await ensureSpace(this.database, knowledgeBase, this.embedder);
    return knowledgeBase;
  }

  /** @returns it as it was @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND, BAD_INPUT for `default` */
  async deleteKnowledgeBase(name: string): Promise<KnowledgeBase> {
    if (name === DEFAULT_KNOWLEDGE_BASE) {
      throw new CorollaryError(
        'BAD_INPUT',
        `${name} cannot be deleted: it is the one that is meant when none is named`,
      );
    }
    return this.knowledge.deleteKnowledgeBase(name);
  }

  /**
   * Runs `work` with the model of this name: the loaded one, or one that is loaded for it and dropped again. One at a
   * time, since models are large. @throws CorollaryError MODEL_NOT_FOUND
   */
  async withModel<T>(name: string, work: (embedder: Embedder) => Promise<T>): Promise<T> {
    if (name === this.embedder.model) return work(this.embedder);
    const turn = this.#otherModel.then(async () => {
      await using embedder = await openEmbedder(name, { ...embedderOptions(this.config), fallbacks: [] });
      // Awaited here: the model is stopped when this function ends.
      return await work(embedder);
    });
    this.#otherModel = turn.catch(() => undefined);
    return turn;
  }

  #wakeIndexers(): void {
    this.indexer.wake();
    this.reembedding.wake();
  }

  async status(): Promise<ApplicationStatus> {
    const knowledgeBases = await this.knowledge.knowledgeBases();
    const { description, embedded } = this.database.capabilities;
    const base = knowledgeBases.find(({ name }) => name === DEFAULT_KNOWLEDGE_BASE);
    const spaces = base === undefined ? [] : await listSpaces(this.database, base.id);
    const active = spaces.find(({ state }) => state === 'ACTIVE') ?? null;
    return {
      version,
      database: description,
      embedded,
      reasoners: [this.config.reasoner],
      activeSpace: active,
      uptimeSeconds: (performance.now() - this.#started) / 1000,
      warnings: [
        ...(await Promise.all(knowledgeBases.map((each) => this.#spaceWarning(each)))).flat(),
        ...(active !== null && active.failed > 0
          ? [`${active.failed} sentences could not be embedded and are found by words only.`]
          : []),
        ...(await this.ruleWarnings()),
        ...this.#accessWarning(),
      ],
    };
  }

  /** Rules that this server's Prolog cannot evaluate. */
  async ruleWarnings(): Promise<string[]> {
    if (this.config.reasoner === 'swi') return [];
    const knowledgeBases = await this.knowledge.knowledgeBases();
    const found = knowledgeBases.map(async ({ name }) =>
      (await this.ruleBook.unsupported(name)).map((reason) => `Rules of knowledge base ${name}: ${reason}`),
    );
    return (await Promise.all(found)).flat();
  }

  async #spaceWarning(knowledgeBase: KnowledgeBase): Promise<string[]> {
    const space = await activeSpace(this.database, knowledgeBase.id);
    if (space === undefined) return [];
    const lacks = await this.embedders.of(space).then(
      () => false,
      () => true,
    );
    if (!lacks) return [];
    return [
      `The vectors of knowledge base ${knowledgeBase.name} were made by ${space.model} (${space.dimensions} dimensions); ` +
        `this server has ${this.embedder.model} (${this.embedder.dimensions} dimensions). It reasons and searches by words, ` +
        'but not by meaning: start it with the model that made them.',
    ];
  }

  #accessWarning(): string[] {
    const { host } = this.config;
    if (/^(localhost|127(\.\d+){3}|::1)$/.test(host)) return [];
    return [
      `HOST is ${host} and there is no access control yet: everyone who reaches this server can read and write.`,
    ];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/**
 * Opens the data directory or database and starts everything that works on it. What was started is stopped again when
 * something after it fails.
 * @throws CorollaryError START_FAILED with one line that says what to do
 */
export async function startApplication(config: Config, log: Log): Promise<Application> {
  const parts = new StartedParts();
  try {
    const lock =
      config.databaseUrl === undefined ? parts.add(await lockDirectory(config.dataDirectory)) : undefined;
    // Side by side, since each is a thread of its own: most databases want the model that is opened here.
    const likely = openLikelyModel(config);
    const { reasoner: engine, reasonerWorkers: workers, residentFactsMax } = config;
    const pool = parts.add(startReasonerPool({ reasoner: engine, workers, residentFactsMax }));
    const database = parts.add(await openDatabase(config).catch(stopping(likely)));
    const knowledge = new KnowledgeStore(database);
    const base = await knowledge.ensureDefault();
    const embedder = parts.add(await openModel(config, await activeSpace(database, base.id), likely, log));
    await ensureSpaces(database, embedder);
    const embedders = parts.add(
      new OpenedEmbedders({
        own: embedder,
        open: (space) => openSpaceModel(config, database, space, embedder),
      }),
    );
    const retriever = new FactRetriever(database, embedders);
    const indexer = parts.add(
      new Indexer({ database, embedder: embedders, log, indexKind: config.vectorIndex }),
    );
    indexer.start();
    const reembedding = parts.add(
      StartedReembedding.start({
        database,
        knowledge,
        embedders,
        openModel: (model, dimensions) =>
          openEmbedder(model, { ...embedderOptions(config), dimensions, fallbacks: [] }),
        log,
        load: retriever.load,
        leaseMs: config.reembeddingLeaseSeconds * 1_000,
        indexKind: config.vectorIndex,
      }),
    );
    const reasoner = parts.add(await openReasoner({ pool, knowledge, retriever }));
    const application = new Application(
      {
        config,
        log,
        lock,
        database,
        knowledge,
        embedder,
        embedders,
        retriever,
        indexer,
        reembedding,
        reasoner,
        ruleBook: new CheckedRuleBook(knowledge, engine),
        asker: new QuestionAsker({
          knowledge,
          retriever,
          reasoner,
          linkedConstants: config.linkedConstantsMax,
          proposer: openGoalModel(config),
        }),
      },
      () => parts.stop(),
    );
    if (config.sampleData) await loadSamples(application);
    for (const warning of await application.ruleWarnings()) log.warn(warning);
    log.debug({ database: database.capabilities.description, model: embedder.model }, 'Started');
    return application;
  } catch (error) {
    await parts.stop();
    throw error;
  }
}
