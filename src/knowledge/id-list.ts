import { type SQL, sql } from 'drizzle-orm';

/**
 * `ids` as one parameter, for `id = …`: thousands of them make no longer statement than one. Unlike with
 * `id in (select …)` an index is searched for each of them even where the planner has no statistics, as in a
 * database that was just filled; otherwise it would read the whole knowledge base.
 */
export function anyOf(ids: readonly number[]): SQL {
  return sql`any(array(select value::bigint from json_array_elements_text(${JSON.stringify(ids)}::json)))`;
}
