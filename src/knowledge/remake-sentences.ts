import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { decodeStored } from '../prolog/stored-term.js';
import { atom, type Term } from '../prolog/term.js';
import { countSentences } from './counts.js';
import { requeue } from './embedding-queue.js';
import { anyOf } from './id-list.js';
import { languageOf, lexemesOf } from './sentence-language.js';
import { differFor, madeSentence, type SentenceRules } from './sentences.js';

const BATCH = 2_000;

/**
 * Gives the live facts of every predicate whose sentences `after` makes otherwise than `before` their new ones,
 * except those that a person has given. Their vectors go, and they are queued for new ones. A fact stays the
 * same fact: its id and its revision do not change, and past revisions show the new sentence too.
 */
export async function remakeSentences(
  transaction: Connection,
  knowledgeBase: number,
  before: SentenceRules,
  after: SentenceRules,
): Promise<void> {
  const declared = [before, after].flatMap((rules) => [...rules.templates.keys(), ...rules.searchable]);
  for (const indicator of new Set(declared)) {
    if (!differFor(indicator, before, after)) continue;
    const slash = indicator.lastIndexOf('/');
    await remake(
      transaction,
      knowledgeBase,
      indicator.slice(0, slash),
      Number(indicator.slice(slash + 1)),
      after,
    );
  }
}

interface SentenceRow {
  id: number;
  arguments: unknown[];
  sentence: string | null;
}

async function remake(
  transaction: Connection,
  knowledgeBase: number,
  predicate: string,
  arity: number,
  rules: SentenceRules,
): Promise<void> {
  for (let last = 0; ; ) {
    const rows = await transaction.rows<SentenceRow>(sql`
      select id, arguments, sentence from facts
      where knowledge_base = ${knowledgeBase} and predicate = ${predicate} and arity = ${arity}
        and retracted_in is null and (sentence is null or sentence_from_template) and id > ${last}
      order by id limit ${BATCH}`);
    const changed = rows
      .map((row) => ({
        id: row.id,
        old: row.sentence,
        sentence: madeSentence(termOf(predicate, row.arguments), rules),
      }))
      .filter(({ old, sentence }) => old !== sentence);
    if (changed.length > 0) await replaceSentences(transaction, knowledgeBase, changed);
    if (rows.length < BATCH) return;
    last = rows.at(-1)!.id;
  }
}

function termOf(predicate: string, stored: readonly unknown[]): Term {
  return stored.length === 0
    ? atom(predicate)
    : { kind: 'compound', name: predicate, args: stored.map(decodeStored) };
}

async function replaceSentences(
  transaction: Connection,
  knowledgeBase: number,
  changed: readonly { readonly id: number; readonly sentence: string | null }[],
): Promise<void> {
  const ids = changed.map(({ id }) => id);
  const given = JSON.stringify(
    changed.map(({ id, sentence }) => ({ id, sentence, language: languageOf(sentence ?? '') })),
  );
  await countSentences(transaction, knowledgeBase, ids, -1);
  await transaction.run(sql`
    update facts f set sentence = given.sentence, sentence_from_template = given.sentence is not null,
      language = given.language, sentence_lexemes = ${lexemesOf(sql`given.language`, sql`given.sentence`)}
    from json_to_recordset(${given}::json) as given (id bigint, sentence text, language text)
    where f.knowledge_base = ${knowledgeBase} and f.id = given.id and f.id = ${anyOf(ids)}`);
  await countSentences(transaction, knowledgeBase, ids, 1);
  await requeue(transaction, knowledgeBase, ids);
}
