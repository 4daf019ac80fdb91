import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { type FactRow, factColumns, factTables, toFact } from './fact-row.js';
import { anyOf } from './id-list.js';
import type { Fact } from './knowledge.js';

/** One per id, in their order, retracted ones too; null where there is none. */
export async function factsByIds(
  connection: Connection,
  knowledgeBase: number,
  ids: readonly number[],
): Promise<(Fact | null)[]> {
  if (ids.length === 0) return [];
  const rows = await connection.rows<FactRow>(sql`
    select ${factColumns} from ${factTables} where f.knowledge_base = ${knowledgeBase} and f.id = ${anyOf(ids)}`);
  const facts = new Map(rows.map((row) => [row.id, toFact(row)]));
  return ids.map((id) => facts.get(id) ?? null);
}
