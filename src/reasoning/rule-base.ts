import type { KnowledgeBase, RuleModule } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import { declaredDynamic } from './check-rules.js';
import { compileProgram, type Program } from './program.js';
import type { Scoring } from './reasoning.js';
import { type Rule, type RuleSource, readRuleSource } from './rule.js';

/** The rules of one knowledge base at one revision, read; programs are compiled when they are asked for. */
export class RuleBase {
  readonly rules: readonly Rule[];
  readonly declared: readonly string[];
  readonly #programs = new Map<Scoring, Program>();

  constructor(
    readonly knowledgeBase: number,
    readonly sources: readonly RuleSource[],
    /** Indicators of predicates that have, or had, facts. */
    readonly facts: ReadonlySet<string>,
    /** Ids of the module versions that are in force now: they made the sentences that facts have. */
    readonly sentences: string,
  ) {
    this.rules = sources.flatMap((source) => source.rules);
    this.declared = [...new Set(sources.flatMap(declaredDynamic))];
  }

  program(scoring: Scoring): Program {
    const known = this.#programs.get(scoring);
    if (known !== undefined) return known;
    const { knowledgeBase, rules, declared } = this;
    const program = compileProgram({
      knowledgeBase,
      rules,
      declared,
      withFacts: [...this.facts].sort(),
      scoring,
    });
    this.#programs.set(scoring, program);
    return program;
  }
}

/** Kept at most; the one that was made longest ago goes first. */
const MOST_BASES = 100;
const MOST_SOURCES = 500;

/** Rule bases kept per knowledge base, as long as its revision stays. */
export class RuleBases {
  readonly #kept = new Map<number, { current: number; revision: number; base: RuleBase }>();
  readonly #sources = new Map<string, RuleSource>();

  constructor(readonly store: KnowledgeStore) {}

  async at(knowledgeBase: KnowledgeBase, revision: number): Promise<RuleBase> {
    const kept = this.#kept.get(knowledgeBase.id);
    if (kept?.current === knowledgeBase.revision && kept.revision === revision) return kept.base;
    const [modules, predicates] = await Promise.all([
      this.store.ruleModules(knowledgeBase.name, revision),
      this.store.predicates(knowledgeBase.name),
    ]);
    const facts = new Set(
      predicates.filter(({ kind }) => kind !== 'RULES').map(({ name, arity }) => `${name}/${arity}`),
    );
    const sources = modules.filter(({ enabled }) => enabled).map((module) => this.#source(module));
    const inForce =
      revision === knowledgeBase.revision ? modules : await this.store.ruleModules(knowledgeBase.name);
    const sentences = inForce.map(({ id, enabled }) => `${id}${enabled ? '' : '-'}`).join();
    const base = new RuleBase(knowledgeBase.id, sources, facts, sentences);
    this.#kept.delete(knowledgeBase.id);
    this.#kept.set(knowledgeBase.id, { current: knowledgeBase.revision, revision, base });
    if (this.#kept.size > MOST_BASES) this.#kept.delete(this.#kept.keys().next().value!);
    return base;
  }

  /** A stored version of a module never changes. */
  #source(module: RuleModule): RuleSource {
    const key = `${module.knowledgeBase}:${module.id}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source = readRuleSource(module.name, module.source);
    this.#sources.set(key, source);
    if (this.#sources.size > MOST_SOURCES) this.#sources.delete(this.#sources.keys().next().value!);
    return source;
  }
}
