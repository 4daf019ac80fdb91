import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { insertEmbeddings } from '../../src/database/embeddings.js';
import { createSpacePartitions } from '../../src/database/spaces.js';
import { neighbourOverlap } from '../../src/reembedding/verification/neighbour-overlap.js';
import { verifySpace } from '../../src/reembedding/verification/verify-space.js';
import type { EmbeddingSpace } from '../../src/retrieval/embedding-spaces.js';
import { FakeEmbedder, hashedVector, unit } from '../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { nearestOthers } from './clustered-vectors.js';

const numRuns = Math.ceil(Number(process.env.TEST_RUNS ?? 25) / 5);

describeWithDatabase('the verification of a space', (open) => {
  const sentences = Array.from({ length: 40 }, (_, n) => `sentence ${n}`);

  async function filled(): Promise<{ world: World; facts: number[]; space: EmbeddingSpace }> {
    const world = await World.create(await open());
    const facts = await world.say(...sentences);
    await world.index();
    return { world, facts, space: (await world.space())! };
  }

  /** Another space of the same knowledge base, with these vectors. */
  async function second({ world, facts, space }: Awaited<ReturnType<typeof filled>>, embedder: FakeEmbedder) {
    const [{ id } = { id: 0 }] = await world.database.rows<{ id: number }>(sql`
      insert into embedding_spaces (knowledge_base, model, dimensions, fingerprint, state)
      values (${space.knowledgeBase}, ${embedder.model}, ${embedder.dimensions}, ${embedder.fingerprint}, 'BUILDING') returning id`);
    const other = { ...space, id, dimensions: embedder.dimensions, state: 'BUILDING' as const };
    await world.database.transaction((transaction) => createSpacePartitions(transaction, other));
    const rows = facts.map((fact, n) => ({
      fact,
      sentence: sentences[n]!,
      vector: embedder.vectorOf(sentences[n]!),
    }));
    await insertEmbeddings(world.database, other, rows);
    return other;
  }

  test('passes what the model just made', async () => {
    const { world, space } = await filled();
    const verification = await verifySpace(world.database, world.embedder, space, { sample: 30 });
    expect(verification).toMatchObject({
      sampled: 30,
      coverage: 1,
      passed: true,
      faults: [],
      neighbourOverlapAt10: null,
    });
    expect(verification.minCosine).toBeGreaterThan(0.9999);
    expect(verification.minCosine).toBeLessThanOrEqual(verification.meanCosine);
  });

  test('passes an empty space, and texts without a known word', async () => {
    const zeros = new Map(sentences.map((sentence) => [sentence, new Float32Array(8)]));
    const world = await World.create(await open(), { vectors: zeros });
    await world.index();
    const empty = await verifySpace(world.database, world.embedder, (await world.space())!, { sample: 10 });
    expect(empty).toMatchObject({ sampled: 0, minCosine: 1, meanCosine: 1, coverage: 1, passed: true });
    await world.say(...sentences);
    await world.index();
    const unknown = await verifySpace(world.database, world.embedder, (await world.space())!, { sample: 10 });
    expect(unknown).toMatchObject({ sampled: 10, minCosine: 1, passed: true });
  });

  test('finds the one vector that another model made', async () => {
    const { world, facts, space } = await filled();
    const vector = hashedVector('something else', 8);
    await insertEmbeddings(world.database, space, [{ fact: facts[3]!, sentence: sentences[3]!, vector }]);
    const verification = await verifySpace(world.database, world.embedder, space, { sample: 40 });
    expect(verification).toMatchObject({ passed: false, coverage: 1 });
    expect(verification.minCosine).toBeLessThan(0.999);
    expect(verification.faults).toEqual([
      expect.stringMatching(/^1 of 40 stored vectors are not what fake gives now/),
    ]);
  });

  test('finds vectors of another length or size though they are not of the sample', async () => {
    const { world, facts, space } = await filled();
    const put = (n: number, vector: Float32Array) =>
      insertEmbeddings(world.database, space, [{ fact: facts[n]!, sentence: sentences[n]!, vector }]);
    await put(
      5,
      hashedVector(sentences[5]!, 8).map((component) => component * 1.05),
    );
    const { faults } = await verifySpace(world.database, world.embedder, space, { sample: 0 });
    expect(faults).toEqual(['1 vectors are not of unit length, or not finite.']);
    await put(6, hashedVector('short', 7));
    const again = await verifySpace(world.database, world.embedder, space, { sample: 0 });
    expect(again.faults).toContain('1 vectors have not 8 dimensions.');
  });

  test('finds sentences without a vector that do not wait for one, and counts no retracted one', async () => {
    const { world, facts, space } = await filled();
    await world.assert({ prolog: 'late(1)', text: 'a sentence that came late' });
    expect(await verifySpace(world.database, world.embedder, space, { sample: 10 })).toMatchObject({
      coverage: expect.closeTo(40 / 41, 9),
      passed: true,
    });
    await world.database.run(sql`delete from embedding_queue where space = ${space.id}`);
    const verification = await verifySpace(world.database, world.embedder, space, { sample: 10 });
    expect(verification.coverage).toBeCloseTo(40 / 41, 9);
    expect(verification.faults).toEqual(['1 of 41 sentences have no vector.']);
    await world.database.run(sql`
      insert into embedding_queue (space, fact) select ${space.id}::int, max(id) from facts`);
    await world.index();
    await world.retract(...facts.slice(0, 20));
    expect(await verifySpace(world.database, world.embedder, space, { sample: 40 })).toMatchObject({
      sampled: 21,
      coverage: 1,
      passed: true,
    });
  });

  test('forgives a model what its own answers differ by, and no more', async () => {
    const { world, space } = await filled();
    /** As a graph that quantises activations by the batch: what is asked for alone comes out otherwise. */
    const wavering = (share: number) =>
      Object.assign(new FakeEmbedder({ fingerprint: space.fingerprint }), {
        embed: async (texts: readonly string[]) =>
          texts.map((text) => {
            const [own, noise] = [hashedVector(text, 8), hashedVector(`${texts.length} ${text}`, 8)];
            const dense = unit(own.map((x, n) => x + share * noise[n]!));
            return { dense, tokens: 1, truncated: false };
          }),
      });
    const slight = await verifySpace(world.database, wavering(0.08), space, { sample: 40 });
    expect(slight.minCosine).toBeLessThan(0.999);
    expect(slight).toMatchObject({ passed: true });
    expect(await verifySpace(world.database, wavering(0.6), space, { sample: 40 })).toMatchObject({
      passed: false,
    });
  });

  test('requires the agreement that was asked for, and no other', async () => {
    const base = await filled();
    const { world, space } = base;
    const other = new FakeEmbedder({ dimensions: 4, fingerprint: `${world.name}-other` });
    const built = await second(base, other);
    const verify = (minAgreement?: number) =>
      verifySpace(world.database, other, built, { sample: 40, against: space, minAgreement });
    const { neighbourOverlapAt10: overlap, passed } = await verify();
    expect(passed).toBe(true);
    expect(overlap).toBeGreaterThan(0);
    expect(overlap).toBeLessThan(0.9);
    expect(await verify(overlap!)).toMatchObject({ passed: true });
    expect(await verify(0.95)).toMatchObject({
      passed: false,
      faults: [expect.stringMatching(/ten nearest agree .* at least 0.95/)],
    });
  });

  test('stops when nobody wants it any more', async () => {
    const { world, space } = await filled();
    const signal = AbortSignal.abort();
    await expect(
      verifySpace(world.database, world.embedder, space, { sample: 5, signal }),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('counts shared neighbours as comparing every vector by hand does', async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 5 }), fc.integer({ min: 1, max: 40 }), async (seed, count) => {
        const texts = sentences.slice(0, count);
        const vectors = (name: string, dimensions: number) =>
          new Map(sentences.map((text) => [text, hashedVector(`${name} ${seed} ${text}`, dimensions)]));
        const world = await World.create(database, { dimensions: 6, vectors: vectors('one', 6) });
        const facts = await world.say(...texts);
        await world.index();
        const base = { world, facts, space: (await world.space())! };
        const other = new FakeEmbedder({
          dimensions: 5,
          fingerprint: `${world.name}-b`,
          vectors: vectors('other', 5),
        });
        const built = await second(base, other);

        const one = texts.map((text) => world.embedder.vectorOf(text));
        const two = texts.map((text) => other.vectorOf(text));
        const shares = texts.map((_, at) => {
          const near = nearestOthers(one, at, 10);
          return near.filter((index) => nearestOthers(two, at, 10).includes(index)).length / near.length;
        });
        const expected = count === 1 ? null : shares.reduce((a, b) => a + b) / shares.length;

        const found = await neighbourOverlap(database, base.space, built, { sample: 100, seed: 1 });
        if (expected === null) expect(found).toBeNull();
        // Half-precision storage may turn two that are all but equally far.
        else expect(Math.abs(found! - expected)).toBeLessThan(0.01);
        expect(await neighbourOverlap(database, base.space, base.space, { sample: 100, seed: 1 })).toBe(
          count === 1 ? null : 1,
        );
      }),
      { numRuns },
    );
  });
});
