import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { mergeRepeated, prepareFacts } from '../../src/knowledge/fact-input.js';
import type { FactInput } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { expectCountsToHold } from './expect-counts.js';
import { describeWithDatabase } from './with-database.js';

const deep = (levels: number) => `p(${'f('.repeat(levels)}a${')'.repeat(levels)})`;

describe('A fact to assert', () => {
  const refused: [string, FactInput, object][] = [
    [
      'text that is no term',
      { prolog: 'p(a,\n  b c)' },
      { code: 'PROLOG_SYNTAX', details: { index: 1, line: 2, column: 5 } },
    ],
    [
      'two facts in one',
      { prolog: 'p(a). p(b).' },
      { code: 'PROLOG_SYNTAX', details: { index: 1, line: 1, column: 7 } },
    ],
    [
      'a variable',
      { prolog: 'p(a, [b, X])' },
      { code: 'FACT_NOT_GROUND', details: { index: 1, line: 1, column: 10 } },
    ],
    [
      'a variable without a name',
      { prolog: 'p(_)' },
      { code: 'FACT_NOT_GROUND', message: expect.stringContaining('but _ is one') },
    ],
    [
      'a variable within JSON',
      { predicate: 'p', arguments: [{ prolog: 'f(X)' }] },
      { code: 'FACT_NOT_GROUND', details: { index: 1 } },
    ],
    ['a number', { prolog: '42' }, { code: 'FACT_NOT_CALLABLE', details: { index: 1, line: 1, column: 1 } }],
    ['a string', { prolog: '"p"' }, { code: 'FACT_NOT_CALLABLE' }],
    ['nothing but a variable', { prolog: 'X' }, { code: 'FACT_NOT_CALLABLE' }],
    [
      'a rule',
      { prolog: 'p(a) :- q(a)' },
      { code: 'FACT_NOT_CALLABLE', message: expect.stringContaining('rule modules') },
    ],
    ['a directive', { prolog: ':- p' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a conjunction', { prolog: 'p, q' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a disjunction', { prolog: 'p ; q' }, { code: 'FACT_NOT_CALLABLE' }],
    ['an implication', { prolog: 'p -> q' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a negation', { prolog: '\\+ p' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a cut', { prolog: '!' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a list', { prolog: '[a]' }, { code: 'FACT_NOT_CALLABLE' }],
    [
      'a comparison',
      { prolog: '0.5 :: 1 < 2' },
      { code: 'FACT_NOT_CALLABLE', details: { index: 1, line: 1, column: 8 } },
    ],
    ['arithmetic', { prolog: '3 is 3' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a type check', { predicate: 'atom', arguments: ['a'] }, { code: 'FACT_NOT_CALLABLE' }],
    ['a list built-in', { prolog: 'member(a, [a])' }, { code: 'FACT_NOT_CALLABLE' }],
    ['a semantic predicate', { prolog: 'similar("a", p(b), 1)' }, { code: 'FACT_NOT_CALLABLE' }],
    [
      'a value that is no term',
      { predicate: 'p', arguments: ['a', null] },
      { code: 'ARGUMENT_KIND', details: { index: 1, argument: 1 } },
    ],
    ['neither text nor predicate', { text: 'hello' }, { code: 'BAD_INPUT' }],
    ['arguments alone', { arguments: [1] }, { code: 'BAD_INPUT' }],
    ['both text and predicate', { prolog: 'p', predicate: 'p' }, { code: 'BAD_INPUT' }],
    ['a predicate without a name', { predicate: '' }, { code: 'BAD_INPUT' }],
    ['a confidence of nothing', { prolog: 'p', confidence: 0 }, { code: 'BAD_INPUT' }],
    ['a confidence above one', { prolog: '1.5 :: p' }, { code: 'BAD_INPUT' }],
    [
      'a confidence that is no number',
      { prolog: 'sure :: p' },
      { code: 'BAD_INPUT', details: { index: 1, line: 1, column: 1 } },
    ],
    ['two confidences', { prolog: '0.5 :: p', confidence: 0.6 }, { code: 'BAD_INPUT' }],
    ['not even a number', { prolog: 'p', confidence: Number.NaN }, { code: 'BAD_INPUT' }],
    ['an empty sentence', { prolog: 'p', text: ' ' }, { code: 'BAD_INPUT' }],
    ['too long a sentence', { prolog: 'p', text: 'é'.repeat(50_001) }, { code: 'BAD_INPUT' }],
    ['a sentence that cannot be stored', { prolog: 'p', text: 'a\0' }, { code: 'BAD_INPUT' }],
    ['too many arguments', { predicate: 'p', arguments: Array(65).fill(1) }, { code: 'BAD_INPUT' }],
    ['too large a fact', { predicate: 'p', arguments: ['x'.repeat(1_000_001)] }, { code: 'BAD_INPUT' }],
    ['too deep a fact', { prolog: deep(210) }, { code: 'BAD_INPUT' }],
    ['a predicate that cannot be stored', { predicate: 'p\0', arguments: [1] }, { code: 'BAD_INPUT' }],
    ['metadata that is no JSON', { prolog: 'p', metadata: 1n }, { code: 'BAD_INPUT' }],
    ['metadata that cannot be stored', { prolog: 'p', metadata: { a: ['\ud800'] } }, { code: 'BAD_INPUT' }],
  ];
  it.each(refused)('is not %s', (_, input, error) => {
    expect(() => prepareFacts([{ prolog: 'good' }, input, { prolog: '' }])).toThrow(
      expect.objectContaining(error),
    );
  });

  it('comes in batches of 10,000 at most', () => {
    const batch = (size: number) => Array.from({ length: size }, () => ({ prolog: 'p' }));
    expect(() => prepareFacts(batch(10_001))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(prepareFacts(batch(10_000))).toHaveLength(10_000);
  });

  it('may hold anything else that PostgreSQL stores, a backslash before u0000 included', () => {
    const [fact] = prepareFacts([{ prolog: 'p', text: '\\u0000', metadata: { '\\u0000': '\\ud800 😀' } }]);
    expect(fact).toMatchObject({ text: '\\u0000', metadata: { '\\u0000': '\\ud800 😀' } });
  });

  it('is the same fact however it is written', () => {
    const written: FactInput[] = [
      { prolog: 'p(\'a\', [1|[2]], "s", - 1, 1.50).' },
      { prolog: '0.7 :: p( a,[1,2],"s",-(1), 1.5 ) % the same\n.' },
      { predicate: 'p', arguments: ['a', [1, 2], { string: 's' }, { prolog: '-(1)' }, 1.5] },
    ];
    const facts = prepareFacts(written);
    expect(mergeRepeated(facts).size).toBe(1);
    expect(facts[1]).toMatchObject({
      prolog: 'p(a,[1,2],"s",-(1),1.5)',
      confidence: 0.7,
      predicate: 'p',
      arity: 5,
    });
    expect(writeTerm(facts[2]!.term)).toBe(facts[2]!.prolog);
  });
});

async function newStore(database: Database): Promise<KnowledgeStore> {
  const store = new KnowledgeStore(database);
  await store.ensureDefault();
  return store;
}

describeWithDatabase('Asserting facts', (it) => {
  it('stores nothing at all when one of them is bad', async (database) => {
    const store = await newStore(database);
    await expect(
      store.assertFacts([{ prolog: 'p(1)' }, { prolog: 'p(X)' }, { prolog: 'p(' }]),
    ).rejects.toMatchObject({
      code: 'FACT_NOT_GROUND',
      message: 'Fact 1: a fact holds no variables, but X is one',
      details: { index: 1, line: 1, column: 3 },
    });
    expect(await store.knowledgeBase()).toMatchObject({ revision: 0, factCount: 0 });
    expect((await store.facts()).nodes).toEqual([]);
  });

  it('makes no revision when all of them are known, or there are none', async (database) => {
    const store = await newStore(database);
    const first = await store.assertFacts([{ prolog: 'p(1)', text: 'One', metadata: { a: 1, b: 2 } }]);
    expect(first).toMatchObject({ inserted: 1, revision: 1 });
    const again = await store.assertFacts([
      { prolog: 'p(1)' },
      { prolog: 'p( 1 )', metadata: { b: 2, a: 1 }, text: 'One' },
    ]);
    expect(again).toMatchObject({ inserted: 0, updated: 0, alreadyKnown: 2, revision: 1 });
    expect(again.facts).toEqual([first.facts[0], first.facts[0]]);
    expect(await store.assertFacts([])).toMatchObject({ facts: [], revision: 1 });
  });

  it('gives what it stored, just as reading it does', async (database) => {
    const store = await newStore(database);
    const { facts, revision } = await store.assertFacts([
      {
        prolog: `0.25 :: p('é', 1.0, [a|b], "\\u0001", ${2n ** 80n})`,
        text: 'Une phrase',
        source: 'me',
        metadata: [{ a: null }],
      },
      { predicate: 'up' },
    ]);
    expect(revision).toBe(1);
    expect(facts[0]).toMatchObject({
      confidence: 0.25,
      sentence: 'Une phrase',
      source: 'me',
      metadata: [{ a: null }],
      assertedIn: 1,
      retractedIn: null,
    });
    expect((await store.facts()).nodes).toEqual(facts);
  });

  it('lets the last of repeated facts in a batch win, and counts the others as known', async (database) => {
    const store = await newStore(database);
    const { facts, ...counts } = await store.assertFacts([
      { prolog: 'p(1)', text: 'first', source: 'a' },
      { prolog: 'p(2)' },
      { prolog: 'p(1)', text: 'last' },
    ]);
    expect(counts).toEqual({ inserted: 2, updated: 0, alreadyKnown: 1, revision: 1 });
    expect(facts[0]).toBe(facts[2]);
    expect(facts[0]).toMatchObject({ sentence: 'last', source: 'a' });
  });

  it('replaces a fact about which something else is said, in one revision', async (database) => {
    const store = await newStore(database);
    const before = await store.assertFacts([{ prolog: 'p(1)', text: 'One', source: 'a', confidence: 0.5 }]);
    const after = await store.assertFacts([{ prolog: 'p(1)', confidence: 0.6 }, { prolog: 'p(2)' }]);
    expect(after).toMatchObject({ inserted: 1, updated: 1, alreadyKnown: 0, revision: 2 });
    expect(after.facts[0]).toMatchObject({ sentence: 'One', source: 'a', confidence: 0.6, assertedIn: 2 });
    const [old] = await store.factsByIds(before.facts[0]!.knowledgeBase, [before.facts[0]!.id]);
    expect(old).toMatchObject({
      confidence: 0.5,
      assertedIn: 1,
      retractedIn: 2,
      retractedAt: after.facts[0]!.assertedAt,
    });
    expect((await store.facts({ asOf: { revision: 1 } })).nodes).toMatchObject([{ confidence: 0.5 }]);
    expect((await store.facts()).nodes).toHaveLength(2);
  });

  it('queues sentences for the spaces of its knowledge base that are fed, and for no other', async (database) => {
    const store = await newStore(database);
    const other = await store.createKnowledgeBase('other');
    const { id } = await store.knowledgeBase();
    for (const [base, state] of [
      [id, 'ACTIVE'],
      [id, 'BUILDING'],
      [id, 'READY'],
      [id, 'RETIRED'],
      [id, 'FAILED'],
      [other.id, 'ACTIVE'],
    ]) {
      await database.run(sql`
        insert into embedding_spaces (knowledge_base, model, dimensions, fingerprint, state)
        values (${base}, 'model', 4, ${`${base} ${state}`}, ${state})`);
    }
    const { facts } = await store.assertFacts([{ prolog: 'p(1)', text: 'One' }, { prolog: 'p(2)' }]);
    const queued = await database.rows(sql`
      select s.state, q.fact from embedding_queue q join embedding_spaces s on s.id = q.space order by 1`);
    expect(queued).toEqual(
      ['ACTIVE', 'BUILDING', 'READY', 'RETIRED'].map((state) => ({ state, fact: facts[0]!.id })),
    );
  });

  it('takes an own revision for every one of many writers at once', async (database) => {
    const store = await newStore(database);
    const writes = await Promise.all(
      Array.from({ length: 24 }, (_, at) =>
        store.assertFacts([{ prolog: `p(${at})` }, { prolog: 'shared' }]),
      ),
    );
    expect(writes.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 24 }, (_, at) => at + 1),
    );
    const rows = await database.rows<{ number: number; committed_at: Date }>(
      sql`select number, committed_at from revisions order by committed_at, number`,
    );
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, at) => at + 1));
    const { id, factCount } = await store.knowledgeBase();
    expect(factCount).toBe(25);
    await expectCountsToHold(database, id);
  });

  it('gives each of two knowledge bases revisions of its own', async (database) => {
    const store = await newStore(database);
    await store.createKnowledgeBase('other');
    expect(await store.assertFacts([{ prolog: 'p' }])).toMatchObject({ revision: 1, inserted: 1 });
    expect(await store.assertFacts([{ prolog: 'p' }], { knowledgeBase: 'other' })).toMatchObject({
      revision: 1,
      inserted: 1,
    });
    await expect(store.assertFacts([{ prolog: 'p' }], { knowledgeBase: 'othr' })).rejects.toMatchObject({
      code: 'KNOWLEDGE_BASE_NOT_FOUND',
      details: { near: ['other'] },
    });
  });

  it('writes nothing when its caller has gone', async (database) => {
    const store = await newStore(database);
    await expect(store.assertFacts([{ prolog: 'p' }], { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await store.knowledgeBase()).toMatchObject({ revision: 0 });
  });

  it('imports 20,000 facts with sentences in batches', async (database) => {
    const store = await newStore(database);
    const size = 2_000;
    const batches = Array.from({ length: 10 }, (_, batch) =>
      Array.from({ length: size }, (_, at) => {
        const number = batch * size + at;
        return {
          prolog: `needs(service_${number}, service_${(number * 7) % 5_000}).`,
          text: `Service ${number} needs service ${(number * 7) % 5_000} for the orders that arrive at night`,
        };
      }),
    );
    const start = performance.now();
    for (const batch of batches) expect((await store.assertFacts(batch)).inserted).toBe(size);
    const perSecond = 20_000 / ((performance.now() - start) / 1000);
    console.log(
      `${database.capabilities.description}: ${Math.round(perSecond)} facts with sentences a second`,
    );
    const { id, factCount } = await store.knowledgeBase();
    expect(factCount).toBe(20_000);
    await expectCountsToHold(database, id);
    expect((await store.assertFacts(batches[3]!)).alreadyKnown).toBe(size);
    expect((await store.facts({ filter: { matches: 'needs(X, service_7)' } })).nodes).toHaveLength(4);
  });
});
