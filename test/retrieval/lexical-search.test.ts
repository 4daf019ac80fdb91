import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lexicalQuery } from '../../src/retrieval/lexical-query.js';
import { lexicalSearch } from '../../src/retrieval/lexical-search.js';
import { tightBounds } from './tight-bounds.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

/** Letters and digits mixed are lexemes as they stand: no stemmer shortens them. None is spelt like another. */
const vocabulary = 'ab1cd xy2zw kl3mn op4qr st5uv gh6ij ef7tb wd8nk cj9lp ym0vz ru2hs iq3xg'.split(' ');
const word = fc.constantFrom(...vocabulary);
const sentence = fc.array(word, { minLength: 1, maxLength: 12 });

/** Some facts are asserted, then some of all that were are retracted; each of the two is a revision if it changes anything. */
const step = fc.record({
  sentences: fc.array(fc.record({ words: sentence, predicate: fc.constantFrom('p', 'q') }), {
    maxLength: 20,
  }),
  retracted: fc.array(fc.nat(), { maxLength: 6 }),
});
const problem = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  query: sentence,
  limit: fc.integer({ min: 1, max: 50 }),
  predicate: fc.constantFrom('p', null),
  /** The revision that is searched: this part of all, 1 the last. */
  when: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  bounds: fc.option(tightBounds, { nil: undefined }),
});

interface Said {
  readonly id: number;
  readonly words: readonly string[];
  readonly predicate: string;
  readonly assertedIn: number;
  retractedIn: number | undefined;
}

/** BM25 as its inventors write it, over live sentences; the length of a sentence is the count of its lexemes. */
function plainBm25(
  live: readonly (readonly string[])[],
  query: readonly string[],
  words: readonly string[],
): number {
  const [k1, b] = [0.9, 0.4];
  const lengthOf = (sentence: readonly string[]) => new Set(sentence).size;
  const averageLength = live.reduce((sum, each) => sum + lengthOf(each), 0) / live.length || 1;
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
  test('ranks as a plain BM25 over all sentences does, at any revision, or says that it may not', {
    timeout: 240_000,
  }, async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(problem, async ({ steps, query, limit, predicate, when, bounds }) => {
        const world = await World.create(database);
        const said: Said[] = [];
        for (const { sentences, retracted } of steps) {
          if (sentences.length > 0) {
            const { facts, revision } = await world.assert(
              ...sentences.map(({ words, predicate }, n) => ({
                prolog: `${predicate}(${said.length + n})`,
                text: words.join(' '),
              })),
            );
            said.push(
              ...sentences.map((each, n) => ({
                ...each,
                id: facts[n]!.id,
                assertedIn: revision,
                retractedIn: undefined,
              })),
            );
          }
          const live = said.filter(({ retractedIn }) => retractedIn === undefined);
          const gone = new Set(live.length > 0 ? retracted.map((n) => live[n % live.length]!) : []);
          if (gone.size === 0) continue;
          const revision = await world.retract(...[...gone].map(({ id }) => id));
          for (const each of gone) each.retractedIn = revision;
        }
        const { knowledgeBase, revision: last } = await world.now();
        const revision = Math.round(when * last);

        const present = said.filter(({ retractedIn }) => retractedIn === undefined).map(({ words }) => words);
        const inScope = said
          .filter(({ assertedIn, retractedIn }) => assertedIn <= revision && !(retractedIn! <= revision))
          .filter((each) => predicate === null || each.predicate === predicate);
        const expected = new Map(
          inScope
            .map(({ id, words }) => [id, plainBm25(present, query, words)] as const)
            .filter(([, score]) => score > 0),
        );

        const terms = await lexicalQuery(database, knowledgeBase.id, query.join(' '));
        const filter = predicate === null ? null : { predicate };
        const scope = { knowledgeBase: knowledgeBase.id, revision, filter };
        const { hits, complete } = await lexicalSearch(database, terms, scope, limit, bounds);

        expect(new Set(hits.map(({ fact }) => fact)).size).toBe(hits.length);
        for (const { fact, score } of hits) expect(score).toBeCloseTo(expected.get(fact)!, 9);
        if (bounds === undefined) expect(complete).toBe(true);
        if (complete) {
          const best = [...expected.values()].sort((a, b) => b - a).slice(0, limit);
          expect(hits.map(({ score }) => score.toFixed(5))).toEqual(best.map((score) => score.toFixed(5)));
        }
        if (revision === last) {
          for (const { score } of hits) expect(score).toBeLessThanOrEqual(terms.bestBm25 + 1e-9);
        }
      }),
      { numRuns: Number(process.env.TEST_RUNS ?? 30) },
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

  test('finds the live sentences behind any number of retracted ones that would be better', async () => {
    const world = await World.create(await open());
    const texts = Array.from({ length: 130 }, (_, n) =>
      n < 120 ? 'flood flood flood' : `flood behind word${n}`,
    );
    const ids = await world.say(...texts);
    await world.retract(...ids.slice(0, 120));
    const { knowledgeBase, revision } = await world.now();
    const query = await lexicalQuery(world.database, knowledgeBase.id, 'flood');
    const found = async (at: number) => {
      const scope = { knowledgeBase: knowledgeBase.id, revision: at, filter: null };
      const { hits, complete } = await lexicalSearch(world.database, query, scope, 3);
      expect(complete).toBe(true);
      return hits.map(({ fact }) => fact);
    };
    expect(await found(revision)).toEqual(ids.slice(120, 123));
    expect(await found(revision - 1)).toEqual(ids.slice(0, 3));
  });

  test('bounds its work for words that are everywhere, and says that it may have missed something', {
    timeout: 60_000,
  }, async () => {
    const world = await World.create(await open());
    const sentences = Array.from(
      { length: 3_000 },
      (_, n) => `common${n % 3 ? ' usual' : ''} word${n} number${n % 7}`,
    );
    await world.assert(...sentences.map((text, n) => ({ prolog: `said(${n})`, text })));
    const { knowledgeBase, revision } = await world.now();
    const scope = { knowledgeBase: knowledgeBase.id, revision, filter: null };
    const bounds = { few: 100, many: 1_000, selective: 0, rescored: { each: 3, least: 50 } };
    const search = async (text: string) => {
      const query = await lexicalQuery(world.database, knowledgeBase.id, text);
      return lexicalSearch(world.database, query, scope, 10, bounds);
    };

    const common = await search('common usual');
    expect(common.hits).toHaveLength(10);
    expect(common.complete).toBe(false);
    const rare = await search('common word2321');
    expect(rare.hits).toHaveLength(10);
    expect(rare.hits[0]!.score).toBeGreaterThan(rare.hits[1]!.score * 5);
  });
});
