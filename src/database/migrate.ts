import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { CorollaryError } from '../errors.js';
import type { Connection, Database } from './database.js';

/** Beside dist/, which is where this file is compiled to. */
const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nobody else uses: the advisory lock that lets one server migrate at a time. */
const LOCK = 6_027_315_488;

interface Migration {
  readonly tag: string;
  /** A server that does not know this migration can't work with its schema. */
  readonly breaking: boolean;
  readonly hash: string;
  readonly statements: readonly string[];
}

interface Applied {
  readonly tag: string;
  readonly breaking: boolean;
  readonly hash: string;
}

/**
 * Brings the schema to what this version knows: all pending migrations in one transaction, or none. Any number of
 * servers may do this at once.
 *
 * @returns the migrations that were applied now
 * @throws CorollaryError START_FAILED when the database was migrated by a newer version with a breaking migration, or
 *   its migrations are not those of this version; QueryError when a migration fails
 */
export async function migrate(database: Database, directory = MIGRATIONS): Promise<string[]> {
  const known = await readMigrations(directory);
  return database.transaction(async (transaction) => {
    await transaction.run(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`);
    await transaction.run(sql`
      create table if not exists schema_migrations (
        number integer primary key,
        tag text not null unique,
        breaking boolean not null,
        hash text not null,
        applied_at timestamptz not null default now())`);
    const applied = await transaction.rows<Applied>(
      sql`select tag, breaking, hash from schema_migrations order by number`,
    );
    checkAgainst(known, applied);
    const pending = known.slice(applied.length);
    if (pending.length > 0) await describeBackend(transaction);
    for (const [index, migration] of pending.entries()) {
      await apply(transaction, migration, applied.length + index);
    }
    return pending.map(({ tag }) => tag);
  });
}

const journalFile = z.object({
  entries: z.array(z.object({ idx: z.number(), when: z.number(), tag: z.string() })),
});

/**
 * Reads what drizzle-kit wrote. Its own migrator goes by the entries' times, and passes over one that is older than
 * the newest applied without a word; this one goes by their order, and holds the times to it.
 */
async function readMigrations(directory: string): Promise<Migration[]> {
  const journal = journalFile.parse(JSON.parse(await readFile(`${directory}/meta/_journal.json`, 'utf8')));
  for (const [index, entry] of journal.entries.entries()) {
    const before = journal.entries[index - 1];
    if (entry.idx !== index || (before && entry.when <= before.when)) {
      throw new Error(`migrations/meta/_journal.json is out of order at ${entry.tag}`);
    }
  }
  return Promise.all(journal.entries.map(({ tag }) => readMigration(directory, tag)));
}

async function readMigration(directory: string, tag: string): Promise<Migration> {
  // Git may have written CRLF on Windows.
  const text = (await readFile(`${directory}/${tag}.sql`, 'utf8')).replaceAll('\r\n', '\n');
  const kind = /^-- (compatible|breaking)\b/.exec(text)?.[1];
  if (kind === undefined)
    throw new Error(`migrations/${tag}.sql must begin with -- compatible or -- breaking`);
  return {
    tag,
    breaking: kind === 'breaking',
    hash: createHash('sha256').update(text).digest('hex'),
    statements: text.split('--> statement-breakpoint').map((statement) => statement.trim()),
  };
}

function checkAgainst(known: readonly Migration[], applied: readonly Applied[]): void {
  for (const [index, { tag, hash, breaking }] of applied.entries()) {
    const own = known[index];
    if (own === undefined) {
      if (!breaking) continue;
      throw new CorollaryError(
        'START_FAILED',
        `The database was migrated by a newer Corollary (${tag}): start that version or a newer one.`,
        { migration: tag },
      );
    }
    if (own.tag === tag && own.hash === hash) continue;
    throw new CorollaryError(
      'START_FAILED',
      `The database holds the migration ${tag} where this version has ${own.tag === tag ? 'another text of it' : own.tag}: ` +
        'it was made by another branch. Start that one, or use another database (DATABASE_URL or DATA_DIR).',
      { migration: tag },
    );
  }
}

/** What the backend can do differs; migrations read it from these settings. */
async function describeBackend(transaction: Connection): Promise<void> {
  const { vectorType, bitSideTable } = transaction.capabilities;
  await transaction.run(sql`
    select set_config('corollary.vector_type', ${vectorType}, true),
      set_config('corollary.bit_side_table', ${bitSideTable}::boolean::text, true)`);
}

async function apply(transaction: Connection, migration: Migration, number: number): Promise<void> {
  for (const statement of migration.statements) await transaction.run(sql.raw(statement));
  await transaction.run(sql`
    insert into schema_migrations (number, tag, breaking, hash)
    values (${number}, ${migration.tag}, ${migration.breaking}, ${migration.hash})`);
}
