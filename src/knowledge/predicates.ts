import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import type { RuleModule } from './knowledge.js';
import type { ModuleLibrary } from './module-library.js';

export type PredicateKind = 'FACTS' | 'RULES' | 'BOTH';

export interface Predicate {
  readonly name: string;
  readonly arity: number;
  /** RULES: it has never had facts. */
  readonly kind: PredicateKind;
  /** Live ones: 0 when all have been retracted, the predicate being known still. */
  readonly factCount: number;
  /** Clauses in the enabled rule modules. */
  readonly ruleCount: number;
  /** The comment before its first clause. */
  readonly description: string | null;
  /** The text of its first template. */
  readonly template: string | null;
}

/** Every predicate that has clauses, or has or had facts; in order of name and arity. */
export async function listPredicates(
  connection: Connection,
  library: ModuleLibrary,
  knowledgeBase: number,
  modules: readonly RuleModule[],
): Promise<Predicate[]> {
  const rows = await connection.rows<{ name: string; arity: number; fact_count: number }>(
    sql`select name, arity, fact_count from predicates where knowledge_base = ${knowledgeBase}`,
  );
  const { templates } = library.sentenceRulesOf(modules);
  const predicates = new Map<string, Predicate>();
  const known = (name: string, arity: number): Predicate =>
    predicates.get(`${name}/${arity}`) ?? {
      name,
      arity,
      kind: 'RULES',
      factCount: 0,
      ruleCount: 0,
      description: null,
      template: templates.get(`${name}/${arity}`)?.[0]?.text ?? null,
    };
  for (const { name, arity, fact_count } of rows) {
    predicates.set(`${name}/${arity}`, { ...known(name, arity), kind: 'FACTS', factCount: fact_count });
  }
  for (const module of modules.filter(({ enabled }) => enabled)) {
    for (const [indicator, { name, arity, clauses, description }] of library.parsed(module.source)
      .predicates) {
      const before = known(name, arity);
      predicates.set(indicator, {
        ...before,
        kind: before.kind === 'RULES' ? 'RULES' : 'BOTH',
        ruleCount: before.ruleCount + clauses,
        description: before.description ?? description,
      });
    }
  }
  return [...predicates.values()].sort((a, b) => compareNames(a.name, b.name) || a.arity - b.arity);
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
