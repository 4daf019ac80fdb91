import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { nearNames } from '../near-names.js';
import type { KnowledgeBase, RuleModule } from './knowledge.js';

interface ModuleRow {
  knowledge_base: number;
  id: number;
  name: string;
  source: string;
  enabled: boolean;
  asserted_in: number;
  updated_at: Date;
}

const columns = sql.raw('knowledge_base, id, name, source, enabled, asserted_in, updated_at');

function toRuleModule(row: ModuleRow): RuleModule {
  return {
    knowledgeBase: row.knowledge_base,
    id: row.id,
    name: row.name,
    source: row.source,
    enabled: row.enabled,
    revision: row.asserted_in,
    updatedAt: row.updated_at,
  };
}

/** As they were at `revision`, or are now; in order of name. */
export async function listRuleModules(
  connection: Connection,
  knowledgeBase: number,
  revision?: number,
): Promise<RuleModule[]> {
  const live =
    revision === undefined
      ? sql`retracted_in is null`
      : sql`asserted_in <= ${revision} and (retracted_in is null or retracted_in > ${revision})`;
  const rows = await connection.rows<ModuleRow>(
    sql`select ${columns} from rule_modules where knowledge_base = ${knowledgeBase} and ${live} order by name`,
  );
  return rows.map(toRuleModule);
}

/** @throws CorollaryError RULE_MODULE_NOT_FOUND, with the names that are near */
export async function findRuleModule(
  connection: Connection,
  knowledgeBase: KnowledgeBase,
  name: string,
): Promise<RuleModule> {
  const rows = await connection.rows<ModuleRow>(sql`
    select ${columns} from rule_modules
    where knowledge_base = ${knowledgeBase.id} and name = ${name} and retracted_in is null`);
  if (rows[0] !== undefined) return toRuleModule(rows[0]);
  const modules = await listRuleModules(connection, knowledgeBase.id);
  const near = nearNames(
    name,
    modules.map((module) => module.name),
  );
  const hint = near.length === 0 ? '' : `; is it ${near.join(' or ')}?`;
  throw new CorollaryError(
    'RULE_MODULE_NOT_FOUND',
    `${knowledgeBase.name} has no rule module ${name}${hint}`,
    {
      name,
      near,
    },
  );
}
