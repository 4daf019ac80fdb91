import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A tar file that an in-memory PGlite starts from, or the name of the database to clone. Migrated. */
    databaseTemplate: string;
    /** Begins the names of this run's databases. */
    databasePrefix: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY_MS = 86_400_000;

/** Makes one migrated database before all tests, unless an earlier run has left one with the same migrations. */
export async function provideTemplate(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL;
  const prefix = `corollary_test_${process.pid}_`;
  project.provide('databasePrefix', prefix);
  project.provide('databaseTemplate', url ? await postgresTemplate(url) : await pgliteTemplate());
  return async () => {
    if (url) await dropDatabases(url, prefix);
  };
}

async function pgliteTemplate(): Promise<string> {
  const directory = `${root}node_modules/.cache/corollary`;
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (Date.now() - statSync(`${directory}/${name}`).mtimeMs > DAY_MS) unlinkSync(`${directory}/${name}`);
  }
  const file = `${directory}/template-${versionOfSchema()}.tar`;
  if (existsSync(file)) return file;
  const { openPglite } = await import('../../src/database/pglite.js');
  const { migrate } = await import('../../src/database/migrate.js');
  await using database = await openPglite({});
  await migrate(database);
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, await database.dump());
  renameSync(unfinished, file);
  return file;
}

async function postgresTemplate(url: string): Promise<string> {
  const name = `corollary_template_${versionOfSchema()}`;
  const { openPostgres } = await import('../../src/database/postgres.js');
  const { migrate } = await import('../../src/database/migrate.js');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return name;
    const unfinished = `${name}_${process.pid}`;
    await client.query(`create database ${unfinished}`);
    const database = await openPostgres(withName(url, unfinished));
    await migrate(database);
    await database.stop();
    await client.query(`alter database ${unfinished} rename to ${name}`);
    return name;
  } finally {
    await client.end();
  }
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [
    prefix,
  ]);
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  await client.end();
}

export function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Changes with everything that decides what a migrated database looks like. */
function versionOfSchema(): string {
  const hash = createHash('sha256');
  const migrations = readdirSync(`${root}migrations`).filter((name) => name.endsWith('.sql'));
  const files = [
    ...migrations.sort().map((name) => `migrations/${name}`),
    'dist/database/migrate.js',
    'dist/database/pglite-worker.js',
    'node_modules/@electric-sql/pglite/package.json',
    'node_modules/@electric-sql/pglite-pgvector/package.json',
  ];
  for (const file of files) hash.update(readFileSync(root + file));
  return hash.digest('hex').slice(0, 12);
}
