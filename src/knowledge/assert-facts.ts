import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { countRevision } from './counts.js';
import { queueRevision } from './embedding-queue.js';
import { mergeRepeated, type PreparedFact, prepareFacts } from './fact-input.js';
import { type FactRow, factColumns, revisionTables, toFact } from './fact-row.js';
import { anyOf } from './id-list.js';
import type { AssertedFacts, Fact, FactInput, KnowledgeBase } from './knowledge.js';
import { lockKnowledgeBase, nextRevision, type Revision } from './revision.js';
import { languageOf, lexemesOf } from './sentence-language.js';
import type { SentenceRules } from './sentences.js';
import { madeSentence } from './sentences.js';

export interface AssertOptions {
  readonly signal?: AbortSignal;
  /** What the live rule modules say about sentences, read under the knowledge base's lock. */
  readonly sentenceRules: (transaction: Connection) => Promise<SentenceRules>;
}

/**
 * Stores facts, all or none, in one revision. A fact that is known already, word for word, is left as it is;
 * with another sentence, confidence, source or metadata its old row is retracted and a new one asserted.
 * What an input leaves out stays as it was. Of repeated facts in a batch the last word counts.
 *
 * @throws CorollaryError naming the first bad input in `details.index`: PROLOG_SYNTAX, FACT_NOT_GROUND,
 *   FACT_NOT_CALLABLE, ARGUMENT_KIND, BAD_INPUT
 */
export async function assertFacts(
  database: Database,
  knowledgeBase: KnowledgeBase,
  inputs: readonly FactInput[],
  { signal, sentenceRules }: AssertOptions,
): Promise<AssertedFacts> {
  const prepared = prepareFacts(inputs);
  const distinct = mergeRepeated(prepared);
  return database.transaction(
    async (transaction) => {
      const last = await lockKnowledgeBase(transaction, knowledgeBase);
      const known = await liveFacts(transaction, knowledgeBase.id, [...distinct.keys()]);
      const fresh: FactToStore[] = [];
      const replaced: number[] = [];
      const facts = new Map<string, Fact>();
      const handWritten: number[] = [];
      const rules = await sentenceRules(transaction);
      for (const [hash, fact] of distinct) {
        const before = known.get(hash);
        const wanted = before === undefined ? newFact(fact, rules) : changedFact(fact, before);
        if (wanted !== undefined) {
          fresh.push(wanted);
          if (before !== undefined) replaced.push(before.id);
        } else if (before !== undefined) {
          facts.set(hash, toFact(before));
          if (before.sentence_from_template && fact.text !== undefined) handWritten.push(before.id);
        }
      }
      await markHandWritten(transaction, knowledgeBase.id, handWritten);
      if (fresh.length === 0) {
        return summary(prepared, facts, { inserted: 0, updated: 0, revision: last });
      }
      const revision = await nextRevision(transaction, knowledgeBase.id);
      await retractRows(transaction, knowledgeBase.id, replaced, revision.number);
      const ids = await insertRows(transaction, knowledgeBase.id, fresh, revision.number);
      await countRevision(transaction, knowledgeBase.id, revision.number);
      await queueRevision(transaction, knowledgeBase.id, revision.number);
      for (const fact of fresh) {
        facts.set(fact.fact.hash, stored(fact, knowledgeBase.id, ids.get(fact.fact.hash)!, revision));
      }
      return summary(prepared, facts, {
        inserted: fresh.length - replaced.length,
        updated: replaced.length,
        revision: revision.number,
      });
    },
    signal === undefined ? {} : { signal },
  );
}

/** A fact with everything that its row holds. */
interface FactToStore {
  readonly fact: PreparedFact;
  readonly sentence: string | null;
  readonly sentenceFromTemplate: boolean;
  readonly confidence: number;
  readonly source: string | null;
  readonly metadata: unknown;
}

type KnownRow = FactRow & { sentence_from_template: boolean; hash: string };

async function liveFacts(
  transaction: Connection,
  knowledgeBase: number,
  hashes: readonly string[],
): Promise<Map<string, KnownRow>> {
  // `offset 0` keeps the planner to one index search per hash, even where it has no statistics yet: it would
  // rather read all facts, batch after batch of an import.
  const rows = await transaction.rows<KnownRow>(sql`
    select ${factColumns}, f.sentence_from_template, wanted.hash
    from json_array_elements_text(${JSON.stringify(hashes)}::json) as wanted (hash)
    cross join lateral (
      select * from facts
      where knowledge_base = ${knowledgeBase} and retracted_in is null and hash = decode(wanted.hash, 'hex')
      offset 0
    ) f
    ${revisionTables}`);
  return new Map(rows.map((row) => [row.hash, row]));
}

function newFact(fact: PreparedFact, rules: SentenceRules): FactToStore {
  const made = fact.text === undefined ? madeSentence(fact.term, rules) : null;
  return {
    fact,
    sentence: fact.text ?? made,
    sentenceFromTemplate: made !== null,
    confidence: fact.confidence ?? 1,
    source: fact.source ?? null,
    metadata: fact.metadata ?? null,
  };
}

/** Undefined when `fact` says nothing new. */
function changedFact(fact: PreparedFact, before: KnownRow): FactToStore | undefined {
  const after: FactToStore = {
    fact,
    sentence: fact.text ?? before.sentence,
    sentenceFromTemplate: fact.text === undefined && before.sentence_from_template,
    confidence: fact.confidence ?? before.confidence,
    source: fact.source ?? before.source,
    metadata: fact.metadata ?? before.metadata,
  };
  const isSame =
    after.sentence === before.sentence &&
    after.confidence === before.confidence &&
    after.source === before.source &&
    isDeepStrictEqual(after.metadata, before.metadata);
  return isSame ? undefined : after;
}

/** A person has given the sentence that the template had made: from now on it does not follow the template. */
async function markHandWritten(
  transaction: Connection,
  knowledgeBase: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await transaction.run(sql`
    update facts set sentence_from_template = false
    where knowledge_base = ${knowledgeBase}
      and id = ${anyOf(ids)}`);
}

async function retractRows(
  transaction: Connection,
  knowledgeBase: number,
  ids: readonly number[],
  revision: number,
): Promise<void> {
  if (ids.length === 0) return;
  await transaction.run(sql`
    update facts set retracted_in = ${revision}
    where knowledge_base = ${knowledgeBase}
      and id = ${anyOf(ids)}`);
}

/** So many characters of JSON at most go to the database in one statement. */
const STATEMENT_SIZE = 4_000_000;

/** The new rows' ids by hash. All columns travel as one JSON parameter: one statement for thousands of rows. */
async function insertRows(
  transaction: Connection,
  knowledgeBase: number,
  facts: readonly FactToStore[],
  revision: number,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const insert = async (rows: readonly string[]) => {
    const inserted = await transaction.rows<{ id: number; hash: string }>(sql`
      insert into facts (knowledge_base, predicate, arity, prolog, arguments, argument_keys, hash, sentence,
        language, sentence_lexemes, sentence_from_template, confidence, source, metadata, asserted_in)
      select ${knowledgeBase}::int, predicate, arity, prolog, arguments, argument_keys, decode(hash, 'hex'), sentence,
        language, ${lexemesOf(sql`language`, sql`sentence`)}, sentence_from_template, confidence, source, metadata, ${revision}::bigint
      from json_to_recordset(${`[${rows.join(',')}]`}::json) as given (
        predicate text, arity smallint, prolog text, arguments jsonb, argument_keys bigint[], hash text, sentence text,
        language text, sentence_from_template boolean, confidence double precision, source text, metadata jsonb)
      returning id, encode(hash, 'hex') as hash`);
    for (const { id, hash } of inserted) ids.set(hash, id);
  };
  let rows: string[] = [];
  let size = 0;
  for (const { fact, sentence, sentenceFromTemplate, confidence, source, metadata } of facts) {
    const { predicate, arity, prolog, storedArguments, argumentKeys, hash } = fact;
    const row = JSON.stringify({
      predicate,
      arity,
      prolog,
      arguments: storedArguments,
      argument_keys: argumentKeys,
      hash,
      sentence,
      language: languageOf(sentence ?? ''),
      sentence_from_template: sentenceFromTemplate,
      confidence,
      source,
      metadata,
    });
    if (size + row.length > STATEMENT_SIZE && rows.length > 0) {
      await insert(rows);
      [rows, size] = [[], 0];
    }
    rows.push(row);
    size += row.length;
  }
  await insert(rows);
  return ids;
}

function stored(
  { fact, sentence, confidence, source, metadata }: FactToStore,
  knowledgeBase: number,
  id: number,
  revision: Revision,
): Fact {
  return {
    knowledgeBase,
    id,
    predicate: fact.predicate,
    arity: fact.arity,
    arguments: fact.term.kind === 'compound' ? fact.term.args : [],
    prolog: fact.prolog,
    sentence,
    confidence,
    source,
    metadata,
    assertedIn: revision.number,
    assertedAt: revision.committedAt,
    retractedIn: null,
    retractedAt: null,
  };
}

function summary(
  prepared: readonly PreparedFact[],
  facts: ReadonlyMap<string, Fact>,
  counts: { readonly inserted: number; readonly updated: number; readonly revision: number },
): AssertedFacts {
  return {
    facts: prepared.map(({ hash }) => facts.get(hash)!),
    ...counts,
    alreadyKnown: prepared.length - counts.inserted - counts.updated,
  };
}
