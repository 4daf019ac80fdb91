import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { wordSpace, wordToken } from '../database/postings.js';
import { likelyLanguages } from '../knowledge/sentence-language.js';
import { storable } from '../knowledge/storable-text.js';
import { bestPossibleBm25, inverseDocumentFrequency } from './bm25.js';
import { listOf } from './inverted-index.js';
import { likenessOf } from './spelling.js';

/** A text as BM25 sees it, with the statistics of the knowledge base that it is searched in. */
export interface LexicalQuery {
  /** Rarest first; at most `MAX_TERMS`. */
  readonly terms: readonly LexicalTerm[];
  /** What no live sentence's BM25 exceeds: what a score is divided by to be absolute. */
  readonly bestBm25: number;
  readonly knowledgeBase: number;
  /** Mean over the live sentences of how many lexemes they have. */
  readonly averageLength: number;
}

/** A lexeme of the text as sentences of one language have it. */
export interface LexicalTerm {
  readonly language: string;
  readonly lexeme: string;
  /** Live sentences that hold it, in whichever language. */
  readonly documents: number;
  /** idf; less for a lexeme that is only similar to one of the text. */
  readonly weight: number;
  /** Its list in the inverted index. */
  readonly token: string;
  readonly size: number;
  readonly blocks: number;
  /** How often a sentence has it at most. */
  readonly mostFrequent: number;
}

/** A text of more lexemes is searched by its rarest. */
const MAX_TERMS = 64;

/** A word that no sentence holds is searched by so many of those that are spelt most alike. */
const MOST_ALIKE = 3;
/** Among so many that share most trigrams with it. */
const MOST_COMPARED = 30;
/** How much less such a word counts, besides its likeness. */
const ALIKE_WEIGHT = 0.5;

interface TermRow {
  readonly language: string;
  readonly lexeme: string;
  readonly positions: readonly number[];
  readonly documents: number;
  readonly token: string;
  readonly size: number;
  readonly blocks: number;
  readonly most: number | null;
}

/**
 * The lexemes of `text` with their document frequencies. A sentence's words became lexemes by its own language, so the text's
 * do by every language that the knowledge base has sentences in; frequent words of the language that the text most likely is
 * in itself are left out of all of them. Document frequencies are of the present, for past revisions too: only live sentences
 * are counted, so an old state is ranked by today's rarity of words.
 */
export async function lexicalQuery(
  connection: Connection,
  knowledgeBase: number,
  text: string,
): Promise<LexicalQuery> {
  const readable = storable(text);
  const rows = await connection.rows<Partial<TermRow> & { sentences: number; lexemes: number }>(sql`
    with language as materialized (
      select language, sentences from sentence_languages where knowledge_base = ${knowledgeBase}
    ), kept as materialized (
      select distinct p.position from (
        select language from language
        order by array_position(${sql.param(likelyLanguages(readable))}::text[], language), sentences desc, language
        limit 1) own
      cross join lateral unnest(to_tsvector(own.language::regconfig, ${readable}::text)) w
      cross join lateral unnest(w.positions) p (position)
    ), word as materialized (
      select l.language, w.lexeme, w.positions
      from language l cross join lateral unnest(to_tsvector(l.language::regconfig, ${readable}::text)) w
      where w.positions && array(select position from kept)
    )
    select w.language, w.lexeme, w.positions, coalesce(x.documents, 0) as documents, ${token}::text as token,
      list.size, list.blocks, list.most, k.sentence_count as sentences, k.lexeme_count as lexemes
    from knowledge_bases k
    left join word w on true
    left join lexemes x on x.knowledge_base = k.id and x.lexeme = w.lexeme
    left join lateral (${listOf(sql`${wordSpace(knowledgeBase)}`, token)}) list on true
    where k.id = ${knowledgeBase}`);
  const { sentences = 0, lexemes = 0 } = rows[0] ?? {};
  const found = rows.filter((row): row is TermRow & (typeof rows)[number] => row.lexeme != null);
  const similar = await termsAlike(connection, knowledgeBase, missingLexemes(found));
  const exact = found.map((row) => term(row, inverseDocumentFrequency(row.documents, sentences)));
  const alike = similar.map((row) =>
    term(row, ALIKE_WEIGHT * row.likeness * inverseDocumentFrequency(row.documents, sentences)),
  );
  const terms = withoutRepeated([...exact, ...alike])
    .sort((a, b) => a.documents - b.documents || (a.lexeme < b.lexeme ? -1 : 1))
    .slice(0, MAX_TERMS);
  return {
    terms,
    bestBm25: bestPossible(terms),
    knowledgeBase,
    averageLength: sentences > 0 && lexemes > 0 ? lexemes / sentences : 1,
  };
}

const token = wordToken(sql`w.language`, sql`w.lexeme`);

/** Words of which no sentence has a lexeme in any language. */
function missingLexemes(rows: readonly TermRow[]): string[] {
  const found = new Set(rows.flatMap(({ positions, documents }) => (documents > 0 ? positions : [])));
  const missing = rows.filter(({ positions }) => positions.every((each) => !found.has(each)));
  return [...new Set(missing.map(({ lexeme }) => lexeme))].slice(0, MAX_TERMS);
}

/** Lexemes of live sentences that are spelt like these, in every language of the knowledge base. */
async function termsAlike(
  connection: Connection,
  knowledgeBase: number,
  missing: readonly string[],
): Promise<(TermRow & { likeness: number })[]> {
  if (missing.length === 0) return [];
  const compared = await connection.rows<{ missing: string; lexeme: string; trigrams: number }>(sql`
    select m.lexeme as missing, s.lexeme, s.trigrams
    from unnest(${sql.param(missing)}::text[]) as m (lexeme)
    cross join lateral (
      select x.lexeme, similarity(x.lexeme, m.lexeme)::float8 as trigrams from lexemes x
      where x.knowledge_base = ${knowledgeBase} and x.lexeme % m.lexeme and x.documents > 0
      order by 2 desc, 1 limit ${MOST_COMPARED}) s`);
  const likeness = new Map<string, number>();
  for (const each of missing) {
    const alike = compared
      .filter((row) => row.missing === each)
      .map(({ lexeme, trigrams }) => ({ lexeme, likeness: likenessOf(each, lexeme, trigrams) }))
      .filter((row) => row.likeness > 0)
      .sort((a, b) => b.likeness - a.likeness || (a.lexeme < b.lexeme ? -1 : 1));
    for (const row of alike.slice(0, MOST_ALIKE)) {
      likeness.set(row.lexeme, Math.max(row.likeness, likeness.get(row.lexeme) ?? 0));
    }
  }
  if (likeness.size === 0) return [];
  return connection.rows(sql`
    select w.*, ${token}::text as token, list.size, list.blocks, list.most
    from (
      select l.language, a.lexeme, a.likeness, x.documents
      from unnest(${sql.param([...likeness.keys()])}::text[], ${sql.param([...likeness.values()])}::float8[])
        as a (lexeme, likeness)
      join lexemes x on x.knowledge_base = ${knowledgeBase} and x.lexeme = a.lexeme
      cross join sentence_languages l
      where l.knowledge_base = ${knowledgeBase}) w
    cross join lateral (${listOf(sql`${wordSpace(knowledgeBase)}`, token)}) list`);
}

function term(row: TermRow, weight: number): LexicalTerm {
  const { language, lexeme, documents, token, size, blocks, most } = row;
  return { language, lexeme, documents, weight, token, size, blocks, mostFrequent: most ?? 0 };
}

/** A lexeme may be like several words of the text, or like one and in the text itself: the highest weight counts. */
function withoutRepeated(terms: readonly LexicalTerm[]): LexicalTerm[] {
  const best = new Map<string, LexicalTerm>();
  for (const each of terms) {
    const before = best.get(each.token);
    if (before === undefined || each.weight > before.weight) best.set(each.token, each);
  }
  return [...best.values()];
}

/** A sentence is of one language, and has at best all lexemes that the text has in that. */
function bestPossible(terms: readonly LexicalTerm[]): number {
  const byLanguage = new Map<string, number[]>();
  for (const { language, documents, weight } of terms) {
    if (documents === 0) continue;
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), weight]);
  }
  return Math.max(0, ...[...byLanguage.values()].map((weights) => bestPossibleBm25(weights)));
}
