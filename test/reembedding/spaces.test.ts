import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { SpacePin } from '../../src/retrieval/pinned-space.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { anyFact, World } from '../retrieval/world.js';
import { NamedEmbedder, Server } from './reembedding-server.js';
import { wrongVectors } from './wrong-vectors.js';

vi.setConfig({ testTimeout: 180_000 });

describeWithDatabase('embedding spaces', (open) => {
  const changed = async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    const third = new NamedEmbedder('third', 8);
    const server = new Server(world, { models: [next, third] });
    await world.say(...Array.from({ length: 40 }, (_, n) => `sentence ${n}`));
    await server.indexer.settled(await world.knowledgeBase());
    const [old] = await server.spaces();
    const job = await server.ended(await server.reembed({ model: 'next' }));
    return {
      world,
      next,
      third,
      server,
      old: old!.id,
      now: job.space!,
      [Symbol.asyncDispose]: () => server.stop(),
    };
  };

  test('that were active before can be gone back to at once, with what was written since', async () => {
    await using change = await changed();
    const { world, server, old, now, next } = change;
    await world.assert({ prolog: 'later(1)', text: 'written after the change' });
    const { facts } = await world.assert({ prolog: 'later(2)', text: 'written and taken back' });
    await world.retract(facts[0]!.id);
    // The last sentence may still wait for its vector: going back brings it along.
    expect(await server.reembedding.activate(old)).toMatchObject({
      id: old,
      state: 'ACTIVE',
      coverage: 1,
      pending: 0,
    });
    const found = await server.search('written after the change', 1);
    expect(found).toMatchObject({ space: old, facts: [{ fact: { sentence: 'written after the change' } }] });
    expect(await wrongVectors(world.database, old, world.embedder.vectorsOf)).toEqual([]);
    expect(await server.reembedding.activate(old)).toMatchObject({ id: old, state: 'ACTIVE' });
    // And forth again.
    await server.reembedding.activate(now);
    expect(await wrongVectors(world.database, now, next.vectorsOf)).toEqual([]);
    expect((await server.spaces()).map(({ id, state }) => [id, state])).toEqual([
      [now, 'ACTIVE'],
      [old, 'RETIRED'],
    ]);
  });

  test('are dropped with all that is in them, but not the active one, nor one that a job fills', async () => {
    await using change = await changed();
    const { world, third, server, old, now } = change;
    await expect(server.reembedding.drop(now)).rejects.toMatchObject({ code: 'EMBEDDING_SPACE_IN_USE' });
    expect(await server.reembedding.drop(old)).toMatchObject({ id: old, state: 'RETIRED' });
    await expect(server.reembedding.drop(old)).rejects.toMatchObject({ code: 'EMBEDDING_SPACE_NOT_FOUND' });
    await expect(server.reembedding.activate(old)).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_NOT_FOUND',
    });
    expect(await world.database.rows(sql`select to_regclass(${`embeddings_${old}`}) as gone`)).toEqual([
      { gone: null },
    ]);
    expect(await server.search('sentence 3', 1)).toMatchObject({ space: now });
    third.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 500));
    const back = await server.reembed({ model: 'third' });
    await expect(server.reembedding.drop(back.space!)).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_IN_USE',
    });
    expect(await server.ended(back)).toMatchObject({ state: 'SUCCEEDED' });
  });

  test('stay the same for all calls of one request, though another becomes active between them', async () => {
    await using change = await changed();
    const { world, server, old, now } = change;
    const pin = new SpacePin();
    const ask = async (text: string, pinned = pin) => {
      const request = {
        ...(await world.now()),
        text,
        pattern: anyFact,
        limit: 3,
        minSimilarity: 0,
        pin: pinned,
      };
      return (await server.retriever.similar(request)).facts;
    };
    const before = await ask('sentence 5');
    await server.reembedding.activate(old);
    expect(await ask('sentence 5')).toEqual(before);
    expect(await ask('sentence 5', new SpacePin())).not.toEqual(before);
    await server.reembedding.drop(now);
    await expect(ask('sentence 5')).rejects.toMatchObject({ code: 'EMBEDDING_SPACE_UNAVAILABLE' });
  });

  test('whose model a server lacks are refused by that server only, and found again when it has it', async () => {
    await using change = await changed();
    const { world, server, now } = change;
    const models: NamedEmbedder[] = [];
    await using other = new Server(world, { models });
    await expect(other.search('sentence 3')).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining('made by next (16 dimensions), which this server cannot open'),
    });
    const byWords = { ...(await world.now()), text: 'sentence', options: { channels: ['LEXICAL'] as const } };
    expect((await other.retriever.search(byWords)).facts.length).toBeGreaterThan(5);
    expect(await server.search('sentence 3', 1)).toMatchObject({ space: now });
    models.push(change.next);
    await vi.waitFor(async () => expect(await other.search('sentence 3', 1)).toMatchObject({ space: now }), {
      timeout: 10_000,
    });
  });

  test('change at the next query of every server', async () => {
    await using change = await changed();
    const { world, next, server, old, now } = change;
    await using other = new Server(world, { models: [next] });
    for (const space of [old, now, old, now]) {
      await server.reembedding.activate(space);
      expect(await other.search('sentence 3', 1)).toMatchObject({ space });
      expect(await server.search('sentence 3', 1)).toMatchObject({ space });
    }
  });

  test('change for what reads on and on as well, which stays with the one that it began with', async () => {
    await using change = await changed();
    const { world, next, server, old, now } = change;
    await using other = new Server(world, { models: [next] });
    const begin = async () => {
      const pin = new SpacePin();
      const stream = await other.retriever.stream({ ...(await world.now()), text: 'sentence 3', pin });
      expect(stream.space?.id).toBe((await pin.space(world.database, -1))?.id);
      return stream;
    };
    const expected = new Map<number, unknown>();
    for (const space of [now, old, now, old]) {
      await server.reembedding.activate(space);
      const stream = await begin();
      expect(stream.space).toMatchObject({ id: space, sentences: 40 });
      // Halfway another becomes the active one.
      const begun = await stream.take(0, 5);
      await server.reembedding.activate(space === now ? old : now);
      const all = [...begun.facts, ...(await stream.take(5, 100)).facts];
      expect(all).toHaveLength(40);
      expect(all).toEqual(expected.get(space) ?? all);
      expected.set(space, all);
    }
    expect(expected.get(now)).not.toEqual(expected.get(old));
    // The one that this server saw last is gone.
    await server.reembedding.activate(old);
    expect((await begin()).space?.id).toBe(old);
    await server.reembedding.activate(now);
    await server.reembedding.drop(old);
    expect((await begin()).space?.id).toBe(now);
  });

  test('go with their knowledge base, also while a job fills one', async () => {
    await using change = await changed();
    const { world, third, server } = change;
    third.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 200));
    const job = await server.reembed({ model: 'third' });
    const projected = await server
      .reembed({ model: 'next', projection: { method: 'PCA', dimensions: 4 } })
      .catch((error: { code: string }) => error.code);
    expect(projected).toBe('REEMBEDDING_RUNNING');
    await new KnowledgeStore(world.database).deleteKnowledgeBase(world.name);
    await expect(server.reembedding.job(job.id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await vi.waitFor(async () => {
      expect(
        await world.database.rows(sql`select to_regclass(${`embeddings_${job.space}`}) as gone`),
      ).toEqual([{ gone: null }]);
    });
    // The server is as ready for the next one as before.
    const another = await World.create(world.database, world.embedder);
    await another.say('a sentence');
    await using next = new Server(another, { models: [third] });
    expect(await next.ended(await next.reembed({ model: 'third' }))).toMatchObject({
      state: 'SUCCEEDED',
      done: 1,
    });
  });

  test('may be derived from another by a projection, without asking the model for what is stored', async () => {
    await using change = await changed();
    const { world, next, server, now } = change;
    await world.say(...Array.from({ length: 60 }, (_, n) => `more sentences ${n}`));
    await vi.waitFor(async () => expect((await server.reembedding.space(now)).pending).toBe(0), {
      timeout: 20_000,
    });
    const asked = next.asked.length;
    const job = await server.ended(
      await server.reembed({ model: 'next', projection: { method: 'PCA', dimensions: 8 } }),
    );
    expect(job).toMatchObject({ state: 'SUCCEEDED', verification: { passed: true } });
    expect(next.asked.length - asked).toBeLessThanOrEqual(job.verification!.sampled);
    expect(await server.reembedding.space(job.space!)).toMatchObject({
      state: 'ACTIVE',
      dimensions: 8,
      coverage: 1,
    });
    await world.assert({ prolog: 'later(1)', text: 'written after the projection' });
    await server.indexer.settled(await world.knowledgeBase());
    const found = await server.search('written after the projection', 1);
    expect(found).toMatchObject({
      space: job.space,
      facts: [{ fact: { sentence: 'written after the projection' } }],
    });
    await new KnowledgeStore(world.database).deleteKnowledgeBase(world.name);
    await expect(server.reembedding.job(job.id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
