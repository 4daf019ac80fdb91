import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../src/database/database.js';

/** Every count that is kept equals the one that is counted now. */
export async function expectCountsToHold(database: Database, knowledgeBase: number): Promise<void> {
  const live = sql`knowledge_base = ${knowledgeBase} and retracted_in is null`;
  const [kept] = await database.rows(sql`
    select fact_count, sentence_count, lexeme_count from knowledge_bases where id = ${knowledgeBase}`);
  const [counted] = await database.rows(sql`
    select count(*) as fact_count, count(sentence) as sentence_count,
      coalesce(sum(length(sentence_lexemes)), 0)::bigint as lexeme_count from facts where ${live}`);
  expect(kept).toEqual(counted);
  expect(
    await database.rows(sql`
      select name, arity, fact_count from predicates where knowledge_base = ${knowledgeBase} and fact_count <> 0 order by 1, 2`),
  ).toEqual(
    await database.rows(sql`
      select predicate as name, arity, count(*) as fact_count from facts where ${live} group by 1, 2 order by 1, 2`),
  );
  expect(
    await database.rows(sql`
      select lexeme, documents from lexemes where knowledge_base = ${knowledgeBase} and documents <> 0 order by 1`),
  ).toEqual(
    await database.rows(sql`
      select word.lexeme, count(*) as documents from facts cross join lateral unnest(sentence_lexemes) word
      where ${live} group by 1 order by 1`),
  );
}
