import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { NamedEmbedder, Server } from './reembedding-server.js';

vi.setConfig({ testTimeout: 180_000 });

const sentences = (count: number, word = 'sentence') =>
  Array.from({ length: count }, (_, n) => `${word} ${n} ${'of some length '.repeat(n % 7)}`);

/** Facts of the space's own vectors that are not of their sentence by this model; none when all is well. */
async function wrongVectors(world: World, space: number, model: NamedEmbedder): Promise<number[]> {
  const rows = await world.database.rows<{ fact: number; sentence: string; vector: string }>(sql`
    select e.fact, f.sentence, e.embedding::text as vector from embeddings e join facts f on f.id = e.fact
    where e.space = ${space}`);
  return rows
    .filter(({ sentence, vector }) => {
      const stored: number[] = JSON.parse(vector);
      const fresh = model.vectorOf(sentence);
      return stored.length !== fresh.length || stored.some((x, i) => Math.abs(x - fresh[i]!) > 2e-3);
    })
    .map(({ fact }) => fact);
}

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
    expect(await wrongVectors(world, job.space!, next)).toEqual([]);
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
    expect(await wrongVectors(world, job.space!, next)).toEqual([]);
  });
});
