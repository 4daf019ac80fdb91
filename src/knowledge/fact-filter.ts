import { type SQL, sql } from 'drizzle-orm';
import { CorollaryError } from '../errors.js';
import { readTerm } from '../prolog/reader.js';
import type { FactFilter } from './knowledge.js';
import { patternSql } from './pattern-sql.js';
import { storable } from './storable-text.js';

const DEEPEST = 20;
/** Filters within a filter, itself counted. */
const MOST_PARTS = 500;
/** Of a pattern or a text to search for, in characters. */
const LONGEST = 100_000;

/** The facts `f` that are live at `revision`. */
export function liveAt(revision: number): SQL {
  return sql`f.asserted_in <= ${revision} and (f.retracted_in is null or f.retracted_in > ${revision})`;
}

/**
 * The facts `f` that are live at `revision` and match `filter`, for a WHERE clause that names the knowledge
 * base itself. Every part of a filter must hold; an empty `or` holds for no fact.
 *
 * @throws CorollaryError BAD_INPUT, PROLOG_SYNTAX
 */
export function factFilterSql(filter: FactFilter | null | undefined, revision: number): SQL {
  if (filter == null) return liveAt(revision);
  return sql`${liveAt(revision)} and ${new FilterReader().read(filter, 1)}`;
}

/** The facts `f` that unify with `pattern`, Prolog text. @throws CorollaryError BAD_INPUT, PROLOG_SYNTAX */
export function matchesSql(pattern: string): SQL {
  if (pattern.length > LONGEST) throw refusal(`A pattern has at most ${LONGEST} characters`);
  return patternSql(readTerm(pattern).term);
}

class FilterReader {
  #parts = 0;

  read(filter: FactFilter, depth: number): SQL {
    if (depth > DEEPEST) throw refusal(`A filter is nested at most ${DEEPEST} levels deep`);
    if (++this.#parts > MOST_PARTS) throw refusal(`A filter has at most ${MOST_PARTS} parts`);
    const conditions = ownConditions(filter);
    if (filter.and != null) conditions.push(...filter.and.map((part) => this.read(part, depth + 1)));
    if (filter.or != null) {
      const parts = filter.or.map((part) => this.read(part, depth + 1));
      conditions.push(parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`);
    }
    // `is not true`: a fact without a source is none of that source.
    if (filter.not != null) conditions.push(sql`${this.read(filter.not, depth + 1)} is not true`);
    return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
  }
}

function ownConditions(filter: FactFilter): SQL[] {
  const conditions: SQL[] = [];
  const { predicate, arity, matches, textContains, source, minConfidence, metadata } = filter;
  if (predicate != null) conditions.push(sql`f.predicate = ${storable(predicate)}`);
  if (arity != null) {
    if (!Number.isInteger(arity) || arity < 0) throw refusal(`arity is a whole number, not ${arity}`);
    conditions.push(sql`f.arity = ${arity}::bigint`);
  }
  if (matches != null) conditions.push(matchesSql(matches));
  if (textContains != null) {
    if (textContains.length > LONGEST) throw refusal(`textContains has at most ${LONGEST} characters`);
    const escaped = storable(textContains).replace(/[\\%_]/g, '\\$&');
    conditions.push(sql`f.sentence ilike ${`%${escaped}%`}`);
  }
  if (source != null) conditions.push(sql`f.source = ${storable(source)}`);
  if (minConfidence != null) {
    if (!(minConfidence >= 0 && minConfidence <= 1))
      throw refusal(`minConfidence is from 0 to 1, not ${minConfidence}`);
    conditions.push(sql`f.confidence >= ${minConfidence}`);
  }
  if (metadata != null) {
    if (typeof metadata !== 'object' || Array.isArray(metadata)) throw refusal('metadata is a JSON object');
    conditions.push(sql`f.metadata @> ${JSON.stringify(storable(metadata))}::jsonb`);
  }
  return conditions;
}

function refusal(message: string): CorollaryError {
  return new CorollaryError('BAD_INPUT', message);
}
