import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropSpacePartitions } from '../../src/database/spaces.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { Indexer } from '../../src/retrieval/indexer.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { sparseQuery, sparseSearch } from '../../src/retrieval/sparse-search.js';
import { installedXlmRoberta } from '../embedding/graphs/installed-xlm-roberta.js';
import { FakeEmbedder, hashedWeights } from './fake-embedder.js';
import { tightBounds } from './tight-bounds.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const word = fc.integer({ min: 0, max: 11 }).map((n) => `word${n}`);
const sentence = fc.array(word, { minLength: 1, maxLength: 10 }).map((words) => words.join(' '));

const problem = fc.record({
  steps: fc.array(
    fc.record({
      sentences: fc.array(fc.record({ text: sentence, predicate: fc.constantFrom('p', 'q') }), {
        minLength: 1,
        maxLength: 20,
      }),
      retracted: fc.array(fc.nat(), { maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  query: sentence,
  limit: fc.integer({ min: 1, max: 40 }),
  predicate: fc.constantFrom('p', null),
  when: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  bounds: fc.option(tightBounds, { nil: undefined }),
});

/** Over plain objects. */
function dotProduct(a: string, b: string): number {
  const weightsOf = (text: string) => {
    const { ids, weights } = hashedWeights(text);
    return new Map([...ids].map((id, i) => [id, weights[i]!]));
  };
  const other = weightsOf(b);
  return [...weightsOf(a)].reduce((sum, [id, weight]) => sum + weight * (other.get(id) ?? 0), 0);
}

interface Said {
  readonly id: number;
  readonly text: string;
  readonly predicate: string;
  readonly assertedIn: number;
  retractedIn: number | undefined;
}

describeWithDatabase('search by lexical weights', (open) => {
  test('ranks by the dot product with all sentences, at any revision, or says that it may not', {
    timeout: 300_000,
  }, async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(problem, async ({ steps, query, limit, predicate, when, bounds }) => {
        const world = await World.create(database, { sparse: true });
        const said: Said[] = [];
        for (const { sentences, retracted } of steps) {
          const { facts, revision } = await world.assert(
            ...sentences.map(({ text, predicate }, n) => ({
              prolog: `${predicate}(${said.length + n})`,
              text,
            })),
          );
          await world.index();
          said.push(
            ...sentences.map((each, n) => ({
              ...each,
              id: facts[n]!.id,
              assertedIn: revision,
              retractedIn: undefined,
            })),
          );
          const live = said.filter(({ retractedIn }) => retractedIn === undefined);
          const gone = new Set(retracted.map((n) => live[n % live.length]!));
          if (gone.size === 0) continue;
          const last = await world.retract(...[...gone].map(({ id }) => id));
          for (const each of gone) each.retractedIn = last;
        }
        const { knowledgeBase, revision: last } = await world.now();
        const revision = Math.round(when * last);
        const expected = new Map(
          said
            .filter(({ assertedIn, retractedIn }) => assertedIn <= revision && !(retractedIn! <= revision))
            .filter((each) => predicate === null || each.predicate === predicate)
            .map(({ id, text }) => [id, dotProduct(query, text)] as const)
            .filter(([, score]) => score > 0),
        );

        const filter = predicate === null ? null : { predicate };
        const scope = { knowledgeBase: knowledgeBase.id, revision, filter };
        const weights = await sparseQuery(database, (await world.space())!, hashedWeights(query));
        const { hits, complete } = await sparseSearch(database, weights, scope, limit, bounds);

        expect(new Set(hits.map(({ fact }) => fact)).size).toBe(hits.length);
        for (const { fact, score } of hits) expect(score).toBeCloseTo(expected.get(fact)!, 5);
        if (bounds === undefined) expect(complete).toBe(true);
        if (complete) {
          const best = [...expected.values()].sort((a, b) => b - a).slice(0, limit);
          expect(hits.map(({ score }) => score.toFixed(4))).toEqual(best.map((score) => score.toFixed(4)));
        }
      }),
      { numRuns: Number(process.env.TEST_RUNS ?? 15) },
    );
  });

  test('says the dot product and the rank of each fact, alone and beside other channels', async () => {
    const world = await World.create(await open(), { sparse: true, fusionWeight: 0.5 });
    const sentences = [
      'slow checkout payments',
      'payments are slow',
      'checkout is red',
      'nothing of the kind',
    ];
    const ids = await world.say(...sentences);
    await world.index();
    const search = async (channels: readonly ('DENSE' | 'SPARSE' | 'LEXICAL')[]) =>
      world.retriever().search({ ...(await world.now()), text: 'slow checkout', options: { channels } });

    const scores = new Map(ids.map((id, i) => [id, dotProduct('slow checkout', sentences[i]!)]));
    const ranked = ids.filter((id) => scores.get(id)! > 0).sort((a, b) => scores.get(b)! - scores.get(a)!);
    const { facts, exact } = await search(['SPARSE']);
    expect(exact).toBe(true);
    expect(facts.map(({ fact }) => fact.id)).toEqual(ranked);
    for (const [i, { fact, channels }] of facts.entries()) {
      expect(channels).toEqual([
        { channel: 'SPARSE', score: expect.closeTo(scores.get(fact.id)!, 5), rank: i + 1 },
      ]);
    }

    const all = await search(['DENSE', 'SPARSE', 'LEXICAL']);
    expect(all.facts).toHaveLength(4);
    for (const { fact, channels } of all.facts) {
      const weighted = channels.find(({ channel }) => channel === 'SPARSE');
      const rank = ranked.indexOf(fact.id) + 1;
      expect(weighted?.rank).toBe(rank === 0 ? undefined : rank);
    }
  });

  test('fuses by reciprocal rank when asked to, with the ranks that it says', async () => {
    const world = await World.create(await open(), { sparse: true });
    await world.say(
      ...Array.from({ length: 30 }, (_, n) => `note ${n % 3} about word${n % 7} and part${n % 5}`),
    );
    await world.index();
    for (const reciprocalRankK of [0, 10, undefined]) {
      const { facts } = await world.retriever().search({
        ...(await world.now()),
        text: 'note about word3 and part2',
        options: {
          channels: ['DENSE', 'SPARSE', 'LEXICAL'],
          fusion: 'RECIPROCAL_RANK',
          ...(reciprocalRankK !== undefined && { reciprocalRankK }),
        },
      });
      expect(facts).toHaveLength(30);
      const k = reciprocalRankK ?? 60;
      for (const { score, channels } of facts) {
        const sum = channels.reduce((sum, { rank }) => sum + 1 / (k + rank), 0);
        expect(score).toBeCloseTo((sum * (k + 1)) / 3, 9);
      }
      const scores = facts.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }
  });

  test('compares the weights of the sentence that a fact has now', async () => {
    const world = await World.create(await open(), { sparse: true });
    await world.putRules(':- template(colour(Thing, Colour), "{Thing} is {Colour}").');
    await world.assert({ prolog: 'colour(sky, blue)' }, { prolog: 'colour(grass, green)' });
    await world.index();
    await world.putRules(':- template(colour(Thing, Colour), "{Thing} looks {Colour}").');
    await world.index();
    const found = async (text: string) => {
      const request = { ...(await world.now()), text, options: { channels: ['SPARSE' as const] } };
      const { facts } = await world.retriever().search(request);
      return facts.map(({ fact, channels }) => ({ prolog: fact.prolog, score: channels[0]!.score }));
    };
    expect(await found('is')).toEqual([]);
    expect(await found('sky looks')).toEqual(
      ['sky looks blue', 'grass looks green']
        .map((text) => ({ text, score: dotProduct('sky looks', text) }))
        .sort((a, b) => b.score - a.score)
        .map(({ text, score }) => ({
          prolog: text.startsWith('sky') ? 'colour(sky,blue)' : 'colour(grass,green)',
          score: expect.closeTo(score, 5),
        })),
    );
  });

  test('goes with its space, and has no part of it left', async () => {
    const world = await World.create(await open(), { sparse: true });
    await world.say('one two', 'two three');
    await world.index();
    const { id } = (await world.space())!;
    const count = async () => {
      const [row] = await world.database.rows<{ weights: number; lists: number }>(sql`
        select (select count(*) from sparse_weights where space = ${id}) as weights,
          (select count(*) from postings where space = ${id}) as lists`);
      return row!;
    };
    expect(await count()).toEqual({ weights: 2, lists: 3 });
    await world.database.transaction((transaction) => dropSpacePartitions(transaction, id));
    expect(await count()).toEqual({ weights: 0, lists: 0 });
  });

  test('is refused by a model without weights, and in a space where a sentence has none', async () => {
    const plain = await World.create(await open());
    const options = { channels: ['SPARSE' as const] };
    await expect(
      plain.retriever().search({ ...(await plain.now()), text: 'pay', options }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('SPARSE') });

    const world = await World.create(await open(), { sparse: true });
    await world.say('one two');
    await world.index();
    const search = async () =>
      (await world.retriever().search({ ...(await world.now()), text: 'two', options })).facts.length;
    expect(await search()).toBe(1);
    // Another server serves the same vectors without the weights.
    const { fingerprint } = world.embedder;
    const lesser = new FakeEmbedder({ fingerprint });
    await world.assert({ prolog: 'said(1)', text: 'two three' });
    await using indexer = new Indexer({
      database: world.database,
      embedder: lesser,
      log: { warn: () => {} },
    });
    indexer.start();
    await indexer.settled(await world.knowledgeBase());
    await expect(search()).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining('without its lexical weights'),
    });
  });

  test('ranks with the weights that a model of ONNX gives', { timeout: 60_000 }, async () => {
    const folder = await installedXlmRoberta({ outputs: 'heads' });
    try {
      await using embedder = await openEmbedder('tiny-xlm-r', { modelsDirectory: folder.path });
      const world = await World.create(await open());
      const sentences = ['pay the ten', 'time out', 'payment timeout', 'paying zebra', 'the payment time'];
      await world.say(...sentences);
      await using indexer = new Indexer({ database: world.database, embedder, log: { warn: () => {} } });
      indexer.start();
      await indexer.settled(await world.knowledgeBase());
      const retriever = new FactRetriever(world.database, embedder);
      const request = {
        ...(await world.now()),
        text: 'payment time out',
        options: { channels: ['SPARSE' as const] },
      };
      const { facts } = await retriever.search(request);

      const also = { also: ['sparse' as const] };
      const [query] = await embedder.embed(['payment time out'], 'query', also);
      const passages = await embedder.embed(sentences, 'passage', also);
      const product = (i: number) => {
        const { ids, weights } = passages[i]!.sparse!;
        const own = query!.sparse!;
        return [...own.ids].reduce((sum, id, n) => {
          const at = ids.indexOf(id);
          return at < 0 ? sum : sum + own.weights[n]! * weights[at]!;
        }, 0);
      };
      const expected = sentences
        .map((text, i) => ({ text, score: product(i) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score);
      expect(expected.length).toBeGreaterThan(1);
      expect(facts.map(({ fact }) => fact.sentence)).toEqual(expected.map(({ text }) => text));
      for (const [i, { channels }] of facts.entries()) {
        expect(channels[0]!.score).toBeCloseTo(expected[i]!.score, 4);
      }
    } finally {
      await folder.remove();
    }
  });
});
