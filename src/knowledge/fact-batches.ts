import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { readTerm } from '../prolog/reader.js';
import { encodeStored } from '../prolog/stored-term.js';
import { argumentKey } from './argument-keys.js';
import type { FactBatch, FactKeys } from './knowledge.js';

/*
 * The server writes the lines, and gives one row for thousands of facts: to decode a row for each would take longer
 * than to read them, and the main thread's time at that.
 */

/** Facts in one batch at most. */
const MOST_FACTS = 10_000;
/** Bytes of facts after which a batch takes no more. */
const ENOUGH_BYTES = 4_000_000;
/** Keys in one statement: for some hundreds the planner would rather read the whole table than search its index. */
const MOST_KEYS = 64;

export interface FactBatchesOptions {
  /** Most facts in one batch; default 10,000. */
  readonly most?: number;
}

export interface FactsByKeysOptions extends FactBatchesOptions {
  /** Only facts with greater ids than this. */
  readonly after?: number;
}

/**
 * The facts of `predicates` (indicators) that were asserted or retracted in (since, until], each once and as it stood at
 * `until`; from 0, every fact there ever was. First those asserted in that span, then the older ones that were
 * retracted in it; of one predicate in order of id.
 *
 * A template that is edited changes sentences, not facts: whether facts outside the span have a sentence may change
 * with a revision that stores a rule module.
 */
export async function* factBatches(
  connection: Connection,
  knowledgeBase: number,
  since: number,
  until: number,
  predicates: readonly string[],
  { most = MOST_FACTS }: FactBatchesOptions = {},
): AsyncGenerator<FactBatch> {
  if (since >= until) return;
  if (since === 0) {
    for (const indicator of predicates)
      yield* allOf(connection, knowledgeBase, until, partsOf(indicator), most, 0);
    return;
  }
  // Of a condition in this form the planner expects half the rows to hold, of the bare one nearly none: then it would
  // sort the whole span for each batch.
  const within = sql`
    case when f.predicate || '/' || f.arity = any(${sql.param(predicates)}::text[]) then true else false end`;
  const asserted = sql.raw('asserted_in');
  yield* follow(connection, knowledgeBase, asserted, within, since, until, most);
  const older = sql`${within} and f.asserted_in <= ${since}`;
  yield* follow(connection, knowledgeBase, sql.raw('retracted_in'), older, since, until, most);
}

/**
 * The facts that have one of the keys, those that were retracted too, as they stood at `until`: each once, in order of
 * id.
 */
export async function* factsByKeys(
  connection: Connection,
  knowledgeBase: number,
  until: number,
  { predicate, arity, positions, keys }: FactKeys,
  { most = MOST_FACTS, after = 0 }: FactsByKeysOptions = {},
): AsyncGenerator<FactBatch> {
  const of = { predicate, arity };
  const some = (part: FactKeys['keys']) =>
    allOf(connection, knowledgeBase, until, of, most, after, withKeys(of, positions, part));
  if (positions.length === 0) yield* allOf(connection, knowledgeBase, until, of, most, after);
  else if (keys.length <= MOST_KEYS) {
    if (keys.length > 0) yield* some(keys);
  } else {
    const found: string[] = [];
    for (let at = 0; at < keys.length; at += MOST_KEYS) {
      for await (const batch of some(keys.slice(at, at + MOST_KEYS))) found.push(batch.lines);
    }
    if (found.length > 0) yield { ...of, lines: inOrder(found) };
  }
}

interface Named {
  readonly predicate: string;
  readonly arity: number;
}

function partsOf(indicator: string): Named {
  const slash = indicator.lastIndexOf('/');
  return { predicate: indicator.slice(0, slash), arity: Number(indicator.slice(slash + 1)) };
}

const columns = (until: number): SQL => sql`
  f.id, f.predicate, f.arity, f.prolog, f.confidence, f.sentence is not null as has_sentence, f.asserted_in,
  case when f.retracted_in <= ${until} then f.retracted_in end as retracted_in`;

/** PostgreSQL writes a double with as many digits as it takes to read the same one again (extra_float_digits). */
const lines: SQL = sql.raw(`
  string_agg(
    f.id || E'\\t' || f.confidence || E'\\t' || f.asserted_in || E'\\t' || coalesce(f.retracted_in::text, '')
      || case when f.has_sentence then E'\\t1\\t' else E'\\t0\\t' end || f.prolog,
    E'\\n') as lines`);

/** The facts of a predicate behind the fact `after`, by keyset over the index on (knowledge_base, predicate, arity, id). */
async function* allOf(
  connection: Connection,
  knowledgeBase: number,
  until: number,
  of: Named,
  most: number,
  after: number,
  source: SQL = sql`facts`,
): AsyncGenerator<FactBatch> {
  for (let last = after; ; ) {
    const [row] = await connection.rows<{
      lines: string | null;
      last: number;
      facts: number;
      bytes: number;
    }>(sql`
      select ${lines}, max(f.id) as last, count(*)::int as facts, sum(octet_length(f.prolog))::float8 as bytes
      from (
        select *, sum(octet_length(prolog)) over (order by id) as bytes
        from (
          select ${columns(until)} from ${source} f
          where f.knowledge_base = ${knowledgeBase} and f.predicate = ${of.predicate} and f.arity = ${of.arity}
            and f.asserted_in <= ${until} and f.id > ${last}
          order by f.id limit ${most}
        ) f
      ) f
      where f.bytes - octet_length(f.prolog) < ${ENOUGH_BYTES}`);
    if (row?.lines == null) return;
    yield { ...of, lines: row.lines };
    if (row.facts < most && row.bytes < ENOUGH_BYTES) return;
    last = row.last;
  }
}

/** Facts whose `column` lies in (since, until], in its order, by keyset. */
async function* follow(
  connection: Connection,
  knowledgeBase: number,
  column: SQL,
  condition: SQL,
  since: number,
  until: number,
  most: number,
): AsyncGenerator<FactBatch> {
  let [revision, id] = [since + 1, 0];
  for (;;) {
    const rows = await connection.rows<
      FactBatch & { last: [number, number]; facts: number; bytes: number }
    >(sql`
      select f.predicate, f.arity, ${lines}, max(array[f.at, f.id]) as last, count(*)::int as facts,
        sum(octet_length(f.prolog))::float8 as bytes
      from (
        select * from (
          select *, sum(octet_length(prolog)) over (order by at, id) as bytes
          from (
            select ${columns(until)}, f.${column} as at from facts f
            where f.knowledge_base = ${knowledgeBase} and f.${column} <= ${until} and ${condition}
              and (f.${column}, f.id) > (${revision}, ${id})
            order by f.${column}, f.id limit ${most}
          ) f
        ) f
        where f.bytes - octet_length(f.prolog) < ${ENOUGH_BYTES}
        order by f.predicate, f.arity, f.id
      ) f
      group by f.predicate, f.arity`);
    for (const { predicate, arity, lines: text } of rows) yield { predicate, arity, lines: text };
    const [facts, bytes] = rows.reduce(([n, size], row) => [n + row.facts, size + row.bytes], [0, 0]);
    if (facts < most && bytes < ENOUGH_BYTES) return;
    for (const { last } of rows) if (isBehind(last, [revision, id])) [revision, id] = last;
  }
}

type Place = readonly [revision: number, id: number];
const isBehind = (a: Place, b: Place) => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

/**
 * The facts with these keys, as a table: by the hashes of arguments, which an index has, then exactly by their values.
 * The index is searched before anything else is asked (`offset 0`): of a predicate that has grown since the planner's
 * last statistics it would rather read all facts.
 */
function withKeys({ predicate, arity }: Named, positions: readonly number[], keys: FactKeys['keys']): SQL {
  const hashes = positions.map((position, i) => [
    ...new Set(keys.map((key) => argumentKey(predicate, arity, position, key[i]!))),
  ]);
  // Of one key all hashes; of several those at the position that tells most of them apart.
  const indexed =
    keys.length === 1
      ? sql`argument_keys @> ${sql.param(hashes.flat())}::bigint[]`
      : sql`argument_keys && ${sql.param(hashes.reduce((a, b) => (b.length > a.length ? b : a)))}::bigint[]`;
  const wanted = keys.map((key) => key.map((text) => encodeStored(readTerm(text, UNBOUNDED).term)));
  const values = positions.map((position) => sql`arguments -> ${position}::int`);
  return sql`(
    select * from (select * from facts where ${indexed} offset 0) f
    where jsonb_build_array(${sql.join(values, sql`, `)}) in (
      select value from jsonb_array_elements(${JSON.stringify(wanted)}::jsonb))
    offset 0)`;
}

const UNBOUNDED = { maxNesting: Number.POSITIVE_INFINITY };

/** One text of several, each in order of id; a fact that is in several once. */
function inOrder(texts: readonly string[]): string {
  const byId = new Map(
    texts.flatMap((text) => text.split('\n')).map((line) => [Number.parseInt(line, 10), line]),
  );
  return [...byId.keys()]
    .sort((a, b) => a - b)
    .map((id) => byId.get(id))
    .join('\n');
}
