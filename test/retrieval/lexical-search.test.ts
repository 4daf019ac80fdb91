import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lexicalQuery, lexicalSearch } from '../../src/retrieval/lexical-search.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

/** Letters and digits mixed are lexemes as they stand: no stemmer shortens them. */
const word = fc.integer({ min: 0, max: 11 }).map((n) => `w${n}x`);
const sentence = fc.array(word, { minLength: 1, maxLength: 12 });

const problem = fc.record({
  sentences: fc.array(
    fc.record({ words: sentence, predicate: fc.constantFrom('p', 'q'), retracted: fc.boolean() }),
    { minLength: 1, maxLength: 40 },
  ),
  query: sentence,
  limit: fc.integer({ min: 1, max: 50 }),
  predicate: fc.constantFrom('p', null),
});

/** BM25 as its inventors write it, over live sentences; the length of a sentence is the count of its lexemes. */
function plainBm25(
  live: readonly (readonly string[])[],
  query: readonly string[],
  words: readonly string[],
): number {
  const [k1, b] = [0.9, 0.4];
  const lengthOf = (sentence: readonly string[]) => new Set(sentence).size;
  const averageLength = live.reduce((sum, each) => sum + lengthOf(each), 0) / live.length;
  let score = 0;
  for (const term of new Set(query)) {
    const documents = live.filter((each) => each.includes(term)).length;
    const idf = Math.log(1 + (live.length - documents + 0.5) / (documents + 0.5));
    const frequency = words.filter((each) => each === term).length;
    score +=
      (idf * frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * lengthOf(words)) / averageLength));
  }
  return score;
}

describeWithDatabase('lexical search', (open) => {
  test('ranks as a plain BM25 over the live sentences does', { timeout: 120_000 }, async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(problem, async ({ sentences, query, limit, predicate }) => {
        const world = await World.create(database);
        const { facts } = await world.assert(
          ...sentences.map(({ words, predicate }, n) => ({
            prolog: `${predicate}(${n})`,
            text: words.join(' '),
          })),
        );
        const retracted = facts.filter((_, n) => sentences[n]!.retracted).map(({ id }) => id);
        if (retracted.length > 0) await world.retract(...retracted);
        const { knowledgeBase, revision } = await world.now();

        const live = sentences
          .map((each, n) => ({ ...each, id: facts[n]!.id }))
          .filter((each) => !each.retracted);
        const expected = new Map(
          live
            .filter((each) => predicate === null || each.predicate === predicate)
            .map(
              ({ id, words }) =>
                [
                  id,
                  plainBm25(
                    live.map((each) => each.words),
                    query,
                    words,
                  ),
                ] as const,
            )
            .filter(([, score]) => score > 0),
        );

        const terms = await lexicalQuery(database, knowledgeBase.id, query.join(' '));
        const filter = predicate === null ? null : { predicate };
        const scope = { knowledgeBase: knowledgeBase.id, revision, filter };
        const { hits, complete } = await lexicalSearch(database, terms, scope, limit);

        expect(complete).toBe(true);
        const best = [...expected.values()].sort((a, b) => b - a).slice(0, limit);
        expect(hits.map(({ bm25 }) => bm25.toFixed(9))).toEqual(best.map((score) => score.toFixed(9)));
        for (const { fact, bm25 } of hits) expect(bm25).toBeCloseTo(expected.get(fact)!, 9);
        for (const { bm25 } of hits) expect(bm25).toBeLessThanOrEqual(terms.bestBm25);
      }),
      { numRuns: 30 },
    );
  });

  test('takes every character of a text for a word or a gap, never for query syntax', async () => {
    const world = await World.create(await open());
    await world.say(
      "the pilot's c:\\temp folder & the !important 'quoted' words | more:*",
      'nothing of the kind',
    );
    const { knowledgeBase, revision } = await world.now();
    const scope = { knowledgeBase: knowledgeBase.id, revision, filter: null };
    for (const text of ["pilot's", 'c:\\temp', "'quoted' & !important", 'more:* | words', '<-> ( ) :']) {
      const query = await lexicalQuery(world.database, knowledgeBase.id, text);
      const { hits } = await lexicalSearch(world.database, query, scope, 10);
      expect(hits.length).toBe(query.terms.length > 0 ? 1 : 0);
    }
  });

  test('bounds its work for a word that is everywhere, and says that it may have missed something', async () => {
    const world = await World.create(await open());
    const sentences = Array.from({ length: 5_000 }, (_, n) => `common word${n} number${n % 7}`);
    await world.assert(...sentences.map((text, n) => ({ prolog: `said(${n})`, text })));
    const { knowledgeBase, revision } = await world.now();
    const scope = { knowledgeBase: knowledgeBase.id, revision, filter: null };
    const search = async (text: string) =>
      lexicalSearch(world.database, await lexicalQuery(world.database, knowledgeBase.id, text), scope, 10);

    const common = await search('common');
    expect(common.hits).toHaveLength(10);
    expect(common.complete).toBe(false);
    const rare = await search('common word4321');
    expect(rare.hits).toHaveLength(10);
    expect(rare.hits[0]!.bm25).toBeGreaterThan(rare.hits[1]!.bm25 * 5);
  });
});
