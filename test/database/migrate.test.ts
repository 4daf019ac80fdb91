import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrate.js';
import { openPostgres } from '../../src/database/postgres.js';
import { newPostgresDatabase, onlyOnPostgres, testDatabase } from '../support/database.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = fileURLToPath(new URL('../../migrations', import.meta.url));
let directory: string;
let database: Database;

beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/corollary-migrations-`);
  await cp(own, directory, { recursive: true });
  database = await testDatabase();
});
afterEach(async () => {
  await database.stop();
  await rm(directory, { recursive: true });
});

/** A version of Corollary that is one migration ahead of this one. */
async function addMigration(tag: string, text: string, when?: number): Promise<void> {
  const file = `${directory}/meta/_journal.json`;
  const journal = JSON.parse(await readFile(file, 'utf8'));
  const last = journal.entries.at(-1);
  journal.entries.push({ ...last, idx: last.idx + 1, when: when ?? last.when + 1, tag });
  await writeFile(file, JSON.stringify(journal));
  await writeFile(`${directory}/${tag}.sql`, text);
}

const tables = () =>
  database.rows(sql`select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
    order by relname`);

test('migrating a second time changes nothing', async () => {
  const before = await tables();
  expect(await migrate(database)).toEqual([]);
  expect(await tables()).toEqual(before);
  expect(before).toContainEqual({ relname: 'embeddings' });
});

test('every migration says whether it is compatible or breaking', async () => {
  const journal = JSON.parse(await readFile(`${own}/meta/_journal.json`, 'utf8'));
  for (const { tag } of journal.entries) {
    expect(await readFile(`${own}/${tag}.sql`, 'utf8')).toMatch(/^-- (compatible|breaking)\b/);
  }
});

test('the migrations make what tables.ts describes: drizzle-kit finds nothing to add', async () => {
  const kit = ['node_modules/drizzle-kit/bin.cjs', 'generate', '--dialect', 'postgresql'];
  const paths = ['--schema', 'src/database/tables.ts', '--out', relative(root, directory)];
  const { stdout } = await promisify(execFile)(process.execPath, [...kit, ...paths], { cwd: root });
  expect(stdout).toContain('No schema changes');
});

test('a new migration is applied once', async () => {
  await addMigration(
    '0099_more',
    '-- compatible\ncreate table more ();\n--> statement-breakpoint\ncreate index on facts (source);',
  );
  expect(await migrate(database, directory)).toEqual(['0099_more']);
  expect(await migrate(database, directory)).toEqual([]);
});

test('a migration that fails takes those before it back', async () => {
  await addMigration('0098_fine', '-- compatible\ncreate table fine ();');
  await addMigration('0099_wrong', '-- compatible\ncreate table facts ();');
  const before = await tables();
  await expect(migrate(database, directory)).rejects.toMatchObject({ sqlState: '42P07' });
  expect(await tables()).toEqual(before);
});

test('a server works with a newer schema whose migrations are compatible', async () => {
  await addMigration('0099_more', '-- compatible\ncreate table more ();');
  await migrate(database, directory);
  expect(await migrate(database)).toEqual([]);
});

test('a server refuses a newer schema with a breaking migration', async () => {
  await addMigration('0099_other', '-- breaking\nalter table facts rename to other;');
  await migrate(database, directory);
  await expect(migrate(database)).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringMatching(/newer Corollary \(0099_other\)/),
  });
});

test('a server refuses a schema that another branch made', async () => {
  await addMigration('0099_theirs', '-- compatible\ncreate table theirs ();');
  await migrate(database, directory);
  await rm(directory, { recursive: true });
  await cp(own, directory, { recursive: true });
  await addMigration('0099_ours', '-- compatible\ncreate table ours ();');
  await expect(migrate(database, directory)).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('0099_theirs'),
  });
});

test('a migration without its mark, and a journal out of order, are defects', async () => {
  await addMigration('0099_unmarked', 'create table unmarked ();');
  await expect(migrate(database, directory)).rejects.toThrow('must begin with');
  await addMigration('0100_late', '-- compatible\nselect 1;', 5);
  await expect(migrate(database, directory)).rejects.toThrow('out of order at 0100_late');
});

onlyOnPostgres('on a server', () => {
  test('servers that start at once migrate an empty database once', async () => {
    const { url, drop } = await newPostgresDatabase();
    const servers = await Promise.all(Array.from({ length: 4 }, () => openPostgres(url)));
    const applied = await Promise.all(servers.map((server) => migrate(server)));
    expect(applied.filter((tags) => tags.length > 0)).toHaveLength(1);
    await Promise.all(servers.map((server) => server.stop()));
    await drop();
  });
});
