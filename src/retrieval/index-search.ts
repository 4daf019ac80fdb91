import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { type Compared, type DenseOutcome, type DenseQuery, hitsOf } from './dense-query.js';
import { type AllTaken, allTaken, nearestTables } from './nearest-statement.js';
import type { SearchExperience } from './search-experience.js';

/** The nearest by the approximate index over a space's vectors, or by comparing all where that costs less or finds more. */
export async function searchByIndex(
  connection: Connection,
  query: DenseQuery,
  experience: SearchExperience,
): Promise<DenseOutcome> {
  const ways = await experience.waysFor(connection, query);
  let way = ways.first;
  for (;;) {
    const rows = await connection.rows<Compared & AllTaken>(sql`
      with ${nearestTables(connection, query, way)}
      select all_taken.taken, all_taken.nearest, n.fact, n.distance
      from ${allTaken} all_taken left join nearest n on true
      order by n.distance, n.fact`);
    const found = rows.filter(({ fact }) => fact !== null);
    const next = ways.after(found.length, rows[0]!.taken, rows[0]!.nearest);
    if (next === undefined) return { hits: hitsOf(found), exact: !('width' in way) };
    way = next;
  }
}
