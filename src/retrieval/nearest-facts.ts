import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { type FactRow, ownFactColumns, revisionInstants, toFact } from '../knowledge/fact-row.js';
import type { Fact } from '../knowledge/knowledge.js';
import { type Compared, hitsOf } from './dense-query.js';
import { type ActiveSpace, activeSpace, activeSpaceSql } from './embedding-spaces.js';
import type { FactScope } from './live-facts.js';
import { type AllTaken, allTaken, nearestTables } from './nearest-statement.js';
import { SpaceChanged } from './pinned-space.js';
import type { SearchExperience } from './search-experience.js';

export interface NearestRequest {
  /** The space that was last seen to be active. */
  readonly space: ActiveSpace;
  /** Of that space: [dimensions] float32. */
  readonly vector: Float32Array;
  readonly scope: FactScope;
  readonly limit: number;
  /** No index may be used. */
  readonly exact: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface NearestFound {
  /** Nearest first, ties by fact id. */
  readonly facts: readonly { readonly fact: Fact /** In [-1, 1]. */; readonly cosine: number }[];
  /** Certainly the nearest: no index chose what was compared. */
  readonly exact: boolean;
  /** As it is now. */
  readonly space: ActiveSpace;
}

interface Row extends Compared, FactRow, AllTaken {
  readonly active: number | null;
  readonly sentences: number;
  readonly index: ActiveSpace['index'];
}

/**
 * The facts nearest to a vector, on a server: in one statement, which is a round trip and a snapshot, instead of a
 * transaction of six. The statement itself says which space is active.
 */
export class NearestFacts {
  readonly #database: Database;
  readonly #experience: SearchExperience;

  constructor(database: Database, experience: SearchExperience) {
    this.#database = database;
    this.#experience = experience;
  }

  /** @throws SpaceChanged when the space is not the active one any more; CorollaryError CANCELLED */
  async find(request: NearestRequest): Promise<NearestFound> {
    const { space, scope, limit, exact, signal } = request;
    const query = { space, probe: { vector: request.vector }, scope, limit, approximate: !exact };
    const ways = await this.#experience.waysFor(this.#database, query);
    let way = ways.first;
    for (;;) {
      const rows = await this.#database.rows<Row>(
        sql`
          with ${nearestTables(this.#database, query, way, ownFactColumns)}
          select a.id as active, a.sentences, a.index, all_taken.taken, all_taken.nearest, n.*, ${revisionInstants('n')}
          from ${allTaken} all_taken
          left join (${activeSpaceSql(scope.knowledgeBase)} offset 0) a on true
          left join nearest n on true
          order by n.distance, n.fact`,
        { prepared: ways.mayKeepPlan, ...(signal && { signal }) },
      );
      const { active, sentences, index, taken, nearest } = rows[0]!;
      if (active !== space.id) {
        throw new SpaceChanged(await activeSpace(this.#database, scope.knowledgeBase));
      }
      const found = rows.filter((row) => row.id !== null);
      const next = ways.after(found.length, taken, nearest);
      if (next === undefined) {
        const facts = hitsOf(found).map(({ cosine }, at) => ({ fact: toFact(found[at]!), cosine }));
        return { facts, exact: !('width' in way), space: { ...space, sentences, index } };
      }
      way = next;
    }
  }
}
