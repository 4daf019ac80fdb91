import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from './database.js';

/**
 * The inverted index: for each token of a space the facts that hold it, with its weight in each. Words and the lexical
 * weights of models are spaces alike. A row of `postings` holds up to 256 facts, those of neighbouring ids:
 *
 * - `block` is the fact's id divided by 256, and `facts` are the rests; `weights` and `lengths` stand beside them;
 * - `most` is no less than the greatest weight.
 *
 * So a batch of an import writes few rows, and a list of 100,000 facts is read as 400 rows.
 */

/** Facts (rows: space, token, fact, weight, length) join their lists; none of them may be in there already. */
export function addPostings(rows: SQL): SQL {
  // In one order, so that two servers that write the same blocks wait for each other and never in a circle.
  return sql`
    insert into postings (space, token, block, most, facts, weights, lengths)
    select a.space, a.token, a.fact >> 8, max(a.weight), array_agg((a.fact & 255)::smallint),
      array_agg(a.weight::real), case when bool_and(a.length is not null) then array_agg(a.length) end
    from (${rows}) a
    group by a.space, a.token, a.fact >> 8
    order by a.space, a.token, a.fact >> 8
    on conflict (space, token, block) do update set
      most = greatest(postings.most, excluded.most),
      facts = postings.facts || excluded.facts,
      weights = postings.weights || excluded.weights,
      lengths = postings.lengths || excluded.lengths`;
}

/** Facts (rows: space, token, fact) leave their lists. */
export function removePostings(rows: SQL): SQL {
  return sql`
    update postings p set (facts, weights, lengths) = (
      select coalesce(array_agg(u.fact), '{}'), coalesce(array_agg(u.weight), '{}'),
        case when p.lengths is not null then coalesce(array_agg(u.length), '{}') end
      from unnest(p.facts, p.weights, p.lengths) u (fact, weight, length)
      where u.fact <> all (gone.facts))
    from (
      select r.space, r.token, r.fact >> 8 as block, array_agg((r.fact & 255)::smallint) as facts
      from (${rows}) r group by r.space, r.token, r.fact >> 8
    ) gone
    where p.space = gone.space and p.token = gone.token and p.block = gone.block`;
}

/** Where a knowledge base's words are: beside the ids of embedding spaces, which are above 0. */
export const wordSpace = (knowledgeBase: number): number => -knowledgeBase;

/**
 * The token of a lexeme in sentences of a language, both SQL of type text. Of 64 bits: among a million lexemes any two
 * share one with a probability of 1 in 37 million.
 */
export const wordToken = (language: SQL, lexeme: SQL): SQL =>
  sql`hashtextextended(${language} || ' ' || ${lexeme}, 0)`;

/** Weights of a sentence's tokens: ids that rise, and beside them their weights, above 0. */
export interface SparseWeights {
  readonly ids: Uint32Array;
  readonly weights: Float32Array;
}

/** What pgvector lets a sparse vector have at most. */
const SPARSE_DIMENSIONS = 1_000_000_000;
export const MOST_WEIGHTS = 16_000;

/** pgvector's binary layout, as `sparsevec_recv` reads it: int32 dimensions, count and 0, then indexes from 0, then float4. */
export function sparseBytes({ ids, weights }: SparseWeights): Uint8Array {
  const count = ids.length;
  const bytes = new Uint8Array(12 + 8 * count);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, SPARSE_DIMENSIONS);
  view.setInt32(4, count);
  for (let i = 0; i < count; i++) {
    view.setInt32(12 + 4 * i, ids[i]!);
    view.setFloat32(12 + 4 * (count + i), weights[i]!);
  }
  return bytes;
}

export interface WeightedSentence {
  readonly fact: number;
  /** Undefined where the model that this server has gives none. */
  readonly sparse?: SparseWeights | undefined;
}

/**
 * Stores lexical weights of sentences beside their vectors: all of them for exact scores, and in the inverted index.
 * Weights that are there already are replaced. A space that was made without keeps none, and from the first sentence without
 * weights on a space has none: what is searched by them must be searched in all sentences.
 */
export async function insertSparseWeights(
  connection: Connection,
  space: number,
  rows: readonly WeightedSentence[],
): Promise<void> {
  if (rows.length === 0) return;
  if (rows.some(({ sparse }) => sparse === undefined)) {
    await connection.run(sql`update embedding_spaces set sparse = false where id = ${space} and sparse`);
    return;
  }
  const [kept] = await connection.rows(sql`select from embedding_spaces where id = ${space} and sparse`);
  if (kept === undefined) return;
  const facts = rows.map(({ fact }) => fact);
  await deleteSparseWeights(connection, sql`space = ${space} and fact = any(${sql.param(facts)}::bigint[])`);
  const weighted = rows.flatMap(({ fact, sparse }) =>
    sparse === undefined || sparse.ids.length === 0 ? [] : [{ fact, ...heaviest(sparse) }],
  );
  if (weighted.length === 0) return;
  const vectors = sql.join(
    weighted.map((row) => sql`${sparseBytes(row)}`),
    sql`, `,
  );
  await connection.run(sql`
    insert into sparse_weights (space, fact, weights)
    select ${space}::int, g.fact, g.weights
    from unnest(${sql.param(weighted.map(({ fact }) => fact))}::bigint[], array[${vectors}]::sparsevec[])
      as g (fact, weights)`);
  const each = weighted.flatMap(({ fact, ids, weights }) =>
    [...ids].map((id, i) => ({ fact, id, weight: weights[i]! })),
  );
  await connection.run(
    addPostings(sql`
      select ${space}::int as space, g.token, g.fact, g.weight, null::int as length
      from unnest(
        ${sql.param(each.map(({ id }) => id))}::bigint[],
        ${sql.param(each.map(({ fact }) => fact))}::bigint[],
        ${sql.param(each.map(({ weight }) => weight))}::real[]) as g (token, fact, weight)`),
  );
}

/** @param which a condition over `sparse_weights` */
export async function deleteSparseWeights(connection: Connection, which: SQL): Promise<void> {
  const gone = await connection.rows<{ space: number; fact: number; ids: number[] }>(sql`
    delete from sparse_weights where ${which}
    returning space, fact, array(
      select split_part(pair, ':', 1)::int - 1
      from string_to_table(btrim(split_part(weights::text, '/', 1), '{}'), ',') pair) as ids`);
  if (gone.length === 0) return;
  const each = gone.flatMap(({ space, fact, ids }) => ids.map((id) => ({ space, fact, id })));
  await connection.run(
    removePostings(sql`
      select * from unnest(
        ${sql.param(each.map(({ space }) => space))}::int[],
        ${sql.param(each.map(({ id }) => id))}::bigint[],
        ${sql.param(each.map(({ fact }) => fact))}::bigint[]) as g (space, token, fact)`),
  );
}

/** A text of more different tokens than can be kept keeps the heaviest. */
function heaviest({ ids, weights }: SparseWeights): SparseWeights {
  if (ids.length <= MOST_WEIGHTS) return { ids, weights };
  const kept = [...ids.keys()]
    .sort((a, b) => weights[b]! - weights[a]!)
    .slice(0, MOST_WEIGHTS)
    .sort((a, b) => a - b);
  return {
    ids: Uint32Array.from(kept, (i) => ids[i]!),
    weights: Float32Array.from(kept, (i) => weights[i]!),
  };
}
