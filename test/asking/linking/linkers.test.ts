import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Position } from '../../../src/asking/linking/linker.js';
import { type DeclaredNames, Linkers } from '../../../src/asking/linking/linkers.js';
import type { Database } from '../../../src/database/database.js';
import { KnowledgeStore } from '../../../src/knowledge/knowledge-store.js';
import { parseModule } from '../../../src/knowledge/parsed-module.js';
import { displayTerm } from '../../../src/prolog/writer.js';
import { testDatabase } from '../../support/database.js';

let database: Database;
let store: KnowledgeStore;
beforeAll(async () => {
  database = await testDatabase();
  store = new KnowledgeStore(database);
}, 60_000);
afterAll(() => database.stop());

let made = 0;
async function newBase(...facts: string[]): Promise<string> {
  const { name } = await store.createKnowledgeBase(`linkers-${++made}`);
  await assert(name, ...facts);
  return name;
}

async function assert(knowledgeBase: string, ...facts: string[]): Promise<void> {
  await store.assertFacts(
    facts.map((prolog) => ({ prolog })),
    { knowledgeBase },
  );
}

const declared = (source: string): DeclaredNames => {
  const { aliases, aliasPredicates } = parseModule(source).declarations;
  return { key: source, aliases, predicates: aliasPredicates.map(({ indicator }) => indicator) };
};

const team: Position = { predicate: 'owned_by', arity: 2, argument: 1 };
const service: Position = { predicate: 'owned_by', arity: 2, argument: 0 };

/** What a text means, in memory and looked up. */
function linkers(most: number) {
  const all = new Linkers(store, { most });
  return async (knowledgeBase: string, text: string, names = declared('')) => {
    const words = text.split(' ');
    const { linker } = await all.at(await store.knowledgeBase(knowledgeBase), names, words, [service, team]);
    return linker.link(text).map(({ value }) => displayTerm(value));
  };
}

describe.each([
  ['held in memory', 1_000],
  ['looked up, since there are too many', 1],
])('Constants %s', (_, most) => {
  it('are those of the facts that hold now', async () => {
    const meaning = linkers(most);
    const base = await newBase('owned_by(gift_cards, payments)', 'owned_by(main_db, "Platform Team")');
    expect(await meaning(base, 'gift cards')).toEqual(['gift_cards']);
    expect(await meaning(base, 'Platform Team')).toEqual(['"Platform Team"']);
    expect(await meaning(base, 'Event Bus')).toEqual([]);
    await assert(base, 'owned_by(event_bus, platform)');
    expect(await meaning(base, 'Event Bus')).toEqual(['event_bus']);
    await store.retractFacts({ matches: 'owned_by(gift_cards, _)' }, { knowledgeBase: base });
    expect(await meaning(base, 'gift cards')).toEqual([]);
    await assert(base, 'owned_by(gift_cards, payments)');
    await store.assertFacts([{ prolog: 'owned_by(gift_cards, payments)', confidence: 0.5 }], {
      knowledgeBase: base,
    });
    expect(await meaning(base, 'gift cards')).toEqual(['gift_cards']);
    await store.retractFacts({ matches: 'owned_by(gift_cards, _)' }, { knowledgeBase: base });
    expect(await meaning(base, 'gift cards')).toEqual([]);
  });

  it('are those of one knowledge base', async () => {
    const meaning = linkers(most);
    const [one, other] = [await newBase('owned_by(a_b, c)'), await newBase('owned_by(d_e, c)')];
    expect(await meaning(one, 'a b')).toEqual(['a_b']);
    expect(await meaning(other, 'a b')).toEqual([]);
  });

  it('have the names that modules declare, as long as they do', async () => {
    const meaning = linkers(most);
    const base = await newBase('owned_by(main_db, platform)');
    const names = declared(':- alias(main_db, [\'main database\', "the big one"]).');
    expect(await meaning(base, 'Main Database', names)).toEqual(['main_db']);
    expect(await meaning(base, 'the big one', names)).toEqual(['main_db']);
    expect(await meaning(base, 'Main Database')).toEqual([]);
  });

  it('may be numbers and words of other scripts', async () => {
    const meaning = linkers(most);
    const base = await newBase("owned_by('結帳', 42)", 'owned_by(2.5, x)');
    expect(await meaning(base, '結帳')).toEqual(['結帳']);
    expect(await meaning(base, '42')).toEqual(['42']);
    expect(await meaning(base, '2.5')).toEqual(['2.5']);
  });
});

describe('Constants held in memory', () => {
  it('have the names that facts give, as long as these hold', async () => {
    const meaning = linkers(1_000);
    const names = declared(':- alias_predicate(also_called/2).');
    const base = await newBase('owned_by(main_db, platform)', 'also_called(main_db, "The Elephant")');
    expect(await meaning(base, 'the elephant', names)).toContain('main_db');
    await assert(base, 'also_called(platform, base_team)');
    expect(await meaning(base, 'Base Team', names)).toContain('platform');
    await store.retractFacts({ matches: 'also_called(main_db, _)' }, { knowledgeBase: base });
    expect(await meaning(base, 'the elephant', names)).not.toContain('main_db');
  });

  it('leave out sentences, lists and structures', async () => {
    const meaning = linkers(1_000);
    const long = 'word '.repeat(30).trim();
    const base = await newBase(`owned_by([a_b], f(c_d))`, `owned_by("${long}", x)`);
    for (const text of ['a b', 'c d', long]) expect(await meaning(base, text)).toEqual([]);
  });

  it('are the same for all who ask while they are read', async () => {
    const meaning = linkers(1_000);
    const base = await newBase('owned_by(main_db, platform)');
    const asked = Array.from({ length: 8 }, () => meaning(base, 'main db'));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 8 }, () => ['main_db']));
    await store.retractFacts({ matches: 'owned_by(_, _)' }, { knowledgeBase: base });
    expect(await meaning(base, 'main db')).toEqual([]);
  });

  it('are read in parts where one change is large', async () => {
    const meaning = linkers(100_000);
    const base = await newBase('owned_by(first, x)');
    expect(await meaning(base, 'first')).toEqual(['first']);
    const facts = Array.from({ length: 21_000 }, (_, i) => `owned_by(thing_${i}, team_${i % 10})`);
    for (let at = 0; at < facts.length; at += 7_000) await assert(base, ...facts.slice(at, at + 7_000));
    expect(await meaning(base, 'thing 20999')).toEqual(['thing_20999']);
    expect(await meaning(base, 'team 9')).toEqual(['team_9']);
  }, 60_000);
});
