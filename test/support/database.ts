import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, inject } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openPglite } from '../../src/database/pglite.js';
import { openPostgres } from '../../src/database/postgres.js';
import { withName } from './database-template.js';

const serverUrl = process.env.TEST_DATABASE_URL || undefined;

/**
 * An empty, migrated database of its own: PGlite in memory, or where TEST_DATABASE_URL names a server, a database on
 * it that is dropped when it stops. Open one per file (`beforeAll`) and stop it (`afterAll`), or use `await using`.
 */
export async function testDatabase(): Promise<Database> {
  const template = inject('databaseTemplate');
  if (serverUrl === undefined) return openPglite({ dump: template });
  const { url, drop } = await newPostgresDatabase(`template ${template}`);
  const database = await openPostgres(url);
  const stop = database.stop.bind(database);
  return Object.assign(database, {
    stop: async () => {
      await stop();
      await drop();
    },
  });
}

export interface PostgresDatabaseOfOwn {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database on the server of TEST_DATABASE_URL; without a template, it is as `createdb` makes it. */
export async function newPostgresDatabase(options = ''): Promise<PostgresDatabaseOfOwn> {
  if (serverUrl === undefined) throw new Error('TEST_DATABASE_URL is not set');
  const name = `${inject('databasePrefix')}${randomBytes(4).toString('hex')}`;
  await onServer(`create database ${name} ${options}`);
  return {
    url: withName(serverUrl, name),
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const skipped = (reason: string): typeof describe.skip =>
  ((name: string, tests: () => void) =>
    describe.skip(`${name} (skipped: ${reason})`, tests)) as typeof describe.skip;

/** `describe` for what only a server can do. */
export const onlyOnPostgres = serverUrl ? describe : skipped('needs TEST_DATABASE_URL');

/** `describe` for what only the embedded database does. */
export const onlyOnPglite = serverUrl ? skipped('TEST_DATABASE_URL is set') : describe;
