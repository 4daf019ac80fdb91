import type { KnowledgeBase, RuleModule } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import { indicatorOf } from '../prolog/term.js';
import { standingOf } from './builtins.js';
import { declaredDynamic } from './check-rules.js';
import { type CompiledRules, compileDatalog } from './deduction/datalog-program.js';
import { compileProgram, type Program } from './program.js';
import type { Scoring } from './reasoning.js';
import { type Rule, type RuleSource, readRuleSource } from './rule.js';

/** Compiled for one set of modules at most: there is one for each set of rule predicates that requests suppose facts of. */
const MOST_COMPILED = 20;

/** The rules of one knowledge base, read and compiled: as long as its modules stay, new facts leave them as they are. */
class CompiledModules {
  readonly rules: readonly Rule[];
  readonly declared: readonly string[];
  readonly #programs = new Map<string, Program>();
  readonly #deductions = new Map<string, DeductionRules>();
  readonly #mayHaveFacts: ReadonlySet<string>;

  constructor(
    readonly knowledgeBase: number,
    sources: readonly RuleSource[],
  ) {
    this.rules = sources.flatMap((source) => source.rules);
    this.declared = [...new Set(sources.flatMap(declaredDynamic))];
    this.#mayHaveFacts = new Set(this.rules.map(({ head }) => indicatorOf(head)!));
  }

  program(scoring: Scoring, facts: ReadonlySet<string>): Program {
    const withFacts = this.#withFacts(facts);
    const key = `${scoring} ${withFacts.join()}`;
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const { knowledgeBase, rules, declared } = this;
    const program = compileProgram({ knowledgeBase, rules, declared, withFacts, scoring });
    this.#programs.set(key, program);
    dropOldest(this.#programs, MOST_COMPILED);
    return program;
  }

  deduction(facts: ReadonlySet<string>): DeductionRules {
    const withFacts = this.#withFacts(facts);
    const key = withFacts.join();
    const known = this.#deductions.get(key);
    if (known !== undefined) return known;
    const compiled = { ...compileDatalog(this.rules, new Set(withFacts)), key: `d${nextKey++}` };
    this.#deductions.set(key, compiled);
    dropOldest(this.#deductions, MOST_COMPILED);
    return compiled;
  }

  /** Only of predicates that have rules too, or could be taken for built-ins, does it matter whether there are facts. */
  #withFacts(facts: ReadonlySet<string>): string[] {
    return [...facts].filter((each) => this.#mayHaveFacts.has(each) || standingOf(each) !== 'free').sort();
  }
}

export interface DeductionRules extends CompiledRules {
  /** The same for the same rules. */
  readonly key: string;
}

let nextKey = 1;

/** The rules of one knowledge base at one revision. */
export class RuleBase {
  /** Indicators of predicates that have, or had, facts. */
  readonly facts: ReadonlySet<string>;

  constructor(
    readonly modules: CompiledModules,
    /** Predicates that have, or had, facts, by indicator, and how many they have now. */
    readonly factCounts: ReadonlyMap<string, number>,
    /** Ids of the module versions that are in force now: they made the sentences that facts have. */
    readonly sentences: string,
  ) {
    this.facts = new Set(factCounts.keys());
  }

  get declared(): readonly string[] {
    return this.modules.declared;
  }

  /** @param supposed indicators of predicates that the request supposes facts of */
  program(scoring: Scoring, supposed: readonly string[] = []): Program {
    return this.modules.program(scoring, this.#factsWith(supposed));
  }

  deduction(supposed: readonly string[] = []): DeductionRules {
    return this.modules.deduction(this.#factsWith(supposed));
  }

  #factsWith(supposed: readonly string[]): ReadonlySet<string> {
    return supposed.length === 0 ? this.facts : new Set([...this.facts, ...supposed]);
  }
}

/** Kept at most; the one that was made longest ago goes first. */
const MOST_BASES = 100;
const MOST_SOURCES = 500;

/** Rule bases kept per knowledge base, as long as its revision stays. */
export class RuleBases {
  readonly #kept = new Map<number, { current: number; revision: number; base: RuleBase }>();
  readonly #sources = new Map<string, RuleSource>();
  readonly #modules = new Map<string, CompiledModules>();

  constructor(readonly store: KnowledgeStore) {}

  async at(knowledgeBase: KnowledgeBase, revision: number): Promise<RuleBase> {
    const kept = this.#kept.get(knowledgeBase.id);
    if (kept?.current === knowledgeBase.revision && kept.revision === revision) return kept.base;
    const [modules, predicates] = await Promise.all([
      this.store.ruleModules(knowledgeBase.name, revision),
      this.store.predicates(knowledgeBase.name),
    ]);
    const facts = new Map(
      predicates
        .filter(({ kind }) => kind !== 'RULES')
        .map(({ name, arity, factCount }) => [`${name}/${arity}`, factCount]),
    );
    const inForce =
      revision === knowledgeBase.revision ? modules : await this.store.ruleModules(knowledgeBase.name);
    const sentences = inForce.map(({ id, enabled }) => `${id}${enabled ? '' : '-'}`).join();
    const base = new RuleBase(this.#compiled(knowledgeBase.id, modules), facts, sentences);
    this.#kept.delete(knowledgeBase.id);
    this.#kept.set(knowledgeBase.id, { current: knowledgeBase.revision, revision, base });
    dropOldest(this.#kept, MOST_BASES);
    return base;
  }

  #compiled(knowledgeBase: number, modules: readonly RuleModule[]): CompiledModules {
    const enabled = modules.filter((module) => module.enabled);
    const key = `${knowledgeBase}:${enabled.map(({ id }) => id).join()}`;
    const known = this.#modules.get(key);
    if (known !== undefined) return known;
    const compiled = new CompiledModules(
      knowledgeBase,
      enabled.map((module) => this.#source(module)),
    );
    this.#modules.set(key, compiled);
    dropOldest(this.#modules, MOST_BASES);
    return compiled;
  }

  /** A stored version of a module never changes. */
  #source(module: RuleModule): RuleSource {
    const key = `${module.knowledgeBase}:${module.id}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source = readRuleSource(module.name, module.source);
    this.#sources.set(key, source);
    dropOldest(this.#sources, MOST_SOURCES);
    return source;
  }
}

function dropOldest<Key>(kept: Map<Key, unknown>, most: number): void {
  if (kept.size > most) kept.delete(kept.keys().next().value!);
}
