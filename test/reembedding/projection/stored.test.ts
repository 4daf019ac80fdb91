import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import {
  learnProjection,
  openProjected,
  openProjection,
} from '../../../src/reembedding/projection/stored-projection.js';
import { sampledFacts, storedVectors } from '../../../src/reembedding/stored-vectors.js';
import type { EmbeddingSpace } from '../../../src/retrieval/embedding-spaces.js';
import { FakeEmbedder } from '../../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../../retrieval/with-database.js';
import { World } from '../../retrieval/world.js';
import { clusteredVectors, dot } from '../clustered-vectors.js';

const signal = new AbortController().signal;

describeWithDatabase('a projection of stored vectors', (open) => {
  /** Sentences 0 to 399 in clusters, with their vectors stored. */
  async function filledWorld(): Promise<{
    world: World;
    space: EmbeddingSpace;
    facts: number[];
    given: Float32Array[];
  }> {
    const given = clusteredVectors({ count: 400, dimensions: 24, clusters: 20, spread: 0.4 });
    const vectors = new Map(given.map((vector, n) => [`sentence ${n}`, vector]));
    const world = await World.create(await open(), { dimensions: 24, vectors });
    const facts = await world.say(...vectors.keys());
    await world.index();
    return { world, space: (await world.space())!, facts, given };
  }

  test.each(['PCA', 'WHITENING'] as const)(
    'by %s is learned once, and gives stored and new vectors the same places on every server',
    async (method) => {
      const { world, space, facts } = await filledWorld();
      const { database, embedder } = world;
      const id = await learnProjection(database, space, { method, dimensions: 8 }, signal);
      const projected = await openProjected(database, embedder, id);
      expect(projected).toMatchObject({ dimensions: 8, model: 'fake' });

      const stored = await storedVectors(database, space.id, facts.slice(0, 50));
      const fromStored = await projected.project(facts.slice(0, 50).map((fact) => stored.get(fact)!));
      const fresh = await projected.embed(
        Array.from({ length: 50 }, (_, n) => `sentence ${n}`),
        'passage',
      );
      // Half-precision storage costs a little.
      for (const [n, vector] of fromStored.entries())
        expect(dot(vector, fresh[n]!.dense)).toBeGreaterThan(0.9995);

      const elsewhere = await openProjected(
        database,
        new FakeEmbedder({ dimensions: 24, fingerprint: embedder.fingerprint, vectors: embedder.vectors }),
        id,
      );
      expect(elsewhere.fingerprint).toBe(projected.fingerprint);
      expect((await elsewhere.embed(['sentence 7'], 'query'))[0]!.dense).toEqual(fresh[7]!.dense);
    },
  );

  test('makes a space of its own: neither the model nor another projection has its fingerprint', async () => {
    const { world, space } = await filledWorld();
    const { database, embedder } = world;
    const fingerprintOf = async (dimensions: number, base = embedder) => {
      const id = await learnProjection(database, space, { method: 'PCA', dimensions }, signal);
      return (await openProjected(database, base, id)).fingerprint;
    };
    const other = new FakeEmbedder({ dimensions: 24, fingerprint: 'another model' });
    const fingerprints = [await fingerprintOf(8), await fingerprintOf(7), await fingerprintOf(8, other)];
    expect(new Set([embedder.fingerprint, ...fingerprints]).size).toBe(4);
    // Learned again from the same vectors it is the same.
    expect(await fingerprintOf(8)).toBe(fingerprints[0]);
  });

  test('is refused where it cannot be right, and leaves nothing behind', async () => {
    const { world, space } = await filledWorld();
    const { database } = world;
    const learning = (request: Parameters<typeof learnProjection>[2], of = space) =>
      learnProjection(database, of, request, signal);
    const refused = (why: RegExp) => ({ code: 'BAD_INPUT', message: expect.stringMatching(why) });

    await expect(learning({ method: 'PCA', dimensions: 25 })).rejects.toMatchObject(refused(/from 1 to 24/));
    await expect(learning({ method: 'PCA', dimensions: 0 })).rejects.toMatchObject(refused(/from 1 to 24/));
    await expect(learning({ method: 'GRAPH' })).rejects.toMatchObject(refused(/needs the graph/));
    await expect(learning({ method: 'PCA', dimensions: 2, graph: new Uint8Array(3) })).rejects.toMatchObject(
      refused(/takes no graph/),
    );
    await expect(
      learning({ method: 'PCA', dimensions: 4 }, { ...space, projection: 1 }),
    ).rejects.toMatchObject(refused(/projected already/));
    const bare = await World.create(database);
    await bare.index();
    await expect(learning({ method: 'PCA' }, await bare.space())).rejects.toMatchObject(
      refused(/no vectors/),
    );
    const aborted = AbortSignal.abort();
    await expect(learnProjection(database, space, { method: 'PCA' }, aborted)).rejects.toMatchObject({
      code: 'CANCELLED',
    });

    const rows = await database.rows(
      sql`select from projections where knowledge_base = ${space.knowledgeBase}`,
    );
    expect(rows).toHaveLength(0);
  });

  test('that was damaged, or is no more, is not used', async () => {
    const { world, space } = await filledWorld();
    const { database } = world;
    const id = await learnProjection(database, space, { method: 'PCA', dimensions: 4 }, signal);
    await database.run(sql`
      update projections set data = set_byte(data, length(data) - 2, (get_byte(data, length(data) - 2) + 1) % 256) where id = ${id}`);
    await expect(openProjection(database, id)).rejects.toMatchObject({
      message: expect.stringMatching(/damaged/),
    });
    await expect(openProjection(database, 1_000_000)).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
    });
  });

  test('is learned from live sentences alone, the same ones each time', async () => {
    const { world, space, facts } = await filledWorld();
    await world.retract(...facts.slice(0, 100));
    const draw = (seed: number, count = 60) => sampledFacts(world.database, space, { count, seed });
    const drawn = await draw(1);
    expect(drawn).toHaveLength(60);
    expect(new Set(drawn).size).toBe(60);
    expect(drawn.every((fact) => facts.indexOf(fact) >= 100)).toBe(true);
    expect(await draw(1)).toEqual(drawn);
    expect(await draw(2)).not.toEqual(drawn);
    expect((await draw(1, 1_000)).sort((a, b) => a - b)).toEqual(facts.slice(100));
  });
});
