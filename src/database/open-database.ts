import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { CorollaryError } from '../errors.js';
import type { Database } from './database.js';
import { isHeldHere, lockDirectory } from './directory-lock.js';
import { migrate } from './migrate.js';
import { openPglite, type PgliteDatabase } from './pglite.js';
import { openPostgres } from './postgres.js';
import { QueryError } from './query-error.js';

/**
 * PostgreSQL at `databaseUrl`, else PGlite in `dataDirectory`; migrated to this version's schema. The directory is
 * locked for as long as the database is open, unless this process holds its lock already.
 * @throws CorollaryError START_FAILED with one line that says what to do
 */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDirectory'>): Promise<Database> {
  const { databaseUrl, dataDirectory } = config;
  const database =
    databaseUrl === undefined ? await openEmbedded(dataDirectory) : await openPostgres(databaseUrl);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.stop();
    throw error instanceof QueryError ? notMigrated(error) : error;
  }
}

/** Of this process: a lock that it holds keeps only others out. */
const open = new Set<string>();

async function openEmbedded(dataDirectory: string): Promise<PgliteDatabase> {
  const lock = (await isHeldHere(dataDirectory)) ? undefined : await lockDirectory(dataDirectory);
  const directory = join(await realpath(dataDirectory), 'pglite');
  if (open.has(directory)) {
    throw new CorollaryError('START_FAILED', `${dataDirectory} is open in this process already.`, {
      directory: dataDirectory,
    });
  }
  open.add(directory);
  const close = async () => {
    open.delete(directory);
    await lock?.stop();
  };
  try {
    return await openPglite({ directory }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

function notMigrated(error: QueryError): CorollaryError {
  const remedy =
    error.sqlState === INSUFFICIENT_PRIVILEGE
      ? 'give its user CREATE on the database and on the schema public, or have an administrator run CREATE EXTENSION vector; CREATE EXTENSION pg_trgm;'
      : 'nothing was changed.';
  return new CorollaryError(
    'START_FAILED',
    `The database could not be migrated (${error.message}): ${remedy}`,
    {},
    { cause: error },
  );
}
