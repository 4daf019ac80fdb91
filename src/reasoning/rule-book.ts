import type { RuleModule } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import type { Predicate } from '../knowledge/predicates.js';
import { checkRules } from './check-rules.js';
import type { RuleBook, RuleDiagnostic } from './reasoning.js';
import { readRuleSource } from './rule.js';
import { unsupportedBy } from './unsupported.js';

/** In characters: checking a module holds up everything else. */
const LONGEST_MODULE = 500_000;

/** Checks rule modules against the rest of their knowledge base before they are stored. */
export class CheckedRuleBook implements RuleBook {
  constructor(
    readonly store: KnowledgeStore,
    /** The Prolog that evaluates what deduction can't. */
    readonly reasoner: 'swi' | 'tau' = 'swi',
  ) {}

  async check(
    source: string,
    knowledgeBase?: string | null,
    moduleName = 'module',
  ): Promise<RuleDiagnostic[]> {
    if (source.length > LONGEST_MODULE) {
      const message = `a module has at most ${LONGEST_MODULE} characters, not ${source.length}; facts are asserted, not written as rules`;
      return [{ severity: 'ERROR', code: 'BAD_INPUT', message, line: 1, column: 1 }];
    }
    const [modules, predicates] = await Promise.all([
      this.store.ruleModules(knowledgeBase),
      this.store.predicates(knowledgeBase),
    ]);
    const others = modules.filter(({ name, enabled }) => enabled && name !== moduleName);
    return checkRules(readRuleSource(moduleName, source), {
      facts: factIndicators(predicates),
      others: others.flatMap((module) => readRuleSource(module.name, module.source).rules),
      reasoner: this.reasoner,
    });
  }

  async unsupported(knowledgeBase?: string | null): Promise<string[]> {
    if (this.reasoner === 'swi') return [];
    const [modules, predicates] = await Promise.all([
      this.store.ruleModules(knowledgeBase),
      this.store.predicates(knowledgeBase),
    ]);
    const enabled = modules.filter((module) => module.enabled);
    const rules = enabled.flatMap(({ name, source }) => readRuleSource(name, source).rules);
    return unsupportedBy(this.reasoner, rules, factIndicators(predicates))
      .filter(({ kind }) => kind === 'missing')
      .map(({ rule, reason }) => `${rule.module}:${rule.read.start.line}: ${reason}`);
  }

  async put(module: {
    readonly name: string;
    readonly source: string;
    readonly enabled?: boolean;
    readonly knowledgeBase?: string | null;
  }): Promise<{ module: RuleModule | null; diagnostics: RuleDiagnostic[] }> {
    const diagnostics = await this.check(module.source, module.knowledgeBase, module.name);
    if (diagnostics.some(({ severity }) => severity === 'ERROR')) return { module: null, diagnostics };
    return {
      module: await this.store.putRuleModule(module, { knowledgeBase: module.knowledgeBase ?? null }),
      diagnostics,
    };
  }
}

const factIndicators = (predicates: readonly Predicate[]): ReadonlySet<string> =>
  new Set(predicates.filter(({ kind }) => kind !== 'RULES').map(({ name, arity }) => `${name}/${arity}`));
