import { expect, test, vi } from 'vitest';
import { cosine } from '../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { NamedEmbedder, Server } from './reembedding-server.js';
import { wrongVectors } from './wrong-vectors.js';

vi.setConfig({ testTimeout: 180_000 });

const sentences = (count: number, word = 'sentence') =>
  Array.from({ length: count }, (_, n) => `${word} ${n} ${'of some length '.repeat(n % 7)}`);

describeWithDatabase('a re-embedding', (open) => {
  test('fills a space by another model, verifies it, and makes queries change to it', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next] });
    const facts = await world.say(...sentences(700));
    await server.indexer.settled(await world.knowledgeBase());
    const before = await server.search('sentence 7');
    const job = await server.reembed({ model: 'next' });
    expect(job).toMatchObject({ state: 'QUEUED', kind: 'REEMBEDDING', total: 700, done: 0 });
    const ended = await server.ended(job);
    expect(ended).toMatchObject({
      state: 'SUCCEEDED',
      done: 700,
      total: 700,
      failed: 0,
      error: null,
      verification: { passed: true, sampled: 100, coverage: 1, faults: [] },
    });
    const [active, old] = await server.spaces();
    expect(active).toMatchObject({ id: job.space, model: 'next', state: 'ACTIVE', coverage: 1, pending: 0 });
    expect(old).toMatchObject({ id: before.space, state: 'RETIRED', coverage: 1 });
    const after = await server.search(sentences(8)[7]!);
    expect(after.space).toBe(job.space);
    expect(after.facts[0]!.fact.id).toBe(facts[7]);
    expect(await wrongVectors(world.database, job.space!, next.vectorsOf)).toEqual([]);
  });

  test('embeds each different sentence once', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next] });
    const some = sentences(40);
    await world.say(...Array.from({ length: 1_500 }, (_, n) => some[(n * n) % 40]!));
    const job = await server.ended(await server.reembed({ model: 'next', activate: 'MANUAL' }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', done: 1_500 });
    const asked = next.asked.slice(0, next.asked.length - job.verification!.sampled);
    const different = new Set(some.filter((_, n) => [0, 1, 4, 9, 16, 20, 24, 25, 36].includes(n)));
    expect(new Set(asked)).toEqual(different);
    expect(asked).toHaveLength(different.size);
    expect(await wrongVectors(world.database, job.space!, next.vectorsOf)).toEqual([]);
  });

  test('brings what is written, edited and retracted meanwhile to both spaces', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next], batchMs: 100 });
    await world.putRules(':- template(colour(Thing, Colour), "{Thing} is {Colour}").');
    const facts = await world.say(...sentences(300));
    await world.assert(...Array.from({ length: 60 }, (_, n) => ({ prolog: `colour(thing${n}, red)` })));
    await server.indexer.settled(await world.knowledgeBase());
    next.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 15));
    const job = await server.reembed({ model: 'next' });
    const written: string[] = [];
    let isRunning = true;
    const ended = server.ended(job).finally(() => {
      isRunning = false;
    });
    for (let n = 0; isRunning; n++) {
      const text = `written meanwhile ${n}`;
      await world.assert({ prolog: `later(${n})`, text });
      written.push(text);
      server.reembedding.wake();
      server.indexer.wake();
      if (n === 3) await world.retract(...facts.slice(0, 20));
      if (n === 5) {
        await world.putRules(':- template(colour(Thing, Colour), "the colour of {Thing} is {Colour}").');
      }
    }
    expect(await ended).toMatchObject({ state: 'SUCCEEDED', verification: { coverage: 1 } });
    expect(written.length).toBeGreaterThan(6);
    const [active, old] = await server.spaces();
    expect(active).toMatchObject({ id: job.space });
    await vi.waitFor(async () => {
      expect((await server.spaces()).map(({ pending }) => pending)).toEqual([0, 0]);
    });
    expect(await wrongVectors(world.database, active!.id, next.vectorsOf)).toEqual([]);
    expect(await wrongVectors(world.database, old!.id, world.embedder.vectorsOf)).toEqual([]);
    expect((await server.search('written meanwhile 1', 1)).facts[0]!.fact.sentence).toBe(
      'written meanwhile 1',
    );
    await server.reembedding.activate(old!.id);
    const back = await server.search(written.at(-1)!, 1);
    expect(back).toMatchObject({ space: old!.id, facts: [{ fact: { sentence: written.at(-1) } }] });
  });

  test('answers every query meanwhile, each from vectors of one space', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next], batchMs: 100 });
    const all = sentences(300);
    await world.say(...all);
    await server.indexer.settled(await world.knowledgeBase());
    next.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 5));
    const [before] = await server.spaces();
    const job = await server.reembed({ model: 'next' });
    const models = new Map<number | null, NamedEmbedder | World['embedder']>([
      [before!.id, world.embedder],
      [job.space, next],
    ]);
    const seen = new Set<number | null>();
    let isRunning = true;
    const ended = server.ended(job).finally(() => {
      isRunning = false;
    });
    const ask = async (n: number) => {
      const text = `question ${n}`;
      const found = await server.search(text, 5);
      seen.add(found.space);
      const model = models.get(found.space)!;
      const vectorOf = (words: string) => model.vectorOf(words);
      const cosines = all.map((sentence) => ({
        sentence,
        cosine: cosine(vectorOf(text), vectorOf(sentence)),
      }));
      cosines.sort((a, b) => b.cosine - a.cosine);
      // Half floats may turn two that are as near as each other.
      for (const [rank, { fact, similarity }] of found.facts.entries()) {
        const own = cosine(vectorOf(text), vectorOf(fact.sentence!));
        expect(similarity).toBeCloseTo((1 + own) / 2, 2);
        expect(own).toBeGreaterThan(cosines[rank]!.cosine - 0.005);
      }
      expect(found.facts).toHaveLength(5);
    };
    for (let n = 0; isRunning; n++) await Promise.all([ask(3 * n), ask(3 * n + 1), ask(3 * n + 2)]);
    for (let n = 0; n < 5; n++) await ask(n);
    expect(await ended).toMatchObject({ state: 'SUCCEEDED' });
    expect(seen).toEqual(new Set([before!.id, job.space]));
  });

  test('embeds no more than it may in a second', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next] });
    await world.say(...sentences(60));
    await server.indexer.settled(await world.knowledgeBase());
    const began = performance.now();
    const ended = await server.ended(await server.reembed({ model: 'next', ratePerSecond: 30 }));
    expect(ended).toMatchObject({ state: 'SUCCEEDED', done: 60 });
    // The first thirty may go at once.
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  test('with MANUAL ends with a space that is ready, and kept so', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next] });
    await world.say(...sentences(30));
    await server.indexer.settled(await world.knowledgeBase());
    const job = await server.ended(await server.reembed({ model: 'next', activate: 'MANUAL' }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', verification: { passed: true } });
    const [before] = await server.spaces();
    expect(before!.id).not.toBe(job.space);
    expect(await server.reembedding.space(job.space!)).toMatchObject({ state: 'READY', coverage: 1 });
    await world.assert({ prolog: 'later(1)', text: 'a sentence of later' });
    await server.reembedding.activate(job.space!);
    expect(await wrongVectors(world.database, job.space!, next.vectorsOf)).toEqual([]);
    const found = await server.search('a sentence of later', 1);
    expect(found).toMatchObject({ space: job.space, facts: [{ fact: { sentence: 'a sentence of later' } }] });
  });

  test('is refused beside another one, for the same vectors, and for a model that there is not', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next, new NamedEmbedder('third', 8)] });
    await world.say(...sentences(30));
    await server.indexer.settled(await world.knowledgeBase());
    next.beforeBulk = () => new Promise((resolve) => setTimeout(resolve, 300));
    const both = await Promise.allSettled([
      server.reembed({ model: 'next' }),
      server.reembed({ model: 'third' }),
    ]);
    const refused = both.filter((each) => each.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'REEMBEDDING_RUNNING' } }]);
    const [job] = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect((refused[0]!.reason as { details: object }).details).toEqual({ job: job!.id });
    expect(await server.ended(job!)).toMatchObject({ state: 'SUCCEEDED' });
    const made = (await server.spaces()).length;
    await expect(server.reembed({ model: (await server.spaces())[0]!.model })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { space: job!.space, state: 'ACTIVE' },
    });
    await expect(server.reembed({ model: 'no-such-model' })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    await expect(server.reembed({ model: 'next', minAgreement: 2 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(server.reembed({ model: 'next', ratePerSecond: 0 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect(await server.spaces()).toHaveLength(made);
  });

  test('of an empty knowledge base makes an empty space the active one', async () => {
    const world = await World.create(await open());
    const next = new NamedEmbedder('next', 16);
    await using server = new Server(world, { models: [next] });
    const job = await server.ended(await server.reembed({ model: 'next' }));
    expect(job).toMatchObject({ state: 'SUCCEEDED', done: 0, total: 0 });
    await world.say('the first sentence');
    await server.indexer.settled(await world.knowledgeBase());
    expect(await server.search('the first sentence')).toMatchObject({ space: job.space, facts: [{}] });
  });
});
