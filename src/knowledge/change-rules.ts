import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import type { KnowledgeBase, RuleModule } from './knowledge.js';
import type { ModuleLibrary } from './module-library.js';
import { remakeSentences } from './remake-sentences.js';
import { lockKnowledgeBase, nextRevision } from './revision.js';
import { findRuleModule } from './rule-modules.js';
import { storable } from './storable-text.js';

/** In characters. */
const LARGEST = 2_000_000;

export interface RuleModuleInput {
  readonly name: string;
  readonly source: string;
  /** True when absent. */
  readonly enabled?: boolean | null;
}

/**
 * Stores a new version of a rule module, and remakes the sentences that it changes, in one revision; none when
 * it is the stored one already. Whether its rules make sense is for reasoning to say, before this.
 *
 * @throws CorollaryError BAD_INPUT; PROLOG_SYNTAX with the first fault's line and column
 */
export async function putRuleModule(
  database: Database,
  library: ModuleLibrary,
  knowledgeBase: KnowledgeBase,
  { name, source, enabled }: RuleModuleInput,
  signal?: AbortSignal,
): Promise<RuleModule> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw new CorollaryError(
      'BAD_INPUT',
      "A rule module's name is 1 to 64 letters, digits, hyphens, underscores and full stops",
      { name },
    );
  }
  if (source.length > LARGEST)
    throw new CorollaryError('BAD_INPUT', `A rule module has at most ${LARGEST} characters`);
  const fault = library.parsed(storable(source)).errors[0];
  if (fault !== undefined) {
    throw new CorollaryError('PROLOG_SYNTAX', `${name}, line ${fault.line}: ${fault.message}`, {
      line: fault.line,
      column: fault.column,
    });
  }
  const isEnabled = enabled ?? true;
  return inRevision(database, library, knowledgeBase, signal, async (transaction, write) => {
    const before = await liveVersion(transaction, knowledgeBase, name);
    if (before?.source !== source || before.enabled !== isEnabled) {
      await write(async (revision) => {
        await retract(transaction, knowledgeBase, name, revision);
        await transaction.run(sql`
          insert into rule_modules (knowledge_base, name, source, enabled, asserted_in, updated_at)
          select ${knowledgeBase.id}::int, ${name}::text, ${source}::text, ${isEnabled}::boolean, number, committed_at
          from revisions where knowledge_base = ${knowledgeBase.id} and number = ${revision}`);
      });
    }
    return findRuleModule(transaction, knowledgeBase, name);
  });
}

/**
 * Removes a rule module from this revision on, and remakes the sentences that it made.
 *
 * @returns the version that was removed
 * @throws CorollaryError RULE_MODULE_NOT_FOUND
 */
export async function deleteRuleModule(
  database: Database,
  library: ModuleLibrary,
  knowledgeBase: KnowledgeBase,
  name: string,
  signal?: AbortSignal,
): Promise<RuleModule> {
  return inRevision(database, library, knowledgeBase, signal, async (transaction, write) => {
    const module = await findRuleModule(transaction, knowledgeBase, name);
    await write((revision) => retract(transaction, knowledgeBase, name, revision));
    return module;
  });
}

type Write = (change: (revision: number) => Promise<void>) => Promise<void>;

/** Runs `work` under the knowledge base's lock; what it does within `write` is one revision. */
async function inRevision<T>(
  database: Database,
  library: ModuleLibrary,
  knowledgeBase: KnowledgeBase,
  signal: AbortSignal | undefined,
  work: (transaction: Connection, write: Write) => Promise<T>,
): Promise<T> {
  return database.transaction(
    async (transaction) => {
      await lockKnowledgeBase(transaction, knowledgeBase);
      return work(transaction, async (change) => {
        const before = await library.sentenceRules(transaction, knowledgeBase.id);
        const revision = await nextRevision(transaction, knowledgeBase.id);
        await change(revision.number);
        const after = await library.sentenceRules(transaction, knowledgeBase.id);
        await remakeSentences(transaction, knowledgeBase.id, before, after);
      });
    },
    signal === undefined ? {} : { signal },
  );
}

async function liveVersion(
  transaction: Connection,
  knowledgeBase: KnowledgeBase,
  name: string,
): Promise<{ source: string; enabled: boolean } | undefined> {
  const rows = await transaction.rows<{ source: string; enabled: boolean }>(sql`
    select source, enabled from rule_modules
    where knowledge_base = ${knowledgeBase.id} and name = ${name} and retracted_in is null`);
  return rows[0];
}

async function retract(
  transaction: Connection,
  knowledgeBase: KnowledgeBase,
  name: string,
  revision: number,
): Promise<void> {
  await transaction.run(sql`
    update rule_modules set retracted_in = ${revision}
    where knowledge_base = ${knowledgeBase.id} and name = ${name} and retracted_in is null`);
}
