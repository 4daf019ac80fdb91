import { type SQL, sql } from 'drizzle-orm';
import type { ActiveSpace } from './embedding-spaces.js';
import type { FactScope } from './live-facts.js';
import { indexKind } from './vector-index.js';

/** What `spaceStateSql` selects; all but the state only where a scope is given. */
export interface SpaceStatus extends Pick<ActiveSpace, 'sentences' | 'index'> {
  readonly state: string;
  /** Every sentence that is live at the scope's revision has a vector. */
  readonly embedded: boolean;
}

/**
 * One row while the space gets every sentence's vector, none once it is dropped. Whether anything was retracted since the
 * revision is asked first: a plan for any revision would look for such facts among all. `offset 0`: once, not for each fact
 * that it stands beside.
 */
export function spaceStateSql(space: ActiveSpace, scope?: FactScope): SQL {
  const isThere = sql`from embedding_spaces s where s.id = ${space.id} and s.state in ('ACTIVE', 'RETIRED')`;
  if (scope === undefined) return sql`select s.state ${isThere}`;
  const { knowledgeBase, revision } = scope;
  return sql`
    select s.state, (select k.sentence_count from knowledge_bases k where k.id = s.knowledge_base) as sentences,
      ${indexKind} as index,
      not exists (
        select from embedding_queue q join facts f on f.knowledge_base = ${knowledgeBase} and f.id = q.fact
        where q.space = ${space.id} and f.asserted_in <= ${revision})
      and (coalesce((select max(f.retracted_in) from facts f where f.knowledge_base = ${knowledgeBase}), 0) <= ${revision}
        or not exists (
          select from facts f
          where f.knowledge_base = ${knowledgeBase} and f.retracted_in > ${revision} and f.asserted_in <= ${revision}
            and f.sentence is not null
            and not exists (select from embeddings e where e.space = ${space.id} and e.fact = f.id))) as embedded
    ${isThere} offset 0`;
}
