import { type SQL, sql } from 'drizzle-orm';

/** `ids` as one parameter, for `id in …`: thousands of them make no longer statement than one. */
export function idList(ids: readonly number[]): SQL {
  return sql`(select value::bigint from json_array_elements_text(${JSON.stringify(ids)}::json))`;
}

/**
 * As `idList`, for `id = …`. An index is searched for each of the ids even where the planner has no statistics
 * (a database that was just filled): over a subquery it would then read the whole knowledge base.
 */
export function anyOf(ids: readonly number[]): SQL {
  return sql`any(array${idList(ids)})`;
}
