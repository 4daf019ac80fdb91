import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holderOf, lockDirectory } from '../../src/database/directory-lock.js';
import { openDatabase } from '../../src/database/open-database.js';
import { vacuumWhereDue } from '../../src/database/pglite-vacuum.js';
import { newPostgresDatabase, onlyOnPglite, onlyOnPostgres } from '../support/database.js';

let dataDirectory: string;
beforeEach(async () => {
  dataDirectory = await mkdtemp(`${tmpdir()}/corollary-data-`);
});
afterEach(() => rm(dataDirectory, { recursive: true }));

const open = (databaseUrl?: string) => openDatabase({ databaseUrl, dataDirectory });

/** Why it does not open: always one line, for a person, without a secret. */
async function refusal(databaseUrl?: string): Promise<string> {
  const error = await open(databaseUrl).then(
    () => new Error('It opened'),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ code: 'START_FAILED' });
  expect(error.message).not.toContain('\n');
  expect(error.message).not.toContain('s3cret');
  return error.message;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

onlyOnPglite('the embedded database', () => {
  const script = fileURLToPath(new URL('./writer-child.mjs', import.meta.url));

  test('is made, migrated and locked when it is opened, and given back when it stops', async () => {
    const database = await open();
    expect(database.capabilities).toMatchObject({ embedded: true, vectorType: 'vector', bitSideTable: true });
    expect(database.capabilities.description).toMatch(
      /^PGlite \(PostgreSQL \d+\.\d+\), pgvector 0\.\d+\.\d+$/,
    );
    expect(await database.rows(sql`select count(*) as n from knowledge_bases`)).toEqual([{ n: 0 }]);
    expect(await holderOf(dataDirectory)).toEqual({ pid: process.pid });
    expect(await refusal()).toMatch(/is open in this process already/);
    await database.stop();
    expect(await readdir(dataDirectory)).toEqual(['pglite']);
  });

  test('opens under a lock that the process holds already, and leaves that lock alone', async () => {
    await using _lock = await lockDirectory(dataDirectory);
    const database = await open();
    expect(await refusal()).toMatch(/is open in this process already/);
    await database.stop();
    expect(await holderOf(dataDirectory)).toEqual({ pid: process.pid });
  });

  test('learns what tables hold that were filled before it was opened', { timeout: 60_000 }, async () => {
    const before = await open();
    await before.run(sql`create table filled (n int)`);
    await before.run(sql`insert into filled select generate_series(1, 2000)`);
    await before.stop();
    await using after = await open();
    const known = () => after.rows(sql`select reltuples as rows from pg_class where relname = 'filled'`);
    expect(await known()).toEqual([{ rows: -1 }]);
    await vacuumWhereDue(after);
    expect(await known()).toEqual([{ rows: 2000 }]);
    expect(await vacuumWhereDue(after)).not.toContain('filled');
  });

  test('keeps every row that was acknowledged when its process is killed, time after time', {
    timeout: 180_000,
  }, async () => {
    let acknowledged = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [script, dataDirectory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (piece) => {
        output += piece;
        const lines = output.split('\n');
        if (lines.length > 40 + 17 * round) child.kill('SIGKILL');
      });
      await once(child, 'close');
      expect(child.signalCode).toBe('SIGKILL');
      acknowledged = Number(output.split('\n').at(-2));
    }
    await using database = await open();
    const [row] = await database.rows<{ n: number; last: number; whole: boolean }>(sql`
      select count(*) as n, max(number) as last, bool_and(length(text) = number % 500 + 1) as whole from numbers`);
    expect(acknowledged).toBeGreaterThan(100);
    expect(row!.last).toBeGreaterThanOrEqual(acknowledged);
    // The next one may have been committed before it could be acknowledged.
    expect(row!.last).toBeLessThanOrEqual(acknowledged + 1);
    expect(row).toMatchObject({ n: row!.last, whole: true });
  });

  test('is made anew when the process that made it was killed on the way', async () => {
    const child = spawn(process.execPath, [script, dataDirectory], { stdio: 'ignore' });
    const closed = once(child, 'close');
    await expect
      .poll(() => readdir(`${dataDirectory}/pglite`).catch(() => []), { interval: 1, timeout: 20_000 })
      .toContain('PG_VERSION');
    child.kill('SIGKILL');
    await closed;
    await using database = await open();
    expect(await database.rows(sql`select count(*) as n from knowledge_bases`)).toEqual([{ n: 0 }]);
  });

  test('says so when its directory can not be made', async () => {
    await writeFile(`${dataDirectory}/file`, '');
    const error = await openDatabase({
      databaseUrl: undefined,
      dataDirectory: `${dataDirectory}/file/data`,
    }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/file\/data \(ENOTDIR\): make it writable/),
    });
  });

  test('says so when its files are not those of a database', async () => {
    await (await open()).stop();
    await writeFile(`${dataDirectory}/pglite/PG_VERSION`, '12\n');
    expect(await refusal()).toMatch(/pglite does not open: .*(version|compatible)/);
    expect(await holderOf(dataDirectory)).toBeUndefined();
  });
});

test('a server that is not there is named, with what to do', async () => {
  const port = await freePort();
  expect(await refusal(`postgresql://me:s3cret@127.0.0.1:${port}/facts`)).toBe(
    `Can't use the database 127.0.0.1:${port}/facts: nothing listens there. Start the server, or correct host and port in DATABASE_URL.`,
  );
});

test('a host that is not there is named', async () => {
  expect(await refusal('postgresql://me:s3cret@database.invalid/facts')).toMatch(
    /^Can't use the database database\.invalid:5432\/facts: (there is no such host|the name of the host could not)/,
  );
});

test('something else that listens there is told from a database', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await refusal(`postgresql://me:s3cret@127.0.0.1:${port}/facts`)).toContain(
    `127.0.0.1:${port}/facts`,
  );
  server.close();
});

test('a URL that is none is refused without being repeated', async () => {
  expect(await refusal('postgresql://me:s3cret@host:port/facts')).toMatch(
    /^DATABASE_URL must be a URL such as/,
  );
});

onlyOnPostgres('a server', () => {
  const admin = process.env.TEST_DATABASE_URL!;

  async function asRole(options: string, work: (role: string) => Promise<void>): Promise<void> {
    const role = `corollary_role_${process.pid}`;
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    await client.query(`create role ${role} login password 's3cret' ${options}`);
    try {
      await work(role);
    } finally {
      await client.query(`drop owned by ${role}`);
      await client.query(`drop role ${role}`);
      await client.end();
    }
  }

  const at = (url: string, change: (url: URL) => void): string => {
    const changed = new URL(url);
    change(changed);
    return changed.href;
  };

  test('is migrated when it is opened, and again without effect', async () => {
    const { url, drop } = await newPostgresDatabase();
    for (let time = 0; time < 2; time++) {
      await using database = await open(url);
      expect(database.capabilities).toMatchObject({
        embedded: false,
        vectorType: 'halfvec',
        concurrent: true,
      });
      expect(database.capabilities.description).toMatch(/^PostgreSQL \d+\.\d+, pgvector 0\.\d+\.\d+$/);
    }
    expect(await readdir(dataDirectory)).toEqual([]);
    await drop();
  });

  test('without that database says which one is missing', async () => {
    const url = at(admin, (each) => {
      each.pathname = '/no_such_database';
    });
    expect(await refusal(url)).toMatch(/\/no_such_database: there is no such database\. Create it/);
  });

  test('without that role says that it refuses the user', async () => {
    const url = at(admin, (each) => {
      each.username = 'nobody_of_that_name';
      each.password = 's3cret';
    });
    expect(await refusal(url)).toMatch(/the server refuses this user/);
  });

  test('whose database the user may not change says what to grant', async () => {
    const { url, drop } = await newPostgresDatabase();
    await asRole('', async (role) => {
      const own = at(url, (each) => {
        each.username = role;
        each.password = 's3cret';
      });
      expect(await refusal(own)).toMatch(/permission denied.*give its user CREATE/);
    });
    await drop();
  });
});
