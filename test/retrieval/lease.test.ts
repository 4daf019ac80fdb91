import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { openPostgres } from '../../src/database/postgres.js';
import { embedBatch } from '../../src/retrieval/embedding-batch.js';
import { ensureSpace } from '../../src/retrieval/embedding-spaces.js';
import { newPostgresDatabase, onlyOnPostgres } from '../support/database.js';
import { FakeEmbedder } from './fake-embedder.js';
import { World } from './world.js';

onlyOnPostgres('a batch that a server has in hand', () => {
  const twoServers = async () => {
    const { url, drop } = await newPostgresDatabase(`template ${inject('databaseTemplate')}`);
    const [first, second] = await Promise.all([openPostgres(url), openPostgres(url)]);
    const world = await World.create(first);
    const space = await ensureSpace(first, await world.knowledgeBase(), world.embedder);
    const facts = await world.say('one', 'two', 'three', 'four');
    const stop = async () => {
      await Promise.all([first.stop(), second.stop()]);
      await drop();
    };
    return { first, second, world, space, facts, [Symbol.asyncDispose]: stop };
  };

  test('stays its own for as long as it says that it is at work, and no other embeds it', async () => {
    await using servers = await twoServers();
    const { first, second, world, space } = servers;
    const slow = new FakeEmbedder({ fingerprint: space.fingerprint });
    slow.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 1_500));
    const begun = embedBatch(first, slow, space, { size: 3, leaseMs: 300 });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await embedBatch(second, world.embedder, space, { size: 10 })).toMatchObject({
      taken: 1,
      stored: 1,
    });
    expect(await embedBatch(second, world.embedder, space, { size: 10 })).toMatchObject({ taken: 0 });
    expect(await begun).toMatchObject({ taken: 3, stored: 3 });
    expect(await first.rows(sql`select from embedding_queue where space = ${space.id}`)).toEqual([]);
  });

  test('goes to another when it hangs for longer than its lease, and is stored once', async () => {
    await using servers = await twoServers();
    const { first, second, world, space } = servers;
    const hung = new FakeEmbedder({ fingerprint: space.fingerprint });
    // Nothing of this process runs meanwhile, heartbeats included.
    hung.beforeBulk = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    const outcome = await embedBatch(first, hung, space, { size: 10, leaseMs: 300 }).catch(
      (error: Error) => error,
    );
    expect(outcome).toBeInstanceOf(Error);
    expect(await embedBatch(second, world.embedder, space, { size: 10 })).toMatchObject({
      taken: 4,
      stored: 4,
    });
    // The server that hung goes on with what there is.
    expect(await embedBatch(first, world.embedder, space, { size: 10 })).toMatchObject({ taken: 0 });
    expect(await first.rows(sql`select count(*) from embeddings where space = ${space.id}`)).toEqual([
      { count: 4 },
    ]);
  });
});
