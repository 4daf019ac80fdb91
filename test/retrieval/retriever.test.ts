import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { readTerm } from '../../src/prolog/reader.js';
import { integer, type Term } from '../../src/prolog/term.js';
import type { RetrievalOptions } from '../../src/retrieval/retrieval.js';
import { FakeEmbedder } from './fake-embedder.js';
import { describeWithDatabase } from './with-database.js';
import { anyFact, World } from './world.js';

/** Vectors in a plane, by their angle in degrees to the query's. */
const at = (degrees: number) =>
  Float32Array.from([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);

const sentences = {
  'checkout times out': 10,
  'the gateway is slow': 25,
  'payments time out at the gateway': 40,
  'the cat sleeps': 120,
} as const;

async function incidents(open: () => Promise<Database>): Promise<World> {
  const vectors = new Map(Object.entries(sentences).map(([text, degrees]) => [text, at(degrees)]));
  vectors.set('time out', at(0));
  const world = await World.create(await open(), { dimensions: 2, vectors });
  await world.assert(
    { prolog: 'incident(1)', text: 'checkout times out' },
    { prolog: 'incident(2)', text: 'the gateway is slow' },
    { prolog: 'summary(3, "payments")', text: 'payments time out at the gateway' },
    { prolog: 'summary(4, "cats")', text: 'the cat sleeps' },
    { prolog: 'owned_by(checkout, payments)' },
  );
  await world.index();
  return world;
}

const search = async (world: World, text: string, options?: RetrievalOptions, revision?: number) =>
  world.retriever().search({ ...(await world.now(revision)), text, ...(options ? { options } : {}) });

const found = async (world: World, text: string, options?: RetrievalOptions, revision?: number) =>
  (await search(world, text, options, revision)).facts.map(({ fact }) => fact.prolog);

const similar = async (world: World, text: string, pattern: Term, limit = 10, minSimilarity = 0) =>
  world.retriever().similar({ ...(await world.now()), text, pattern, limit, minSimilarity });

const prologOf = async (world: World, facts: readonly { readonly fact: number }[]) => {
  const rows = await world.database.rows<{ id: number; prolog: string }>(sql`select id, prolog from facts`);
  return facts.map(({ fact }) => rows.find(({ id }) => id === fact)?.prolog);
};

describeWithDatabase('search', (open) => {
  test('ranks by meaning, by words, or by both', async () => {
    const world = await incidents(open);
    expect(await found(world, 'time out', { channels: ['DENSE'] })).toEqual([
      'incident(1)',
      'incident(2)',
      'summary(3,"payments")',
      'summary(4,"cats")',
    ]);
    expect(await found(world, 'time out', { channels: ['LEXICAL'] })).toEqual([
      'incident(1)',
      'summary(3,"payments")',
    ]);
    expect((await found(world, 'time out'))[2]).toBe('incident(2)');
  });

  test('gives each fact its score, its similarity and what each channel made of it', async () => {
    const world = await incidents(open);
    const { facts, cut } = await search(world, 'time out');
    expect(cut).toBe(false);
    const byFact = new Map(facts.map((each) => [each.fact.prolog, each]));
    const second = byFact.get('incident(2)')!;
    const cosine = Math.cos((25 * Math.PI) / 180);
    expect(second.similarity).toBeCloseTo((1 + cosine) / 2, 3);
    expect(second.score).toBeCloseTo(cosine / 2, 3);
    expect(second.channels).toEqual([{ channel: 'DENSE', score: second.similarity, rank: 2 }]);
    const first = byFact.get('incident(1)')!;
    expect(first.channels.map(({ channel, rank }) => [channel, rank])).toEqual([
      ['DENSE', 1],
      ['LEXICAL', 1],
    ]);
    for (const { score } of facts) expect(score > 0 && score <= 1).toBe(true);
    expect(facts.map(({ score }) => score)).toEqual(facts.map(({ score }) => score).sort((a, b) => b - a));
  });

  test('takes the fused score for the similarity where it does not look at meaning', async () => {
    const { facts } = await search(await incidents(open), 'time out', { channels: ['LEXICAL'] });
    for (const { score, similarity } of facts) expect(similarity).toBe(score);
  });

  test('only gives facts that the filter lets through', async () => {
    const world = await incidents(open);
    expect(await found(world, 'time out', { filter: { predicate: 'summary' } })).toEqual([
      'summary(3,"payments")',
      'summary(4,"cats")',
    ]);
    expect(await found(world, 'time out', { filter: { matches: 'summary(_, "cats")' } })).toEqual([
      'summary(4,"cats")',
    ]);
    expect(await found(world, 'time out', { filter: { textContains: 'gateway' } })).toHaveLength(2);
    expect(await found(world, 'time out', { filter: {} })).toHaveLength(4);
  });

  test('leaves out facts that are less similar than asked for', async () => {
    const world = await incidents(open);
    const least = (1 + Math.cos((30 * Math.PI) / 180)) / 2;
    expect((await found(world, 'time out', { minSimilarity: least })).sort()).toEqual([
      'incident(1)',
      'incident(2)',
    ]);
  });

  test('says whether there is more than was asked for', async () => {
    const world = await incidents(open);
    expect(await search(world, 'time out', { topK: 3 })).toMatchObject({ cut: true });
    expect((await search(world, 'time out', { topK: 3 })).facts).toHaveLength(3);
    expect(await search(world, 'time out', { topK: 4 })).toMatchObject({ cut: false });
  });

  test('answers for the revision that is asked about', async () => {
    const world = await incidents(open);
    const { revision: before } = await world.now();
    const { facts } = await search(world, 'time out');
    await world.retract(facts.find(({ fact }) => fact.prolog === 'incident(1)')!.fact.id);
    await world.assert({ prolog: 'incident(5)', text: 'time out of everything' });
    await world.index();
    const then = await found(world, 'time out', undefined, before);
    expect(then).toContain('incident(1)');
    expect(then).not.toContain('incident(5)');
    const now = await found(world, 'time out');
    expect(now).not.toContain('incident(1)');
    expect(now).toContain('incident(5)');
  });

  test('finds a fact by its words while it waits for its vector', async () => {
    const world = await incidents(open);
    await world.assert({ prolog: 'incident(6)', text: 'the billing job hangs' });
    expect(await found(world, 'billing job', { channels: ['DENSE'] })).not.toContain('incident(6)');
    const { facts } = await search(world, 'billing job');
    const pending = facts.find(({ fact }) => fact.prolog === 'incident(6)')!;
    expect(pending.channels.map(({ channel }) => channel)).toEqual(['LEXICAL']);
    expect(pending.similarity).toBe(pending.score);
  });

  test('gives nothing where no fact has a sentence', async () => {
    const world = await World.create(await open());
    await world.assert({ prolog: 'edge(a, b)' });
    expect(await found(world, 'anything')).toEqual([]);
    await world.index();
    expect(await search(world, 'anything')).toMatchObject({ facts: [], cut: false });
  });

  test('refuses to compare vectors of two models, and still searches by words', async () => {
    const world = await incidents(open);
    const retriever = world.retriever(new FakeEmbedder({ fingerprint: 'another', dimensions: 2 }));
    const request = { ...(await world.now()), text: 'time out' };
    const refusal = {
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringMatching(/made by fake .*another/),
    };
    await expect(retriever.search(request)).rejects.toMatchObject(refusal);
    await expect(
      retriever.similar({ ...request, pattern: anyFact, limit: 1, minSimilarity: 0 }),
    ).rejects.toMatchObject(refusal);
    await expect(retriever.similarity('a', 'b', request.knowledgeBase)).rejects.toMatchObject(refusal);
    const lexical = await retriever.search({ ...request, options: { channels: ['LEXICAL'] } });
    expect(lexical.facts).toHaveLength(2);
  });

  test('refuses what makes no sense', async () => {
    const world = await incidents(open);
    const refused: [string, RetrievalOptions][] = [
      ['', {}],
      ['  \n', {}],
      ['a\0b', {}],
      ['text', { topK: 0 }],
      ['text', { topK: 1_001 }],
      ['text', { topK: 1.5 }],
      ['text', { channels: [] }],
      ['text', { channels: ['DENSE', 'SPARSE'] }],
      ['text', { rerank: true }],
      ['text', { minSimilarity: -0.1 }],
      ['text', { minSimilarity: 1.1 }],
      ['text', { minSimilarity: Number.NaN }],
    ];
    for (const [text, options] of refused) {
      await expect(search(world, text, options)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    await expect(search(world, 'text', { filter: { matches: 'p(' } })).rejects.toMatchObject({
      code: 'PROLOG_SYNTAX',
    });
  });

  test('stops when the caller goes away', async () => {
    const world = await incidents(open);
    const request = { ...(await world.now()), text: 'time out', signal: AbortSignal.abort() };
    await expect(
      world.retriever().search({ ...request, options: { channels: ['LEXICAL'] } }),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('gives facts alike in every way in the order of their ids', async () => {
    const vectors = new Map([['twins', at(5)]]);
    const world = await World.create(await open(), { dimensions: 2, vectors });
    const ids = await world.say(...Array.from({ length: 9 }, () => 'twins'));
    await world.index();
    for (const channels of [['DENSE'], ['LEXICAL'], ['DENSE', 'LEXICAL']] as const) {
      const { facts } = await search(world, 'twins', { channels, topK: 5 });
      expect(facts.map(({ fact }) => fact.id)).toEqual(ids.slice(0, 5));
    }
  });
});

describeWithDatabase('similar', (open) => {
  const pattern = (text: string) => readTerm(text).term;

  test('gives the facts that unify with a pattern, most similar first', async () => {
    const world = await incidents(open);
    const all = await similar(world, 'time out', anyFact);
    expect(await prologOf(world, all.facts)).toEqual([
      'incident(1)',
      'incident(2)',
      'summary(3,"payments")',
      'summary(4,"cats")',
    ]);
    expect(all.facts[0]!.similarity).toBeCloseTo((1 + Math.cos((10 * Math.PI) / 180)) / 2, 3);
    const summaries = await similar(world, 'time out', pattern('summary(N, Text)'));
    expect(await prologOf(world, summaries.facts)).toEqual(['summary(3,"payments")', 'summary(4,"cats")']);
    const third = await similar(world, 'time out', pattern('summary(3, _)'));
    expect(await prologOf(world, third.facts)).toEqual(['summary(3,"payments")']);
    expect((await similar(world, 'time out', pattern('summary(X, X)'))).facts).toEqual([]);
    expect((await similar(world, 'time out', integer(3))).facts).toEqual([]);
  });

  test('stops at a similarity, and says whether the limit hid something', async () => {
    const world = await incidents(open);
    expect(await similar(world, 'time out', anyFact, 2)).toMatchObject({ cut: true, facts: [{}, {}] });
    expect(await similar(world, 'time out', anyFact, 4)).toMatchObject({ cut: false });
    const least = (1 + Math.cos((30 * Math.PI) / 180)) / 2;
    const near = await similar(world, 'time out', anyFact, 2, least);
    expect(near.facts).toHaveLength(2);
    expect(near.cut).toBe(false);
    await expect(similar(world, 'time out', anyFact, 0)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describeWithDatabase('nearest', (open) => {
  test('gives the facts near a fact, without the fact itself', async () => {
    const world = await incidents(open);
    const { facts } = await search(world, 'time out', { channels: ['DENSE'] });
    const fact = facts[1]!.fact.id;
    const request = { ...(await world.now()), pattern: anyFact, limit: 2, minSimilarity: 0 };
    const near = await world.retriever().nearest({ ...request, fact });
    // 15 degrees either side: halves of the circle differ by rounding only, so their order is not checked.
    expect((await prologOf(world, near.facts)).sort()).toEqual(['incident(1)', 'summary(3,"payments")']);
    expect(near.cut).toBe(true);
  });

  test('embeds the sentence of a fact that waits for its vector, and finds nothing near one without', async () => {
    const world = await incidents(open);
    const { facts } = await world.assert(
      { prolog: 'incident(7)', text: 'time out' },
      { prolog: 'edge(a, b)' },
    );
    const request = { ...(await world.now()), pattern: anyFact, limit: 1, minSimilarity: 0 };
    const near = await world.retriever().nearest({ ...request, fact: facts[0]!.id });
    expect(await prologOf(world, near.facts)).toEqual(['incident(1)']);
    for (const fact of [facts[1]!.id, 999_999_999]) {
      expect(await world.retriever().nearest({ ...request, fact })).toMatchObject({ facts: [], cut: false });
    }
  });
});

describeWithDatabase('similarity', (open) => {
  test('is of two texts, whichever comes first', async () => {
    const world = await incidents(open);
    const { knowledgeBase } = await world.now();
    const retriever = world.retriever();
    const similarity = await retriever.similarity('checkout times out', 'the gateway is slow', knowledgeBase);
    expect(similarity).toBeCloseTo((1 + Math.cos((15 * Math.PI) / 180)) / 2, 5);
    expect(await retriever.similarity('the gateway is slow', 'checkout times out', knowledgeBase)).toBe(
      similarity,
    );
  });
});
