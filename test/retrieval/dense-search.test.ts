import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { variable } from '../../src/prolog/term.js';
import { type IndexKind, indexKinds } from '../../src/retrieval/index-kind.js';
import { cosine, unit } from './fake-embedder.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const DIMENSIONS = 8;
/** Quarters, so that they are exact in half floats too, and their cosines come out alike in SQL and JavaScript. */
const ofLengthOne = [
  [4, 0, 0, 0, 0, 0, 0, 0],
  [2, 2, 2, 2, 0, 0, 0, 0],
  [3, 2, 1, 1, 1, 0, 0, 0],
  [2, 2, 2, 1, 1, 1, 1, 0],
  [3, 1, 1, 1, 1, 1, 1, 1],
];
/** Zero: no word of the sentence is known. */
const noDirection = Array.from({ length: DIMENSIONS }, () => 0);
const vector = fc
  .record({
    sizes: fc
      .constantFrom(...ofLengthOne, noDirection)
      .chain((sizes) => fc.shuffledSubarray(sizes, { minLength: DIMENSIONS })),
    signs: fc.array(fc.constantFrom(1, -1), { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
  })
  .map(({ sizes, signs }) => Float32Array.from(sizes, (size, d) => (size * signs[d]!) / 4));

interface Problem {
  readonly facts: readonly {
    readonly vector: Float32Array;
    readonly predicate: string;
    readonly retracted: boolean;
  }[];
  readonly query: Float32Array;
  readonly limit: number;
  readonly predicate: string | null;
  readonly past: boolean;
  readonly large: boolean;
  readonly index: IndexKind | null;
}

const problem: fc.Arbitrary<Problem> = fc.record({
  facts: fc.array(fc.record({ vector, predicate: fc.constantFrom('p', 'q', 'r'), retracted: fc.boolean() }), {
    minLength: 1,
    maxLength: 130,
  }),
  query: vector,
  limit: fc.integer({ min: 1, max: 12 }),
  predicate: fc.constantFrom('p', 'q', null),
  past: fc.boolean(),
  large: fc.boolean(),
  index: fc.constantFrom(...indexKinds, null),
});

/** All facts, compared one by one. */
function bruteForce({ facts, query, limit, predicate, past }: Problem, ids: readonly number[]): number[] {
  return facts
    .map((fact, index) => ({ ...fact, id: ids[index]!, cosine: cosine(fact.vector, query) }))
    .filter((fact) => past || !fact.retracted)
    .filter((fact) => predicate === null || fact.predicate === predicate)
    .filter((fact) => !Number.isNaN(fact.cosine))
    .sort((a, b) => 1 - a.cosine - (1 - b.cosine) || a.id - b.id)
    .slice(0, limit)
    .map(({ id }) => id);
}

describeWithDatabase('dense search', (open) => {
  test('finds what comparing every vector finds, for any vectors, filter, limit and retractions', {
    timeout: 120_000,
  }, async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(problem, async (given) => {
        const vectors = new Map(given.facts.map(({ vector }, n) => [`sentence ${n}`, vector]));
        vectors.set('query', given.query);
        const world = await World.create(database, { dimensions: DIMENSIONS, vectors });
        const { facts } = await world.assert(
          ...given.facts.map(({ predicate }, n) => ({ prolog: `${predicate}(${n})`, text: `sentence ${n}` })),
        );
        const ids = facts.map(({ id }) => id);
        await world.index();
        const { revision: before } = await world.now();
        const retracted = ids.filter((_, n) => given.facts[n]!.retracted);
        if (retracted.length > 0) await world.retract(...retracted);
        // A large knowledge base is searched in another way where there is a side table of bits.
        if (given.large)
          await database.run(
            sql`update knowledge_bases set sentence_count = 10000000 where name = ${world.name}`,
          );
        if (given.index) await world.buildVectorIndex(undefined, given.index);
        const found = await world.retriever().search({
          ...(await world.now(given.past ? before : undefined)),
          text: 'query',
          options: {
            channels: ['DENSE'],
            topK: given.limit,
            filter: given.predicate === null ? null : { predicate: given.predicate },
          },
        });
        expect(found.facts.map(({ fact }) => fact.id)).toEqual(bruteForce(given, ids));
      }),
      { numRuns: 30 },
    );
  });

  test('fills its limit from a large knowledge base whose nearest facts are retracted', async () => {
    const vectors = new Map<string, Float32Array>([['query', Float32Array.from([1, 0, 0, 0, 0, 0, 0, 0])]]);
    for (let n = 0; n < 1_000; n++)
      vectors.set(`sentence ${n}`, unit(Float32Array.from([1, n, 1, 0, 0, 0, 0, 0])));
    const world = await World.create(await open(), { dimensions: DIMENSIONS, vectors });
    const ids = await world.say(...Array.from({ length: 1_000 }, (_, n) => `sentence ${n}`));
    await world.index();
    await world.retract(...ids.slice(0, 900));
    for (const sentences of [100, 10_000_000]) {
      await world.database.run(
        sql`update knowledge_bases set sentence_count = ${sentences} where name = ${world.name}`,
      );
      const similar = await world.retriever().similar({
        ...(await world.now()),
        text: 'query',
        pattern: variable('Any'),
        limit: 50,
        minSimilarity: 0,
      });
      expect(similar.facts.map(({ fact }) => fact)).toEqual(ids.slice(900, 950));
      expect(similar.cut).toBe(true);
    }
  });

  test('leaves out sentences without any word that the model knows', async () => {
    const vectors = new Map([['???', new Float32Array(DIMENSIONS)]]);
    const world = await World.create(await open(), { dimensions: DIMENSIONS, vectors });
    const [known] = await world.say('a sentence', '???');
    await world.index();
    const search = async (text: string) => {
      const options = { channels: ['DENSE'] as const };
      const { facts } = await world.retriever().search({ ...(await world.now()), text, options });
      return facts.map(({ fact }) => fact.id);
    };
    expect(await search('a sentence')).toEqual([known]);
    expect(await search('???')).toEqual([]);
  });
});
