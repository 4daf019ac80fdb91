import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { type Compared, type DenseOutcome, type DenseQuery, hitsOf } from './dense-query.js';
import { nearestTables } from './nearest-statement.js';
import { ScopeEstimates } from './scope-estimates.js';
import { WaysToSearch } from './search-way.js';

/** The nearest by the approximate index over a space's vectors, or by comparing all where that costs less or finds more. */
export async function searchByIndex(
  connection: Connection,
  query: DenseQuery,
  estimates = new ScopeEstimates(),
): Promise<DenseOutcome> {
  const { space, scope, limit } = query;
  const ways = new WaysToSearch(
    space,
    limit,
    await estimates.of(connection, scope),
    space.index ?? undefined,
  );
  let way = ways.first;
  for (;;) {
    const rows = await connection.rows<Compared & { readonly taken: number }>(sql`
      with ${nearestTables(connection, query, way)}
      select all_taken.taken, n.fact, n.distance
      from (select count(*) as taken from candidate) all_taken left join nearest n on true
      order by n.distance, n.fact`);
    const found = rows.filter(({ fact }) => fact !== null);
    const next = ways.after(found.length, rows[0]!.taken);
    if (next === undefined) return { hits: hitsOf(found), exact: !('width' in way) };
    way = next;
  }
}
