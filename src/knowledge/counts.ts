import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { anyOf } from './id-list.js';

/**
 * Brings every count that is kept (facts by predicate; sentences and their lexemes, for BM25) to where the
 * facts asserted and retracted in `revision` have moved it. The caller holds `lockKnowledgeBase`.
 */
export async function countRevision(
  transaction: Connection,
  knowledgeBase: number,
  revision: number,
): Promise<void> {
  await count(
    transaction,
    knowledgeBase,
    sql`
      select 1 as sign, predicate, arity, sentence, sentence_lexemes from facts
      where knowledge_base = ${knowledgeBase} and asserted_in = ${revision}
      union all
      select -1, predicate, arity, sentence, sentence_lexemes from facts
      where knowledge_base = ${knowledgeBase} and retracted_in = ${revision}`,
  );
}

/** Adds (`sign` 1) or takes away (-1) the sentences of `facts`, while their sentences are being replaced. */
export async function countSentences(
  transaction: Connection,
  knowledgeBase: number,
  facts: readonly number[],
  sign: 1 | -1,
): Promise<void> {
  await count(
    transaction,
    knowledgeBase,
    sql`
      select ${sign}::int as sign, null::text as predicate, null::smallint as arity, sentence, sentence_lexemes from facts
      where knowledge_base = ${knowledgeBase}
        and id = ${anyOf(facts)}`,
  );
}

/** `changes`: rows (sign, predicate, arity, sentence, sentence_lexemes); without a predicate only the sentence counts. */
async function count(transaction: Connection, knowledgeBase: number, changes: SQL): Promise<void> {
  await transaction.run(sql`
    with change as materialized (${changes}),
    by_predicate as (
      insert into predicates (knowledge_base, name, arity, fact_count)
      select ${knowledgeBase}::int, predicate, arity, sum(sign) from change where predicate is not null group by predicate, arity
      on conflict (knowledge_base, name, arity) do update set fact_count = predicates.fact_count + excluded.fact_count
    ),
    by_lexeme as (
      insert into lexemes (knowledge_base, lexeme, documents)
      select ${knowledgeBase}::int, word.lexeme, sum(sign)
      from change cross join lateral unnest(sentence_lexemes) word
      group by word.lexeme having sum(sign) <> 0
      on conflict (knowledge_base, lexeme) do update set documents = lexemes.documents + excluded.documents
    )
    update knowledge_bases set
      fact_count = fact_count + total.facts,
      sentence_count = sentence_count + total.sentences,
      lexeme_count = lexeme_count + total.lexemes
    from (
      select coalesce(sum(sign) filter (where predicate is not null), 0) as facts,
        coalesce(sum(sign) filter (where sentence is not null), 0) as sentences,
        coalesce(sum(sign * length(sentence_lexemes)), 0) as lexemes
      from change
    ) total
    where id = ${knowledgeBase}`);
}
