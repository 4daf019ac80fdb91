import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { createSpacePartitions } from '../../src/database/spaces.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { expectCountsToHold } from './expect-counts.js';
import { describeWithDatabase } from './with-database.js';

async function newStore(database: Database): Promise<KnowledgeStore> {
  const store = new KnowledgeStore(database);
  await store.ensureDefault();
  return store;
}

const sentences = async (store: KnowledgeStore) =>
  Object.fromEntries((await store.facts()).nodes.map(({ prolog, sentence }) => [prolog, sentence]));

describeWithDatabase('Rule modules', (it) => {
  it('are kept in versions, one revision for each, none for the same again', async (database) => {
    const store = await newStore(database);
    const first = await store.putRuleModule({ name: 'b', source: 'p :- q.' });
    expect(first).toMatchObject({ name: 'b', source: 'p :- q.', enabled: true, revision: 1 });
    expect(await store.putRuleModule({ name: 'b', source: 'p :- q.', enabled: true })).toEqual(first);
    const second = await store.putRuleModule({ name: 'b', source: 'p :- r.' });
    expect(second.revision).toBe(2);
    await store.putRuleModule({ name: 'b', source: 'p :- r.', enabled: false });
    await store.putRuleModule({ name: 'a', source: '' });
    expect(await store.deleteRuleModule('b')).toMatchObject({ name: 'b', enabled: false, revision: 3 });
    const at = async (revision?: number) =>
      (await store.ruleModules(null, revision)).map(
        ({ name, source, enabled }) => `${name} ${source} ${enabled}`,
      );
    expect(await at(0)).toEqual([]);
    expect(await at(1)).toEqual(['b p :- q. true']);
    expect(await at(2)).toEqual(['b p :- r. true']);
    expect(await at(4)).toEqual(['a  true', 'b p :- r. false']);
    expect(await at()).toEqual(['a  true']);
    expect(await at(5)).toEqual(await at());
    expect(await store.ruleModule('a')).toMatchObject({ revision: 4 });
    await expect(store.ruleModule('aa')).rejects.toMatchObject({
      code: 'RULE_MODULE_NOT_FOUND',
      details: { near: ['a'] },
    });
    await expect(store.deleteRuleModule('b')).rejects.toMatchObject({ code: 'RULE_MODULE_NOT_FOUND' });
    expect((await store.knowledgeBase()).revision).toBe(5);
  });

  it('are refused, and change nothing, when they are not Prolog or have no proper name', async (database) => {
    const store = await newStore(database);
    await expect(store.putRuleModule({ name: 'm', source: 'p :- q.\np :- (.' })).rejects.toMatchObject({
      code: 'PROLOG_SYNTAX',
      details: { line: 2, column: 7 },
    });
    await expect(store.putRuleModule({ name: 'a b', source: '' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(store.putRuleModule({ name: 'm', source: '% \0' })).rejects.toMatchObject({
      code: expect.stringMatching('BAD_INPUT|PROLOG_SYNTAX'),
    });
    await expect(store.putRuleModule({ name: 'm', source: ' '.repeat(2_000_001) })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect((await store.knowledgeBase()).revision).toBe(0);
  });

  it('remake the sentences that nobody has given when their templates change', async (database) => {
    const store = await newStore(database);
    const { id } = await store.knowledgeBase();
    await store.assertFacts([
      { prolog: 'p(1)' },
      { prolog: 'p(2)', text: 'Two, by hand' },
      { prolog: 'q(1, "words of q")' },
    ]);
    await store.putRuleModule({ name: 'm', source: ':- template(p(X), "Pump {X} runs").' });
    expect(await sentences(store)).toEqual({
      'p(1)': 'Pump 1 runs',
      'p(2)': 'Two, by hand',
      'q(1,"words of q")': null,
    });
    await store.assertFacts([{ prolog: 'p(3)' }, { prolog: 'p(4)', text: 'Four' }]);
    await store.putRuleModule({ name: 'm', source: ':- template(p(X), "Pump {X} is running").' });
    await store.putRuleModule({ name: 'n', source: ':- template(p(X), "Never used").' });
    expect(await sentences(store)).toEqual({
      'p(1)': 'Pump 1 is running',
      'p(2)': 'Two, by hand',
      'q(1,"words of q")': null,
      'p(3)': 'Pump 3 is running',
      'p(4)': 'Four',
    });
    await expectCountsToHold(database, id);
    await store.putRuleModule({ name: 's', source: ':- searchable(q/2).' });
    expect(await sentences(store)).toMatchObject({
      'p(1)': null,
      'p(2)': 'Two, by hand',
      'q(1,"words of q")': 'words of q',
    });
    await expectCountsToHold(database, id);
    await store.putRuleModule({ name: 's', source: ':- searchable(q/2).', enabled: false });
    await store.deleteRuleModule('n');
    expect(await sentences(store)).toMatchObject({ 'p(1)': 'Pump 1 is running', 'q(1,"words of q")': null });
    await store.deleteRuleModule('m');
    expect(await sentences(store)).toMatchObject({ 'p(1)': null, 'p(3)': null, 'p(4)': 'Four' });
    await expectCountsToHold(database, id);
    expect((await store.knowledgeBase()).revision).toBe(9);
  });

  it('leave a sentence alone that someone has given in the words of the template', async (database) => {
    const store = await newStore(database);
    await store.putRuleModule({ name: 'm', source: ':- template(p(X), "Pump {X}").' });
    await store.assertFacts([{ prolog: 'p(1)' }, { prolog: 'p(2)' }]);
    expect(await store.assertFacts([{ prolog: 'p(1)', text: 'Pump 1' }])).toMatchObject({
      alreadyKnown: 1,
      revision: 2,
    });
    await store.deleteRuleModule('m');
    expect(await sentences(store)).toEqual({ 'p(1)': 'Pump 1', 'p(2)': null });
  });

  it('keep a template’s sentence a template’s when something else about the fact changes', async (database) => {
    const store = await newStore(database);
    await store.putRuleModule({ name: 'm', source: ':- template(p(X), "Pump {X}").' });
    await store.assertFacts([{ prolog: 'p(1)' }]);
    await store.assertFacts([{ prolog: 'p(1)', confidence: 0.5 }]);
    await store.putRuleModule({ name: 'm', source: ':- template(p(X), "The pump {X}").' });
    expect(await sentences(store)).toEqual({ 'p(1)': 'The pump 1' });
  });

  it('take the vectors of changed sentences away and queue these anew, and touch no others', async (database) => {
    const store = await newStore(database);
    const { id } = await store.knowledgeBase();
    await store.putRuleModule({
      name: 'm',
      source: ':- template(p(X), "Pump {X}"). :- template(q(X), "Queue {X}").',
    });
    const [active, retired] = await spaces(database, id, 'ACTIVE', 'RETIRED');
    const { facts } = await store.assertFacts([
      { prolog: 'p(1)' },
      { prolog: 'q(1)' },
      { prolog: 'p(2)', text: 'By hand' },
    ]);
    const [p1, q1, p2] = facts.map((fact) => fact.id);
    await embedAll(database, [active!, retired!], [p1!, q1!, p2!]);
    await store.putRuleModule({
      name: 'm',
      source: ':- template(p(X), "The pump {X}"). :- template(q(X), "Queue {X}").',
    });
    expect(await vectors(database)).toEqual(
      [active, retired].flatMap((space) => [q1, p2].map((fact) => ({ space, fact }))),
    );
    expect(await database.rows(sql`select space, fact from embedding_queue order by space`)).toEqual([
      { space: active, fact: p1 },
      { space: retired, fact: p1 },
    ]);
    // A fact that loses its sentence waits for no vector.
    await store.deleteRuleModule('m');
    expect(await vectors(database)).toEqual([active, retired].map((space) => ({ space, fact: p2 })));
    expect(await database.rows(sql`select space, fact from embedding_queue`)).toEqual([]);
  });

  it('remake more sentences than go into one batch', async (database) => {
    const store = await newStore(database);
    const { id } = await store.knowledgeBase();
    await store.assertFacts(Array.from({ length: 4_100 }, (_, at) => ({ prolog: `p(${at})` })));
    await store.putRuleModule({ name: 'm', source: ':- template(p(X), "Pump number {X}").' });
    await expectCountsToHold(database, id);
    expect(await database.rows(sql`select sentence_count from knowledge_bases`)).toEqual([
      { sentence_count: 4_100 },
    ]);
  });
});

describeWithDatabase('Predicates', (it) => {
  it('are those with facts, rules or both, counted and described', async (database) => {
    const store = await newStore(database);
    const { id } = await store.knowledgeBase();
    await store.assertFacts(['up(a)', 'up(b)', 'both(1)', 'gone(1)', 'up'].map((prolog) => ({ prolog })));
    await store.retractFacts({ matches: 'gone(_)' });
    await store.putRuleModule({
      name: 'b',
      source: '% Second.\nboth(X) :- up(X).\nrule(X) :- up(X). :- template(up(X), "{X} is up").',
    });
    await store.putRuleModule({
      name: 'a',
      source: '% First.\nboth(2).\n:- template(rule(X), "{X} rules").',
    });
    await store.putRuleModule({ name: 'c', source: 'off.', enabled: false });
    const listed = (await store.predicates()).map(
      ({ name, arity, kind, factCount, ruleCount, description, template }) => [
        `${name}/${arity}`,
        kind,
        factCount,
        ruleCount,
        description,
        template,
      ],
    );
    expect(listed).toEqual([
      ['both/1', 'BOTH', 1, 2, 'First.', null],
      ['gone/1', 'FACTS', 0, 0, null, null],
      ['rule/1', 'RULES', 0, 1, null, '{X} rules'],
      ['up/0', 'FACTS', 1, 0, null, null],
      ['up/1', 'FACTS', 2, 0, null, '{X} is up'],
    ]);
    expect(await store.ruleCount(id)).toBe(3);
  });
});

async function spaces(database: Database, knowledgeBase: number, ...states: string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const state of states) {
    const [row] = await database.rows<{ id: number }>(sql`
      insert into embedding_spaces (knowledge_base, model, dimensions, fingerprint, state)
      values (${knowledgeBase}, 'model', 4, ${state}, ${state}) returning id`);
    await createSpacePartitions(database, { id: row!.id, dimensions: 4 });
    ids.push(row!.id);
  }
  return ids;
}

async function embedAll(
  database: Database,
  spaces: readonly number[],
  facts: readonly number[],
): Promise<void> {
  for (const space of spaces) {
    for (const fact of facts)
      await database.run(
        sql`insert into embeddings (space, fact, embedding) values (${space}, ${fact}, '[1,2,3,4]')`,
      );
  }
  await database.run(sql`delete from embedding_queue`);
}

function vectors(database: Database) {
  return database.rows(sql`select space, fact from embeddings order by space, fact`);
}
