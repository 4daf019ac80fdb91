import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { FakeEmbedder } from './fake-embedder.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const east = Float32Array.from([1, 0, 0, 0]);
const north = Float32Array.from([0, 1, 0, 0]);

describeWithDatabase('a server that searched the space before', (open) => {
  test('compares in the one that has become active, never the vectors of one with those of the other', async () => {
    const database = await open();
    // What one model takes for alike is unlike to the other.
    const model = (name: string, near: string, far: string) =>
      new FakeEmbedder({
        dimensions: 4,
        fingerprint: `${name} of switched-space`,
        vectors: new Map([
          ['query', east],
          [near, east],
          [far, north],
        ]),
      });
    const models = [model('old', 'a', 'b'), model('new', 'b', 'a')];
    const world = await World.create(database, models[0]);
    const [a, b] = await world.say('a', 'b');
    await world.index();
    const retriever = new FactRetriever(database, {
      own: models[0]!,
      of: async (space) => models.find(({ fingerprint }) => fingerprint === space.fingerprint)!,
    });
    const search = async () => {
      const options = { channels: ['DENSE'] as const };
      const { facts, space } = await retriever.search({ ...(await world.now()), text: 'query', options });
      return {
        ids: facts.map(({ fact }) => fact.id),
        similarities: facts.map((each) => each.similarity),
        space,
      };
    };
    const first = await search();
    expect(first).toMatchObject({ ids: [a, b], similarities: [1, 0.5] });

    await database.run(sql`update embedding_spaces set state = 'RETIRED' where id = ${first.space}`);
    const other = World.in(world, models[1]!);
    await other.index();
    const searching = Array.from({ length: 5 }, search);
    for (const outcome of await Promise.all(searching)) {
      expect(outcome).toMatchObject({ ids: [b, a], similarities: [1, 0.5] });
      expect(outcome.space).not.toBe(first.space);
    }
  });
});
