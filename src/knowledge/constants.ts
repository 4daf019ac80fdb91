import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { decodeStored, encodeStored } from '../prolog/stored-term.js';
import type { Term } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import { argumentKey } from './argument-keys.js';

/** A constant at an argument of a predicate (from 0), and in how many facts more, or fewer, it stands there. */
export interface ConstantCount {
  readonly predicate: string;
  readonly arity: number;
  readonly argument: number;
  readonly value: Term;
  readonly facts: number;
}

/** Longer texts are sentences, not names of things. In characters. */
export const LONGEST_NAME = 100;

/** Facts that one statement reads at most. */
const FACTS_AT_ONCE = 20_000;

/** Of `f.arguments`: atoms, strings and numbers, but no sentences. */
const named = sql.raw(`
  jsonb_array_elements(f.arguments) with ordinality as a(value, place)
  where (jsonb_typeof(a.value) in ('string', 'number') or jsonb_typeof(a.value) = 'object' and a.value ?| array['s', 'i', 'f'])
    and char_length(coalesce(a.value ->> 's', a.value #>> '{}')) <= ${LONGEST_NAME}`);

interface ConstantRow {
  predicate: string;
  arity: number;
  place: number;
  value: unknown;
  facts: number;
}

/**
 * The atoms, strings and numbers that stand as arguments of facts at `until`, and of how many: the difference to
 * `since`; all of them from 0. One constant at one argument may come several times: its counts add up.
 */
export async function* constantCounts(
  connection: Connection,
  knowledgeBase: number,
  since: number,
  until: number,
): AsyncGenerator<ConstantCount[]> {
  if (since >= until) return;
  const live = sql`f.asserted_in <= ${until} and (f.retracted_in is null or f.retracted_in > ${until})`;
  if (since === 0) {
    yield* paged(connection, sql`facts`, sql`f.knowledge_base = ${knowledgeBase} and ${live}`, 1);
    return;
  }
  // Materialised, so that the index on revisions is searched, and not all facts in order of their ids.
  const changed = (column: SQL) => sql`(
    select * from facts where knowledge_base = ${knowledgeBase} and ${column} > ${since} and ${column} <= ${until} offset 0)`;
  yield* paged(connection, changed(sql.raw('asserted_in')), live, 1);
  yield* paged(connection, changed(sql.raw('retracted_in')), sql`f.asserted_in <= ${since}`, -1);
}

async function* paged(
  connection: Connection,
  source: SQL,
  condition: SQL,
  sign: 1 | -1,
): AsyncGenerator<ConstantCount[]> {
  for (let last = 0; ; ) {
    const rows = await connection.rows<ConstantRow & { last: number; read: number }>(sql`
      with part as (
        select f.id, f.predicate, f.arity, f.arguments from ${source} f
        where f.id > ${last} and ${condition}
        order by f.id limit ${FACTS_AT_ONCE}
      )
      select c.*, span.last, span.read
      from (select max(id) as last, count(*)::int as read from part) span
      left join (
        select f.predicate, f.arity, a.place::int as place, a.value, count(*)::int as facts
        from part f, ${named}
        group by f.predicate, f.arity, a.place, a.value
      ) c on true`);
    const [first] = rows;
    if (first === undefined || first.read === 0) return;
    if (first.place !== null) yield rows.map((row) => countOf(row, sign));
    if (first.read < FACTS_AT_ONCE) return;
    last = first.last;
  }
}

function countOf({ predicate, arity, place, value, facts }: ConstantRow, sign: 1 | -1): ConstantCount {
  return { predicate, arity, argument: place - 1, value: decodeStored(value), facts: sign * facts };
}

/** An argument of a predicate, from 0. */
export interface ArgumentPlace {
  readonly predicate: string;
  readonly arity: number;
  readonly argument: number;
}

/** Keys in one statement: it searches an index for each. */
const KEYS_AT_ONCE = 2_000;

/** Which of `values` stand at which of `places` in facts that are live at `revision`; `facts` is 1 for each. */
export async function constantsAt(
  connection: Connection,
  knowledgeBase: number,
  revision: number,
  values: readonly Term[],
  places: readonly ArgumentPlace[],
): Promise<ConstantCount[]> {
  const wanted = places.flatMap((place) =>
    values.map((value) => ({ place, value, text: writeTerm(value), stored: encodeStored(value) })),
  );
  const found: ConstantCount[] = [];
  for (let at = 0; at < wanted.length; at += KEYS_AT_ONCE) {
    const part = wanted.slice(at, at + KEYS_AT_ONCE);
    const rows = await connection.rows<{ i: number }>(sql`
      select w.i from unnest(
        ${sql.param(part.map(({ place, text }) => argumentKey(place.predicate, place.arity, place.argument, text)))}::bigint[],
        ${sql.param(part.map(({ place }) => place.argument))}::int[],
        ${sql.param(part.map(({ stored }) => JSON.stringify(stored)))}::text[]
      ) with ordinality as w(key, argument, value, i)
      where exists (
        select 1 from (
          select * from facts f where f.argument_keys @> array[w.key] offset 0
        ) f
        where f.knowledge_base = ${knowledgeBase} and f.arguments -> w.argument = w.value::jsonb
          and f.asserted_in <= ${revision} and (f.retracted_in is null or f.retracted_in > ${revision})
      )`);
    for (const { i } of rows) {
      const { place, value } = part[Number(i) - 1]!;
      found.push({ ...place, value, facts: 1 });
    }
  }
  return found;
}

/** A name of a constant, by a fact of a predicate that was declared to give names; `facts` as in `ConstantCount`. */
export interface NameCount {
  readonly constant: Term;
  readonly name: string;
  readonly facts: number;
}

/** What facts of `predicates` (indicators, of two arguments) say at `until`: the difference to `since`; all of it from 0. */
export async function nameCounts(
  connection: Connection,
  knowledgeBase: number,
  since: number,
  until: number,
  predicates: readonly string[],
): Promise<NameCount[]> {
  if (since >= until || predicates.length === 0) return [];
  const names = predicates.map((indicator) => indicator.slice(0, indicator.lastIndexOf('/')));
  const rows = await connection.rows<{ constant: unknown; name: unknown; facts: number }>(sql`
    select f.arguments -> 0 as constant, f.arguments -> 1 as name,
      (case when f.retracted_in <= ${until} then -1 else 1 end)::int as facts
    from facts f
    where f.knowledge_base = ${knowledgeBase} and f.predicate = any(${sql.param(names)}::text[]) and f.arity = 2
      and (
        f.asserted_in > ${since} and f.asserted_in <= ${until} and (f.retracted_in is null or f.retracted_in > ${until})
        or f.asserted_in <= ${since} and f.retracted_in > ${since} and f.retracted_in <= ${until}
      )`);
  return rows.flatMap(({ constant, name, facts }) => {
    const text = decodeStored(name);
    if (text.kind !== 'atom' && text.kind !== 'string') return [];
    return [{ constant: decodeStored(constant), name: text.kind === 'atom' ? text.name : text.value, facts }];
  });
}
