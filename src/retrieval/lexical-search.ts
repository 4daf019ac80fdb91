import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { anyOf } from '../knowledge/id-list.js';
import { B, bestPossibleBm25, inverseDocumentFrequency, K1 } from './bm25.js';
import { type FactScope, inScope, isLive } from './live-facts.js';

/** A text as BM25 sees it, with the statistics of the knowledge base that it is searched in. */
export interface LexicalQuery {
  /** Rarest first; at most `MAX_TERMS`. */
  readonly terms: readonly LexicalTerm[];
  /** Of the terms that any live sentence holds: what a score is divided by to be absolute. */
  readonly bestBm25: number;
  /** Live sentences, and the mean of their lexemes. */
  readonly sentences: number;
  readonly averageLength: number;
}

export interface LexicalTerm {
  readonly lexeme: string;
  /** Live sentences that hold it. */
  readonly documents: number;
  readonly idf: number;
}

export interface LexicalHit {
  readonly fact: number;
  readonly bm25: number;
}

export interface LexicalHits {
  /** Highest BM25 first, ties by fact id. */
  readonly hits: readonly LexicalHit[];
  /** False where a sentence that was not scored could still belong among them. */
  readonly complete: boolean;
}

/** A text of more lexemes is searched by its rarest: every one costs a look at every candidate. */
const MAX_TERMS = 64;
/** How many sentences are scored at most in one go: some 20 ms on PGlite for a text of 17 lexemes. */
const CANDIDATES = 2_000;

/**
 * The lexemes of `text` with their document frequencies. These are of the present, for past revisions too: only live
 * sentences are counted, so an old state is ranked by today's rarity of words.
 */
export async function lexicalQuery(
  connection: Connection,
  knowledgeBase: number,
  text: string,
): Promise<LexicalQuery> {
  const rows = await connection.rows<{
    lexeme: string | null;
    documents: number;
    sentences: number;
    lexemes: number;
  }>(sql`
    select t.lexeme, coalesce(l.documents, 0) as documents, k.sentence_count as sentences, k.lexeme_count as lexemes
    from knowledge_bases k
    left join lateral unnest(tsvector_to_array(to_tsvector('english', ${text}::text))) as t (lexeme) on true
    left join lexemes l on l.knowledge_base = k.id and l.lexeme = t.lexeme
    where k.id = ${knowledgeBase}
    order by documents, t.lexeme`);
  const sentences = rows[0]?.sentences ?? 0;
  const lexemes = rows[0]?.lexemes ?? 0;
  const terms = rows
    .slice(0, MAX_TERMS)
    .flatMap(({ lexeme, documents }) =>
      lexeme === null ? [] : [{ lexeme, documents, idf: inverseDocumentFrequency(documents, sentences) }],
    );
  return {
    terms,
    bestBm25: bestPossibleBm25(terms.flatMap(({ documents, idf }) => (documents > 0 ? [idf] : []))),
    sentences,
    averageLength: sentences > 0 && lexemes > 0 ? lexemes / sentences : 1,
  };
}

/**
 * The `limit` sentences in `scope` with the highest BM25.
 *
 * Candidates come through the GIN index by the rarest lexemes, as many of these as together occur in at most
 * `CANDIDATES` sentences. A sentence without any of them can at best hold all the other, common lexemes; only if that
 * could still bring it among the best is there a second look, at sentences that hold every common lexeme and then at
 * any that hold one, each bounded again. So in a large knowledge base, for a text of common words only, the best by
 * BM25 may be missed among many that score nearly alike, and `complete` is false.
 */
export async function lexicalSearch(
  connection: Connection,
  query: LexicalQuery,
  scope: FactScope,
  limit: number,
): Promise<LexicalHits> {
  if (query.terms.length === 0) return { hits: [], complete: true };
  const { rare, common } = splitByRarity(query.terms);
  const first = await scored(connection, query, scope, limit, [holdingAny(rare)], CANDIDATES);
  const unseen = first.full ? query.terms : common;
  const atMost = bestPossibleBm25(unseen.map(({ idf }) => idf));
  const enough = (hits: readonly LexicalHit[]) => hits.length === limit && hits[limit - 1]!.bm25 >= atMost;
  if (unseen.length === 0 || enough(first.hits)) return { hits: first.hits, complete: true };
  const all = holdingAll(unseen);
  const some = `(${holdingAny(unseen)}) & !(${all})`;
  const second = await scored(connection, query, scope, limit, [all, some], CANDIDATES / 2);
  const hits = best([...first.hits, ...second.hits], limit);
  return { hits, complete: !second.full || enough(hits) };
}

/** BM25 of these facts; 0 for a sentence without any of the lexemes. */
export async function bm25Of(
  connection: Connection,
  query: LexicalQuery,
  knowledgeBase: number,
  facts: readonly number[],
): Promise<Map<number, number>> {
  if (facts.length === 0 || query.terms.length === 0) return new Map();
  const rows = await connection.rows<LexicalHit>(sql`
    with candidate as materialized (
      select f.id, ${flatLexemes} as lexemes from facts f
      where f.knowledge_base = ${knowledgeBase} and f.id = ${anyOf(facts)})
    select c.id as fact, ${score(query)} as bm25 from candidate c`);
  return new Map(rows.map(({ fact, bm25 }) => [fact, bm25]));
}

/** The rarest terms that together occur in at most `CANDIDATES` sentences, at least one; and the others. */
function splitByRarity(terms: readonly LexicalTerm[]) {
  let sum = 0;
  let count = 0;
  for (const { documents } of terms) {
    sum += documents;
    if (count > 0 && sum > CANDIDATES) break;
    count++;
  }
  return { rare: terms.slice(0, count), common: terms.slice(count) };
}

/** Scores what matches the text queries, which exclude each other, taking no more than `candidates` from each. */
async function scored(
  connection: Connection,
  query: LexicalQuery,
  scope: FactScope,
  limit: number,
  textQueries: readonly string[],
  candidates: number,
): Promise<{ hits: LexicalHit[]; full: boolean }> {
  // A fresh embedded database has no statistics, and would rather read a whole knowledge base than the GIN index;
  // with a filter another index may really be the better one.
  const scoped = scope.filter
    ? inScope(scope)
    : sql`f.knowledge_base + 0 = ${scope.knowledgeBase} and ${isLive(scope)}`;
  const matching = textQueries.map(
    (textQuery) => sql`(
      select f.id, ${flatLexemes} as lexemes from facts f
      where ${scoped} and f.sentence_lexemes @@ ${textQuery}::tsquery limit ${candidates})`,
  );
  const rows = await connection.rows<LexicalHit & { candidates: number }>(sql`
    with candidate as materialized (${sql.join(matching, sql` union all `)})
    select c.id as fact, ${score(query)} as bm25, (select count(*) from candidate) as candidates
    from candidate c
    order by 2 desc, 1 limit ${limit}`);
  return {
    hits: rows.map(({ fact, bm25 }) => ({ fact, bm25 })),
    full: (rows[0]?.candidates ?? 0) >= candidates,
  };
}

/** A long sentence's lexemes are stored apart and compressed: adding nothing to them unpacks them once, not per term. */
const flatLexemes = sql.raw(`f.sentence_lexemes || ''::tsvector`);

/**
 * BM25 of `c.lexemes`. How often a lexeme occurs is read by `ts_rank_cd` with all weights 1: its cover density of a
 * query of one lexeme is the count of its positions. Measured on PGlite for 500 sentences of 90 lexemes and queries of
 * 9: 22 ms; through `unnest` of the lexemes 54 ms.
 */
function score({ terms, averageLength }: LexicalQuery) {
  const length = sql`length(c.lexemes) / ${averageLength}::float8`;
  const norm = sql`(${K1}::float8 * (1 - ${B}::float8 + ${B}::float8 * ${length}))`;
  return sql`(
    select coalesce(sum(t.idf * n.frequency * (${K1}::float8 + 1) / (n.frequency + ${norm})), 0)
    from unnest(${sql.param(terms.map(({ lexeme }) => quoted(lexeme)))}::text[]::tsquery[],
                ${sql.param(terms.map(({ idf }) => idf))}::float8[]) as t (query, idf)
    cross join lateral (
      select ts_rank_cd('{1,1,1,1}', c.lexemes, t.query)::float8 as frequency) n
    where c.lexemes @@ t.query)`;
}

function best(hits: readonly LexicalHit[], limit: number): LexicalHit[] {
  const byFact = new Map(hits.map((hit) => [hit.fact, hit]));
  return [...byFact.values()].sort((a, b) => b.bm25 - a.bm25 || a.fact - b.fact).slice(0, limit);
}

const holdingAny = (terms: readonly LexicalTerm[]) => terms.map(({ lexeme }) => quoted(lexeme)).join(' | ');
const holdingAll = (terms: readonly LexicalTerm[]) => terms.map(({ lexeme }) => quoted(lexeme)).join(' & ');

/** A lexeme as text search input takes it literally: in quotes, with quotes and backslashes doubled. */
const quoted = (lexeme: string) => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
