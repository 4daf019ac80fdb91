import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSpacePartitions } from '../../src/database/spaces.js';
import { importVectors } from '../../src/reembedding/vectors/import-vectors.js';
import { readVectors } from '../../src/reembedding/vectors/read-vectors.js';
import { textHash } from '../../src/reembedding/vectors/text-hash.js';
import type { EmbeddingSpace } from '../../src/retrieval/embedding-spaces.js';
import { hashedVector } from '../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { dot } from './clustered-vectors.js';

const numRuns = Math.ceil(Number(process.env.TEST_RUNS ?? 25) / 5);

describeWithDatabase('vectors that come from elsewhere', (open) => {
  const sentences = Array.from({ length: 20 }, (_, n) => `sentence ${n}`);

  /** A knowledge base whose sentences all wait for a BUILDING space's vectors. */
  async function building(
    texts = sentences,
    dimensions = 6,
  ): Promise<{ world: World; facts: number[]; space: EmbeddingSpace }> {
    const world = await World.create(await open());
    const facts = await world.say(...texts);
    await world.index();
    const active = (await world.space())!;
    const { database } = world;
    const [{ id } = { id: 0 }] = await database.rows<{ id: number }>(sql`
      insert into embedding_spaces (knowledge_base, model, dimensions, fingerprint, state)
      values (${active.knowledgeBase}, 'elsewhere', ${dimensions}, ${`${world.name} elsewhere`}, 'BUILDING') returning id`);
    const space = { ...active, id, dimensions, state: 'BUILDING' as const };
    await database.transaction((transaction) => createSpacePartitions(transaction, space));
    await database.run(sql`
      insert into embedding_queue (space, fact)
      select ${id}::int, f.id from facts f where f.knowledge_base = ${active.knowledgeBase} and f.sentence is not null`);
    return { world, facts, space };
  }

  const given = (fact: number | undefined, sentence: string, vector = hashedVector(sentence, 6)) => ({
    fact,
    textHash: textHash(sentence),
    vector,
  });

  async function queued({ database }: World, space: EmbeddingSpace): Promise<number[]> {
    const rows = await database.rows<{ fact: number }>(sql`
      select fact from embedding_queue where space = ${space.id} order by fact`);
    return rows.map(({ fact }) => fact);
  }

  test('are stored as they are, and their sentences wait no longer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== ''),
          { minLength: 1, maxLength: 20 },
        ),
        fc.integer({ min: 1, max: 12 }),
        async (texts, first) => {
          const { world, facts, space } = await building(texts);
          const outcome = await importVectors(
            world.database,
            space,
            facts.map((fact, n) => given(fact, texts[n]!)),
          );
          expect(outcome).toEqual({ imported: texts.length, unknown: [], stale: [] });
          expect(await queued(world, space)).toEqual([]);

          const back = [];
          for (let after = 0, more = true; more; ) {
            const page = await readVectors(world.database, space, { first, after });
            back.push(...page.vectors);
            more = page.hasMore;
            after = page.vectors.at(-1)?.fact ?? after;
          }
          expect(back.map(({ fact }) => fact)).toEqual([...facts].sort((a, b) => a - b));
          for (const { fact, sentence, vector } of back) {
            expect(sentence).toBe(texts[facts.indexOf(fact)]);
            expect(dot(vector!, hashedVector(sentence, 6))).toBeCloseTo(1, 3);
          }
        },
      ),
      { numRuns },
    );
  });

  test('of a sentence that is another one now, or of a fact that is gone, are told and left out', async () => {
    const { world, facts, space } = await building();
    await world.retract(facts[2]!);
    await world.assert({ prolog: 'said(3)', text: 'now it says this' });
    const outcome = await importVectors(world.database, space, [
      given(facts[0], 'sentence 0'),
      given(facts[1], 'a sentence of yesterday'),
      given(facts[2], 'sentence 2'),
      given(facts[3], 'sentence 3'),
      given(undefined, 'of another knowledge base'),
      given(1_000_000_000, 'of nobody'),
    ]);
    expect(outcome).toEqual({ imported: 1, unknown: [2, 3, 4, 5], stale: [1] });
    const waiting = await queued(world, space);
    expect(waiting).not.toContain(facts[0]);
    expect(waiting).toContain(facts[1]);
  });

  test.each([
    ['too short', Float32Array.of(0.6, 0.8), /2 dimensions, those of the space have 6/],
    ['not finite', Float32Array.of(1, 0, 0, Number.NaN, 0, 0), /number 4 of the vector is not finite/],
    ['infinite', Float32Array.of(Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0), /not finite/],
    ['not of unit length', Float32Array.of(0.5, 0, 0, 0, 0, 0), /length 0.5, not 1/],
  ])('that are %s are refused, and those beside them are not stored', async (_, vector, why) => {
    const { world, facts, space } = await building();
    const before = await queued(world, space);
    const batch = [given(facts[0], 'sentence 0'), given(facts[1], 'sentence 1', vector)];
    await expect(importVectors(world.database, space, batch)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(why),
      details: { index: 1 },
    });
    expect(await queued(world, space)).toEqual(before);
    expect((await readVectors(world.database, space, { first: 10 })).vectors).toEqual([]);
  });

  test('go into a space that is being built, and into no other', async () => {
    const { world, facts, space } = await building();
    const active = (await world.space())!;
    const batch = [given(facts[0], 'sentence 0', hashedVector('sentence 0', 8))];
    await expect(importVectors(world.database, active, batch)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/BUILDING; this one is ACTIVE/),
    });
    await expect(importVectors(world.database, space, [])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const many = Array.from({ length: 1_001 }, () => given(facts[0], 'sentence 0'));
    await expect(importVectors(world.database, space, many)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('may be zero, and may be given twice', async () => {
    const { world, facts, space } = await building();
    const zero = [given(facts[0], 'sentence 0', new Float32Array(6))];
    expect(await importVectors(world.database, space, zero)).toMatchObject({ imported: 1 });
    expect(
      await importVectors(world.database, space, [...zero, given(facts[0], 'sentence 0')]),
    ).toMatchObject({
      imported: 1,
    });
    const { vectors } = await readVectors(world.database, space, { first: 10 });
    expect(dot(vectors[0]!.vector!, hashedVector('sentence 0', 6))).toBeCloseTo(1, 3);
  });

  test('are asked for by the sentences that lack one', async () => {
    const { world, facts, space } = await building();
    await importVectors(world.database, space, [given(facts[4], 'sentence 4')]);
    const { vectors, hasMore } = await readVectors(world.database, space, { first: 100, missing: true });
    expect(hasMore).toBe(false);
    expect(vectors.map(({ sentence }) => sentence).sort()).toEqual(
      sentences.filter((_, n) => n !== 4).sort(),
    );
    expect(vectors.every(({ vector }) => vector === null)).toBe(true);
  });
});
