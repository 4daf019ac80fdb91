import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { unit } from '../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { NamedEmbedder, Server, type ServerOptions } from './reembedding-server.js';
import { wrongVectors } from './wrong-vectors.js';

vi.setConfig({ testTimeout: 180_000 });

const sentences = (count: number) =>
  Array.from({ length: count }, (_, n) => `sentence ${n} ${'and '.repeat(n % 5)}`);

describeWithDatabase('a re-embedding that cannot go on', (open) => {
  const prepared = async (options: ServerOptions = {}) => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    const server = new Server(world, { models: [next], ...options });
    await world.say(...sentences(200));
    await server.indexer.settled(await world.knowledgeBase());
    const [active] = await server.spaces();
    return { world, next, server, active: active!, [Symbol.asyncDispose]: () => server.stop() };
  };

  test.each([
    [
      'a number that is not finite',
      Float32Array.from({ length: 16 }, (_, n) => (n === 3 ? Number.NaN : 0.25)),
    ],
    ['length 2.0000', unit(new Float32Array(16).fill(1)).map((x) => 2 * x)],
    ['15 numbers', unit(new Float32Array(15).fill(1))],
  ])('because of %s for one sentence leaves the active space alone and names it', async (what, vector) => {
    await using prepare = await prepared();
    const { world, next, server, active } = prepare;
    next.vectors.set(sentences(200)[77]!, vector);
    const job = await server.ended(await server.reembed({ model: 'next' }));
    expect(job).toMatchObject({ state: 'FAILED', phase: 'EMBEDDING', done: 199, failed: 1, total: 200 });
    const [bad] = job.failures;
    expect(bad!.error).toContain(what);
    expect(job.error).toContain(`Fact ${bad!.fact}: ${bad!.error}`);
    const [fact] = await world.database.rows<{ sentence: string }>(
      sql`select sentence from facts where id = ${bad!.fact}`,
    );
    expect(fact!.sentence).toBe(sentences(200)[77]);
    expect(await server.search(sentences(200)[77]!, 1)).toMatchObject({ space: active.id, facts: [{}] });
    await expect(server.reembedding.activate(job.space!)).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_INCOMPLETE',
    });

    // What was there stays; what was written meanwhile comes along.
    next.vectors.clear();
    await world.assert({ prolog: 'meanwhile(1)', text: 'written while the job had failed' });
    const before = next.asked.length;
    const resumed = await server.ended(await server.reembedding.resume(job.id));
    expect(resumed).toMatchObject({ state: 'SUCCEEDED', failed: 0, error: null, failures: [] });
    expect(next.asked.length - before - resumed.verification!.sampled).toBeLessThan(5);
    expect(await wrongVectors(world.database, job.space!, next.vectorsOf)).toEqual([]);
    await expect(server.reembedding.resume(job.id)).rejects.toMatchObject({ code: 'JOB_ENDED' });
  });

  test('because its model is gone for a while waits, says why, and goes on by itself', async () => {
    await using prepare = await prepared();
    const { world, next, server } = prepare;
    let batches = 0;
    next.beforeBulk = () => {
      batches++;
      if (batches === 2) next.isDown = true;
    };
    const job = await server.reembed({ model: 'next' });
    await vi.waitFor(
      async () => {
        const paused = await server.reembedding.job(job.id);
        expect(paused).toMatchObject({ state: 'PAUSED', error: 'The fake model is down.' });
        expect(paused.done).toBeLessThan(200);
        expect(paused.done).toBeGreaterThan(0);
      },
      { timeout: 60_000, interval: 200 },
    );
    expect((await server.search('anything')).facts).toHaveLength(5);
    next.isDown = false;
    expect(await server.ended(job)).toMatchObject({ state: 'SUCCEEDED', done: 200, error: null });
    expect(await wrongVectors(world.database, job.space!, next.vectorsOf)).toEqual([]);
  });

  test('because its model is gone for good fails in the end, and leaves the active space alone', async () => {
    await using prepare = await prepared({ outageMs: 500 });
    const { next, server, active } = prepare;
    let batches = 0;
    next.beforeBulk = () => {
      batches++;
      if (batches === 2) next.isDown = true;
    };
    const job = await server.ended(await server.reembed({ model: 'next' }));
    expect(job).toMatchObject({
      state: 'FAILED',
      error: expect.stringMatching(/^Nothing could be embedded for .*: The fake model is down\.$/),
    });
    expect(await server.search('anything')).toMatchObject({ space: active.id });
  });

  test('stops when it is cancelled, and goes on where it stopped when it is resumed', async () => {
    await using prepare = await prepared({ batchMs: 10 });
    const { world, next, server, active } = prepare;
    next.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 20));
    const job = await server.reembed({ model: 'next' });
    await vi.waitFor(async () => expect((await server.reembedding.job(job.id)).done).toBeGreaterThan(10), {
      timeout: 30_000,
    });
    const cancelled = await server.reembedding.cancel(job.id);
    expect(cancelled).toMatchObject({ state: 'CANCELLED' });
    const { done } = cancelled;
    // Batches that were under way at that moment are not stored.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await server.reembedding.job(job.id)).done).toBe(done);
    expect(await server.search('anything')).toMatchObject({ space: active.id });
    await expect(server.reembedding.cancel(job.id)).rejects.toMatchObject({ code: 'JOB_ENDED' });
    expect(await server.ended(await server.reembedding.resume(job.id))).toMatchObject({
      state: 'SUCCEEDED',
      done: 200,
    });
    expect(await wrongVectors(world.database, job.space!, next.vectorsOf)).toEqual([]);
  });

  test('because the spaces do not agree enough is not activated, and says how far they do', async () => {
    await using prepare = await prepared();
    const { server, active } = prepare;
    const job = await server.ended(await server.reembed({ model: 'next', minAgreement: 0.9 }));
    expect(job).toMatchObject({
      state: 'FAILED',
      phase: 'VERIFYING',
      verification: { passed: false, coverage: 1 },
    });
    expect(job.verification!.neighbourOverlapAt10).toBeLessThan(0.9);
    expect(job.error).toContain('at least 0.9 is wanted');
    expect((await server.spaces())[0]).toMatchObject({ id: active.id, state: 'ACTIVE' });
  });

  test('because stored vectors are not what the model gives is not activated', async () => {
    await using prepare = await prepared();
    const { next, server, active } = prepare;
    // Another model has been put under the same name half-way.
    next.beforeBulk = () => {
      if (next.asked.length > 100)
        for (const text of sentences(200)) next.vectors.set(text, unit(next.vectorOf(`${text}!`)));
    };
    const job = await server.ended(await server.reembed({ model: 'next' }));
    expect(job).toMatchObject({ state: 'FAILED', phase: 'VERIFYING', verification: { passed: false } });
    expect(job.verification!.minCosine).toBeLessThan(0.999);
    expect((await server.spaces())[0]).toMatchObject({ id: active.id, state: 'ACTIVE' });
  });

  test('has its space cleaned up after a while', async () => {
    await using prepare = await prepared({ keepMs: 0 });
    const { world, server } = prepare;
    const job = await server.reembed({ model: 'next' });
    await server.reembedding.cancel(job.id).catch(() => undefined);
    await vi.waitFor(async () => expect((await server.reembedding.job(job.id)).space).toBeNull(), {
      timeout: 30_000,
    });
    expect(await world.database.rows(sql`select from embedding_queue where space = ${job.space}`)).toEqual(
      [],
    );
    expect(await world.database.rows(sql`select to_regclass(${`embeddings_${job.space}`}) as gone`)).toEqual([
      { gone: null },
    ]);
    await expect(server.reembedding.resume(job.id)).rejects.toMatchObject({ code: 'JOB_ENDED' });
  });
});
