import { type SQL, sql } from 'drizzle-orm';
import { factFilterSql, liveAt } from '../knowledge/fact-filter.js';
import type { FactFilter } from '../knowledge/knowledge.js';

/** Facts, as alias f, that a search may return: of one knowledge base, live at a revision, let through by a filter. */
export interface FactScope {
  readonly knowledgeBase: number;
  readonly revision: number;
  readonly filter: FactFilter | null;
}

/** A condition over alias f. @throws CorollaryError PROLOG_SYNTAX, BAD_INPUT for a filter that can't be read */
export function inScope({ knowledgeBase, revision, filter }: FactScope): SQL {
  return sql`f.knowledge_base = ${knowledgeBase} and ${factFilterSql(filter, revision)}`;
}

/** As `inScope`, of whatever the filter would say. */
export function isLive({ revision }: FactScope): SQL {
  return liveAt(revision);
}
