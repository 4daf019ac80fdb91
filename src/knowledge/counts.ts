import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { addPostings, removePostings, wordSpace, wordToken } from '../database/postings.js';
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
      select 1 as sign, id, predicate, arity, sentence, language, sentence_lexemes from facts
      where knowledge_base = ${knowledgeBase} and asserted_in = ${revision}
      union all
      select -1, id, predicate, arity, sentence, language, sentence_lexemes from facts
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
  if (sign === -1) {
    await transaction.run(
      removePostings(sql`
        select ${wordSpace(knowledgeBase)}::int as space, ${wordToken(sql`f.language`, sql`w.lexeme`)} as token,
          f.id as fact
        from facts f cross join lateral unnest(f.sentence_lexemes) w
        where f.knowledge_base = ${knowledgeBase} and f.id = ${anyOf(facts)}`),
    );
  }
  await count(
    transaction,
    knowledgeBase,
    sql`
      select ${sign}::int as sign, id, null::text as predicate, null::smallint as arity, sentence, language,
        sentence_lexemes
      from facts
      where knowledge_base = ${knowledgeBase}
        and id = ${anyOf(facts)}`,
  );
}

/**
 * `changes`: rows (sign, id, predicate, arity, sentence, language, sentence_lexemes); without a predicate only the sentence
 * counts. The words of those with sign 1 join the inverted index; a retracted fact's stay, for questions about the past.
 */
async function count(transaction: Connection, knowledgeBase: number, changes: SQL): Promise<void> {
  const token = wordToken(sql`language`, sql`lexeme`);
  await transaction.run(sql`
    with change as materialized (${changes}),
    by_predicate as (
      insert into predicates (knowledge_base, name, arity, fact_count)
      select ${knowledgeBase}::int, predicate, arity, sum(sign) from change where predicate is not null group by predicate, arity
      on conflict (knowledge_base, name, arity) do update set fact_count = predicates.fact_count + excluded.fact_count
    ),
    word as materialized (
      select c.sign, c.id, c.language, w.lexeme, cardinality(w.positions) as frequency,
        length(c.sentence_lexemes) as length
      from change c cross join lateral unnest(c.sentence_lexemes) w
    ),
    posted as (${addPostings(sql`
      select ${wordSpace(knowledgeBase)}::int as space, ${token} as token, id as fact, frequency as weight, length
      from word where sign = 1`)}),
    by_language as (
      insert into sentence_languages (knowledge_base, language, sentences)
      select ${knowledgeBase}::int, language, sum(sign) from change where sentence is not null group by language
      on conflict (knowledge_base, language) do update
        set sentences = sentence_languages.sentences + excluded.sentences
    ),
    by_lexeme as (
      insert into lexemes (knowledge_base, lexeme, documents)
      select ${knowledgeBase}::int, word.lexeme, sum(sign) from word
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
