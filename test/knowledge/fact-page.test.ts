import { expect } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { decodeFactId, encodeFactId } from '../../src/knowledge/fact-id.js';
import type { FactPageRequest } from '../../src/knowledge/fact-page.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { describeWithDatabase } from './with-database.js';

/** n(1) to n(6), and among them m. */
async function storeOfSix(database: Database): Promise<KnowledgeStore> {
  const store = new KnowledgeStore(database);
  await store.ensureDefault();
  await store.assertFacts(
    ['n(1)', 'n(2)', 'm', 'n(3)', 'n(4)', 'n(5)', 'n(6)'].map((prolog) => ({ prolog })),
  );
  return store;
}

const numbers = { filter: { predicate: 'n' } };

describeWithDatabase('A page of facts', (it) => {
  it('lies where first, after, last and before say, and knows what is on both sides of it', async (database) => {
    const store = await storeOfSix(database);
    const all = await store.facts(numbers);
    const [c1, c2, , , c5, c6] = all.edges.map(({ cursor }) => cursor) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const cases: [FactPageRequest, string, { before: boolean; after: boolean }][] = [
      [{}, '123456', { before: false, after: false }],
      [{ first: 2 }, '12', { before: false, after: true }],
      [{ first: 6 }, '123456', { before: false, after: false }],
      [{ first: 2, after: c2 }, '34', { before: true, after: true }],
      [{ first: 2, after: c5 }, '6', { before: true, after: false }],
      [{ first: 2, after: c6 }, '', { before: true, after: false }],
      [{ last: 2 }, '56', { before: true, after: false }],
      [{ last: 2, before: c5 }, '34', { before: true, after: true }],
      [{ last: 2, before: c2 }, '1', { before: false, after: true }],
      [{ last: 2, before: c1 }, '', { before: false, after: true }],
      [{ first: 9, after: c1, before: c5 }, '234', { before: true, after: true }],
      [{ last: 2, after: c1, before: c5 }, '34', { before: true, after: true }],
      [{ first: 2, after: c2, before: c1 }, '', { before: true, after: true }],
      [{ first: 0 }, '', { before: false, after: true }],
      [{ last: 0 }, '', { before: true, after: false }],
      [{ first: 0, after: c6 }, '', { before: true, after: false }],
    ];
    for (const [request, expected, sides] of cases) {
      const { nodes, pageInfo, totalCount } = await store.facts({ ...numbers, ...request });
      expect(nodes.map(({ prolog }) => prolog[2]).join(''), JSON.stringify(request)).toBe(expected);
      expect(
        { before: pageInfo.hasPreviousPage, after: pageInfo.hasNextPage },
        JSON.stringify(request),
      ).toEqual(sides);
      expect(await totalCount()).toBe(6);
    }
  });

  it('stays at the revision of its first page while the facts change', async (database) => {
    const store = await storeOfSix(database);
    const first = await store.facts({ ...numbers, first: 2 });
    await store.retractFacts({ matches: 'n(4)' });
    await store.assertFacts([{ prolog: 'n(7)' }, { prolog: 'n(5)', confidence: 0.5 }]);
    const second = await store.facts({ ...numbers, first: 9, after: first.pageInfo.endCursor });
    expect(second.nodes.map(({ prolog }) => prolog)).toEqual(['n(3)', 'n(4)', 'n(5)', 'n(6)']);
    expect(second.nodes.map(({ retractedIn }) => retractedIn)).toEqual([null, 2, 3, null]);
    expect(second.revision).toBe(1);
    expect(await second.totalCount()).toBe(6);
    expect(await (await store.facts()).totalCount()).toBe(7);
  });

  it('can be had as of a time that a fact was asserted or retracted at', async (database) => {
    const store = await storeOfSix(database);
    const [fact] = (await store.facts()).nodes;
    await store.retractFacts({ matches: 'n(1)' });
    const retracted = await store.fact(encodeFactId(fact!));
    const at = async (time: Date) => (await store.facts({ asOf: { time } })).nodes.length;
    // Both revisions may lie within one millisecond: then the last of them counts.
    expect(await at(fact!.assertedAt)).toBe(
      fact!.assertedAt.getTime() === retracted!.retractedAt!.getTime() ? 6 : 7,
    );
    expect(await at(retracted!.retractedAt!)).toBe(6);
    expect(await at(new Date(Date.now() + 1e6))).toBe(6);
    await expect(at(new Date(0))).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' });
    await expect(at(new Date(Number.NaN))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    for (const revision of [-1, 3, 0.5]) {
      await expect(store.facts({ asOf: { revision } })).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' });
    }
  });

  it('refuses sizes out of range and cursors that it has not given', async (database) => {
    const store = await storeOfSix(database);
    await store.createKnowledgeBase('other');
    await store.assertFacts([{ prolog: 'p' }], { knowledgeBase: 'other' });
    const [elsewhere] = (await store.facts({ knowledgeBase: 'other' })).edges;
    const [here] = (await store.facts()).edges;
    await store.assertFacts([{ prolog: 'p' }]);
    const [later] = (await store.facts()).edges;
    const of = (text: string) => Buffer.from(text).toString('base64url');
    for (const size of [-1, 1001, 1.5, Number.NaN]) {
      await expect(store.facts({ first: size })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(store.facts({ last: size })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    await expect(store.facts({ first: 1, last: 1 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    for (const cursor of [
      '',
      'x',
      of('facts 1'),
      of('facts 1 9 1'),
      of('facts 1 -1 1'),
      of('facts 1 1e0 1'),
      of('facts 1 NaN 1'),
      `${here!.cursor}=`,
      elsewhere!.cursor,
    ]) {
      await expect(store.facts({ after: cursor })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
      await expect(store.facts({ before: cursor })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    }
    await expect(store.facts({ after: here!.cursor, before: later!.cursor })).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
  });
});

describeWithDatabase('A single fact', (it) => {
  it('is found by its id, retracted or not, and many in the order of theirs', async (database) => {
    const store = await storeOfSix(database);
    const { nodes } = await store.facts();
    await store.retractFacts({ ids: [encodeFactId(nodes[0]!)] });
    expect(await store.fact(encodeFactId(nodes[0]!))).toMatchObject({ prolog: 'n(1)', retractedIn: 2 });
    expect(await store.fact('fact:1:999999')).toBeNull();
    const { knowledgeBase } = nodes[0]!;
    const ids = [nodes[2]!.id, 999_999, nodes[1]!.id, nodes[2]!.id];
    const found = await store.factsByIds(knowledgeBase, ids);
    expect(found.map((fact) => fact?.prolog ?? null)).toEqual(['m', null, 'n(2)', 'm']);
    for (const id of [
      '',
      '1',
      'fact:0:1',
      'fact:1:01',
      'fact:1:2:3',
      'fact:1:9007199254740993',
      'fact:2147483648:1',
      'rule:1:1',
      'fact:1:1 ',
    ]) {
      expect(() => decodeFactId(id)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    }
  });
});

describeWithDatabase('Retracting facts', (it) => {
  it('takes ids, a pattern or both, and only counts in a dry run', async (database) => {
    const store = await storeOfSix(database);
    const { nodes } = await store.facts();
    const [one, two, m] = nodes.map(encodeFactId);
    expect(await store.retractFacts({ ids: [one!, two!], matches: 'n(2)', dryRun: true })).toEqual({
      retracted: 2,
      revision: 1,
    });
    expect(await store.retractFacts({ ids: [one!, m!, one!], matches: 'n(6)' })).toEqual({
      retracted: 3,
      revision: 2,
    });
    expect(await store.retractFacts({ matches: 'n(6)' })).toEqual({ retracted: 0, revision: 2 });
    expect(await store.retractFacts({ ids: [] })).toEqual({ retracted: 0, revision: 2 });
    expect((await store.knowledgeBase()).factCount).toBe(4);
  });

  it('changes nothing when an id is unknown, retracted already or of another knowledge base', async (database) => {
    const store = await storeOfSix(database);
    await store.createKnowledgeBase('other');
    const elsewhere = await store.assertFacts([{ prolog: 'p' }], { knowledgeBase: 'other' });
    const [one, two] = (await store.facts()).nodes.map(encodeFactId);
    await store.retractFacts({ ids: [one!] });
    for (const id of [one!, 'fact:1:999999', encodeFactId(elsewhere.facts[0]!)]) {
      await expect(store.retractFacts({ ids: [two!, id] })).rejects.toMatchObject({
        code: 'FACT_NOT_FOUND',
        details: { ids: [id] },
      });
    }
    await expect(store.retractFacts({ ids: ['x'] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(store.retractFacts({})).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(store.retractFacts({ matches: 'p(' })).rejects.toMatchObject({ code: 'PROLOG_SYNTAX' });
    expect(await store.knowledgeBase()).toMatchObject({ revision: 2, factCount: 6 });
  });
});
