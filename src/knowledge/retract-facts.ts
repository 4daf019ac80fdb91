import { type SQL, sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { countRevision } from './counts.js';
import { matchesSql } from './fact-filter.js';
import { decodeFactId } from './fact-id.js';
import { anyOf } from './id-list.js';
import type { KnowledgeBase } from './knowledge.js';
import { lockKnowledgeBase, nextRevision } from './revision.js';

export interface RetractRequest {
  /** At most 10,000. */
  readonly ids?: readonly string[] | null;
  /** Prolog text: every fact that unifies with it, besides those in `ids`. */
  readonly matches?: string | null;
  /** Only count. */
  readonly dryRun?: boolean | null;
}

export interface RetractedFacts {
  readonly retracted: number;
  /** The revision that retracted them; the last one when nothing was, or in a dry run. */
  readonly revision: number;
}

const MOST_IDS = 10_000;

/**
 * Retracts the facts with these ids and the facts that unify with a pattern, in one revision.
 *
 * @throws CorollaryError BAD_INPUT, PROLOG_SYNTAX; FACT_NOT_FOUND with the unknown or already retracted
 *   `ids`, and then nothing is retracted
 */
export async function retractFacts(
  database: Database,
  knowledgeBase: KnowledgeBase,
  { ids, matches, dryRun }: RetractRequest,
  signal?: AbortSignal,
): Promise<RetractedFacts> {
  if (ids == null && matches == null) throw new CorollaryError('BAD_INPUT', 'Give ids, matches or both');
  if (ids != null && ids.length > MOST_IDS) {
    throw new CorollaryError('BAD_INPUT', `At most ${MOST_IDS} ids at a time, not ${ids.length}`);
  }
  const keys = new Map((ids ?? []).map((id) => [id, decodeFactId(id)]));
  const own = [...keys.values()].filter((key) => key.knowledgeBase === knowledgeBase.id).map((key) => key.id);
  const wanted: SQL[] = [];
  if (own.length > 0) wanted.push(sql`f.id = ${anyOf(own)}`);
  if (matches != null) wanted.push(matchesSql(matches));
  const live = sql`f.knowledge_base = ${knowledgeBase.id} and f.retracted_in is null
    and (${wanted.length === 0 ? sql`false` : sql.join(wanted, sql` or `)})`;

  return database.transaction(
    async (transaction) => {
      const last = await lockKnowledgeBase(transaction, knowledgeBase);
      await refuseUnknown(transaction, knowledgeBase, keys);
      const [row] = await transaction.rows<{ count: number }>(
        sql`select count(*) from facts f where ${live}`,
      );
      if (dryRun === true || row!.count === 0) return { retracted: row!.count, revision: last };
      const revision = await nextRevision(transaction, knowledgeBase.id);
      const retracted = await transaction.run(
        sql`update facts f set retracted_in = ${revision.number} where ${live}`,
      );
      await countRevision(transaction, knowledgeBase.id, revision.number);
      return { retracted, revision: revision.number };
    },
    signal === undefined ? {} : { signal },
  );
}

async function refuseUnknown(
  transaction: Connection,
  knowledgeBase: KnowledgeBase,
  keys: ReadonlyMap<string, { knowledgeBase: number; id: number }>,
): Promise<void> {
  if (keys.size === 0) return;
  const numbers = [...keys.values()].map((key) => key.id);
  const rows = await transaction.rows<{ id: number }>(sql`
    select id from facts where knowledge_base = ${knowledgeBase.id} and retracted_in is null
      and id = ${anyOf(numbers)}`);
  const live = new Set(rows.map((row) => row.id));
  const missing = [...keys].filter(([, key]) => key.knowledgeBase !== knowledgeBase.id || !live.has(key.id));
  if (missing.length === 0) return;
  const ids = missing.map(([id]) => id);
  const named = ids.slice(0, 5).join(', ') + (ids.length > 5 ? ', …' : '');
  throw new CorollaryError('FACT_NOT_FOUND', `${knowledgeBase.name} holds no live fact ${named}`, { ids });
}
