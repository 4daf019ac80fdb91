import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import type { RuleModule } from './knowledge.js';
import { type ParsedModule, parseModule } from './parsed-module.js';
import { listRuleModules } from './rule-modules.js';
import type { SentenceRules } from './sentences.js';
import type { Template } from './template.js';

/** Kept of each kind; the one that was used longest ago goes first. */
const KEPT = 200;

/** Rule modules as they were read, kept by what they say: reading them again for every write would be slow. */
export class ModuleLibrary {
  readonly #parsed = new Map<string, ParsedModule>();
  readonly #sentenceRules = new Map<string, SentenceRules>();

  parsed(source: string): ParsedModule {
    return kept(this.#parsed, createHash('sha256').update(source).digest('base64'), () =>
      parseModule(source),
    );
  }

  /** What the modules that are live and enabled on `connection` say about sentences. */
  async sentenceRules(connection: Connection, knowledgeBase: number): Promise<SentenceRules> {
    // A stored version of a module never changes, so that its id stands for its text.
    const rows = await connection.rows<{ id: number }>(sql`
      select id from rule_modules
      where knowledge_base = ${knowledgeBase} and retracted_in is null and enabled order by name`);
    const known = this.#sentenceRules.get(keyOf(rows));
    if (known !== undefined) return known;
    // Outside a transaction they may have changed since.
    const modules = (await listRuleModules(connection, knowledgeBase)).filter(({ enabled }) => enabled);
    return kept(this.#sentenceRules, keyOf(modules), () => this.sentenceRulesOf(modules));
  }

  /** In order of `modules`, which is that of their names: the first template that fits a fact is used. */
  sentenceRulesOf(modules: readonly RuleModule[]): SentenceRules {
    const templates = new Map<string, Template[]>();
    const searchable = new Set<string>();
    for (const module of modules.filter(({ enabled }) => enabled)) {
      const { declarations } = this.parsed(module.source);
      for (const template of declarations.templates) {
        const { indicator, head, text, parts } = template;
        templates.set(indicator, [...(templates.get(indicator) ?? []), { head, text, parts }]);
      }
      for (const { indicator } of declarations.searchable) searchable.add(indicator);
    }
    return { templates, searchable };
  }
}

function keyOf(modules: readonly { readonly id: number }[]): string {
  return modules.map(({ id }) => id).join();
}

function kept<Value>(cache: Map<string, Value>, key: string, make: () => Value): Value {
  const value = cache.get(key) ?? make();
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > KEPT) cache.delete(cache.keys().next().value!);
  return value;
}
