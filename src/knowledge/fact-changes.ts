import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import type { FactChange } from './knowledge.js';

interface ChangeRow {
  id: number;
  predicate: string;
  arity: number;
  prolog: string;
  confidence: number;
  has_sentence: boolean;
  asserted_in: number;
  retracted_in: number | null;
}

export interface FactChangesOptions {
  /** Most facts in one array; default 5,000. */
  readonly batch?: number;
}

/**
 * Every fact that was asserted or retracted in (since, until], each once and as it stood at `until`; from 0,
 * every fact there ever was. First those asserted in that span, in order of revision, then the older ones that
 * were retracted in it.
 *
 * A template that is edited changes sentences, not facts: `hasSentence` of facts outside the span may change
 * with a revision that stores a rule module.
 */
export async function* factChanges(
  connection: Connection,
  knowledgeBase: number,
  since: number,
  until: number,
  { batch = 5_000 }: FactChangesOptions = {},
): AsyncGenerator<FactChange[]> {
  yield* follow(connection, knowledgeBase, sql.raw('asserted_in'), sql`true`, since, until, batch);
  yield* follow(
    connection,
    knowledgeBase,
    sql.raw('retracted_in'),
    sql`f.asserted_in <= ${since}`,
    since,
    until,
    batch,
  );
}

/** Facts whose `column` lies in (since, until], in its order: by keyset, so that late batches cost what early ones do. */
async function* follow(
  connection: Connection,
  knowledgeBase: number,
  column: SQL,
  condition: SQL,
  since: number,
  until: number,
  batch: number,
): AsyncGenerator<FactChange[]> {
  let [revision, id] = [since + 1, 0];
  while (revision <= until) {
    const rows = await connection.rows<ChangeRow & { at: number }>(sql`
      select f.id, f.predicate, f.arity, f.prolog, f.confidence, f.sentence is not null as has_sentence, f.asserted_in,
        case when f.retracted_in <= ${until} then f.retracted_in end as retracted_in, f.${column} as at
      from facts f
      where f.knowledge_base = ${knowledgeBase} and f.${column} <= ${until} and ${condition}
        and (f.${column}, f.id) > (${revision}, ${id})
      order by f.${column}, f.id
      limit ${batch}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(toChange);
    if (rows.length < batch) return;
    [revision, id] = [last.at, last.id];
  }
}

function toChange(row: ChangeRow): FactChange {
  const { id, predicate, arity, prolog, confidence } = row;
  return {
    id,
    predicate,
    arity,
    prolog,
    confidence,
    hasSentence: row.has_sentence,
    assertedIn: row.asserted_in,
    retractedIn: row.retracted_in,
  };
}
