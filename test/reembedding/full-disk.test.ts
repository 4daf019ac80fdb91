import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/open-database.js';
import { openPostgres } from '../../src/database/postgres.js';
import { World } from '../retrieval/world.js';
import { newPostgresDatabase, onlyOnPglite, onlyOnPostgres } from '../support/database.js';
import { NamedEmbedder, Server } from './reembedding-server.js';
import { wrongVectors } from './wrong-vectors.js';

vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);

/** A file system of `bytes` of its own; undefined where this user may not make one. */
async function smallFileSystem(bytes: number): Promise<string | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'corollary-small-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0777`, 'tmpfs', path]);
  } catch {
    return undefined;
  }
  onTestFinished(async () => void (await run('umount', ['--lazy', path])));
  await chmod(path, 0o777);
  return path;
}

/** Resolves when the job says that it waits for room on the disk. */
async function waitsForRoom(server: Server, job: number): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(await server.reembedding.job(job)).toMatchObject({
        state: 'PAUSED',
        error: expect.stringContaining('No space left on device'),
      }),
    { timeout: 90_000, interval: 200 },
  );
}

onlyOnPostgres('a re-embedding on a disk that is full', () => {
  test('waits, says so, and goes on when there is room again; the active space answers all the while', async (context) => {
    const disk = await smallFileSystem(6 * 2 ** 20);
    const { url, drop } = await newPostgresDatabase(`template ${inject('databaseTemplate')}`);
    onTestFinished(drop);
    const database = await openPostgres(url);
    onTestFinished(() => database.stop());
    const folder = join(disk ?? '/nonexistent', 'vectors');
    const made = await run('install', ['-d', '-o', 'postgres', folder]).then(
      () => true,
      () => false,
    );
    const name = `small_${process.pid}`;
    const placed =
      made &&
      (await database.run(sql.raw(`create tablespace ${name} location '${folder}'`)).then(
        () => true,
        () => false,
      ));
    if (!placed) return context.skip('needs to mount a file system, and a PostgreSQL server beside the test');
    const world = await World.create(database);
    const next = new NamedEmbedder('next', 1_024);
    await using server = new Server(world, { models: [next] });
    await world.say(...Array.from({ length: 1_000 }, (_, n) => `sentence ${n}`));
    await server.indexer.settled(await world.knowledgeBase());
    const [active] = await server.spaces();

    const ballast = join(disk!, 'ballast');
    await writeFile(ballast, Buffer.alloc(5 * 2 ** 20));
    const held = await server.reembed({ model: 'next', paused: true });
    await database.run(sql.raw(`alter table embeddings_${held.space} set tablespace ${name}`));
    await server.reembedding.resume(held.id);
    await waitsForRoom(server, held.id);
    expect(await server.search('sentence 5', 1)).toMatchObject({ space: active!.id, facts: [{}] });
    await truncate(ballast, 0);
    expect(await server.ended(held)).toMatchObject({ state: 'SUCCEEDED', done: 1_000, error: null });
    expect(await wrongVectors(database, held.space!, next.vectorsOf)).toEqual([]);
    await server.reembedding.activate(active!.id);
    await server.reembedding.drop(held.space!);
    await database.run(sql.raw(`drop tablespace ${name}`));
  });
});

onlyOnPglite('a re-embedding on a disk that is full', () => {
  test('waits, says so, and goes on when there is room again; facts and answers are there all the while', async (context) => {
    const disk = await smallFileSystem(128 * 2 ** 20);
    if (disk === undefined) return context.skip('needs to mount a file system');
    const database = await openDatabase({ databaseUrl: undefined, dataDirectory: join(disk, 'data') });
    onTestFinished(() => database.stop());
    const world = await World.create(database);
    const next = new NamedEmbedder('next', 1_024);
    await using server = new Server(world, { models: [next] });
    await world.say(...Array.from({ length: 1_000 }, (_, n) => `sentence ${n}`));
    await server.indexer.settled(await world.knowledgeBase());
    const [active] = await server.spaces();

    // A vector takes four kilobytes: there is room for half of them.
    const { bavail, bsize } = await statfs(disk);
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(bavail * bsize - 2 * 2 ** 20));
    const job = await server.reembed({ model: 'next' });
    await waitsForRoom(server, job.id);
    expect(await server.search('sentence 5', 1)).toMatchObject({ space: active!.id, facts: [{}] });
    await truncate(ballast, 0);
    expect(await server.ended(job)).toMatchObject({ state: 'SUCCEEDED', done: 1_000, error: null });
    expect(await wrongVectors(database, job.space!, next.vectorsOf)).toEqual([]);
  });
});
