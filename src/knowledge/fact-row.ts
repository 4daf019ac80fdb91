import { type SQL, sql } from 'drizzle-orm';
import { decodeStored } from '../prolog/stored-term.js';
import type { Fact } from './knowledge.js';

/** What `factColumns` selects. */
export interface FactRow {
  knowledge_base: number;
  id: number;
  predicate: string;
  arity: number;
  arguments: unknown[];
  prolog: string;
  sentence: string | null;
  confidence: number;
  source: string | null;
  metadata: unknown;
  asserted_in: number;
  asserted_at: Date;
  retracted_in: number | null;
  retracted_at: Date | null;
}

/** Of facts `f`, what a `FactRow` takes besides `revisionInstants`. */
export const ownFactColumns: SQL = sql.raw(`
  f.knowledge_base, f.id, f.predicate, f.arity, f.arguments, f.prolog, f.sentence, f.confidence, f.source, f.metadata,
  f.asserted_in, f.retracted_in`);

/** Select list of a `FactRow`, over `factTables`. */
export const factColumns: SQL = sql`${ownFactColumns},
  asserted.committed_at as asserted_at, retracted.committed_at as retracted_at`;

/** The instants of the revisions of facts `f`. */
export const revisionTables: SQL = sql.raw(`
  join revisions asserted on asserted.knowledge_base = f.knowledge_base and asserted.number = f.asserted_in
  left join revisions retracted on retracted.knowledge_base = f.knowledge_base and retracted.number = f.retracted_in`);

/** Facts as `f`, with these. */
export const factTables: SQL = sql`facts f ${revisionTables}`;

/**
 * The instants of the revisions of a table that has `ownFactColumns`. For few facts, as the last step of a statement: as
 * joins they are among what the planner looks for an order of.
 */
export function revisionInstants(table: string): SQL {
  const at = (revision: string) =>
    sql.raw(`(
    select r.committed_at from revisions r
    where r.knowledge_base = ${table}.knowledge_base and r.number = ${table}.${revision}_in) as ${revision}_at`);
  return sql`${at('asserted')}, ${at('retracted')}`;
}

export function toFact(row: FactRow): Fact {
  return {
    knowledgeBase: row.knowledge_base,
    id: row.id,
    predicate: row.predicate,
    arity: row.arity,
    arguments: row.arguments.map(decodeStored),
    prolog: row.prolog,
    sentence: row.sentence,
    confidence: row.confidence,
    source: row.source,
    metadata: row.metadata,
    assertedIn: row.asserted_in,
    assertedAt: row.asserted_at,
    retractedIn: row.retracted_in,
    retractedAt: row.retracted_at,
  };
}
