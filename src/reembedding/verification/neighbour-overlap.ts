import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { CorollaryError } from '../../errors.js';
import { anyOf } from '../../knowledge/id-list.js';
import type { EmbeddingSpace } from '../../retrieval/embedding-spaces.js';
import { sampledFacts } from '../stored-vectors.js';

export interface OverlapOptions {
  /** Facts whose neighbours are looked for. */
  readonly sample: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export const NEIGHBOURS = 10;
/** One statement's: an embedded database serves nobody else while it runs. */
const AT_ONCE = 4;

/**
 * Of the ten nearest live facts of a sampled one, the share that both spaces have, as the mean over the sample. All vectors
 * are compared, no index is asked; facts that have a vector in one of the spaces only do not count as anybody's neighbour.
 * @returns in [0, 1]; null where no two facts have vectors in both
 * @throws CorollaryError CANCELLED
 */
export async function neighbourOverlap(
  database: Database,
  one: EmbeddingSpace,
  other: EmbeddingSpace,
  { sample, seed, signal }: OverlapOptions,
): Promise<number | null> {
  const facts = await sampledFacts(database, one, { count: sample, seed, also: other.id });
  const shares: number[] = [];
  for (let start = 0; start < facts.length; start += AT_ONCE) {
    if (signal?.aborted) throw new CorollaryError('CANCELLED', 'Comparing neighbours was cancelled.');
    const batch = facts.slice(start, start + AT_ONCE);
    const inOne = await nearest(database, one, other, batch);
    const inOther = await nearest(database, other, one, batch);
    for (const fact of batch) {
      const share = sharedPart(inOne.get(fact) ?? [], inOther.get(fact) ?? []);
      if (share !== undefined) shares.push(share);
    }
  }
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The share of `one` that `other` has too; undefined for none at all. */
export function sharedPart(one: readonly number[], other: readonly number[]): number | undefined {
  const most = Math.max(one.length, other.length);
  return most === 0 ? undefined : one.filter((fact) => other.includes(fact)).length / most;
}

/** The ten nearest of each of `facts` in `space`, among those that live and have a vector in `also`. */
async function nearest(
  database: Database,
  { id, knowledgeBase }: EmbeddingSpace,
  also: EmbeddingSpace,
  facts: readonly number[],
): Promise<Map<number, number[]>> {
  // Adding 0 keeps the planner from the approximate index; equal distances are told apart by the fact, in both spaces alike.
  const rows = await database.rows<{ fact: number; near: number }>(sql`
    select s.fact, n.fact as near
    from embeddings s
    cross join lateral (
      select e.fact from embeddings e
      join facts f on f.knowledge_base = ${knowledgeBase} and f.id = e.fact
      where e.space = ${id} and e.fact <> s.fact and f.retracted_in is null and f.sentence is not null
        and exists (select from embeddings o where o.space = ${also.id} and o.fact = e.fact)
      order by (e.embedding <=> s.embedding) + 0, e.fact
      limit ${NEIGHBOURS}
    ) n
    where s.space = ${id} and s.fact = ${anyOf(facts)}`);
  const near = new Map<number, number[]>();
  for (const row of rows) near.set(row.fact, [...(near.get(row.fact) ?? []), row.near]);
  return near;
}
