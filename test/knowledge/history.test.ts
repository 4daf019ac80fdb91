import fc from 'fast-check';
import { expect } from 'vitest';
import { encodeFactId } from '../../src/knowledge/fact-id.js';
import type { Fact, FactInput } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { expectCountsToHold } from './expect-counts.js';
import { describeWithDatabase } from './with-database.js';

const terms = ['up(a)', 'up(b)', 'needs(a,b)', 'needs(b,a)', 'needs(a,c)', 'done'];
const patterns = ['_', 'up(_)', 'needs(a,_)', 'needs(X,X)', 'needs(_,b)', 'done'];

const input = fc.record<FactInput>(
  {
    prolog: fc.constantFrom(...terms),
    text: fc.constantFrom('The pump is running', 'Water in the cellar', 'The pumps run'),
    confidence: fc.constantFrom(1, 0.5),
    source: fc.constantFrom('meter', 'Ann'),
    metadata: fc.constantFrom({ a: 1 }, { a: 1, b: [2, null] }, 'x'),
  },
  { requiredKeys: ['prolog'] },
);

type Step =
  | { readonly assert: FactInput[] }
  | { readonly retract: string }
  | { readonly retractFirst: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ assert: fc.array(input, { maxLength: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ retract: fc.constantFrom(...patterns) }) },
  { weight: 1, arbitrary: fc.record({ retractFirst: fc.integer({ min: 1, max: 3 }) }) },
);

/** A row as the simplest possible store would keep it. */
interface Row {
  prolog: string;
  sentence: string | null;
  confidence: number;
  source: string | null;
  metadata: unknown;
  assertedIn: number;
  retractedIn: number | null;
}

class Model {
  readonly rows: Row[] = [];
  revision = 0;

  live(revision = this.revision): Row[] {
    return this.rows.filter(
      (row) => row.assertedIn <= revision && (row.retractedIn === null || row.retractedIn > revision),
    );
  }

  changes(since: number, until: number): string[] {
    const within = (revision: number | null) => revision !== null && revision > since && revision <= until;
    return this.rows
      .filter((row) => within(row.assertedIn) || (row.assertedIn <= since && within(row.retractedIn)))
      .map(({ prolog, confidence, sentence, assertedIn, retractedIn }) =>
        JSON.stringify([
          prolog,
          confidence,
          sentence !== null,
          assertedIn,
          within(retractedIn) ? retractedIn : null,
        ]),
      )
      .sort();
  }

  assert(inputs: readonly FactInput[]): { inserted: number; updated: number; alreadyKnown: number } {
    const next = this.revision + 1;
    const wanted = new Map<string, Row>();
    for (const { prolog, text, confidence, source, metadata } of inputs) {
      const before = wanted.get(prolog!) ?? this.live().find((row) => row.prolog === prolog);
      wanted.set(prolog!, {
        prolog: prolog!,
        sentence: text ?? before?.sentence ?? null,
        confidence: confidence ?? before?.confidence ?? 1,
        source: source ?? before?.source ?? null,
        metadata: metadata ?? before?.metadata ?? null,
        assertedIn: next,
        retractedIn: null,
      });
    }
    let [inserted, updated] = [0, 0];
    for (const row of wanted.values()) {
      const before = this.live().find(({ prolog }) => prolog === row.prolog);
      if (before !== undefined && sayings(before) === sayings(row)) continue;
      if (before === undefined) inserted++;
      else {
        updated++;
        before.retractedIn = next;
      }
      this.rows.push(row);
    }
    if (inserted + updated > 0) this.revision = next;
    return { inserted, updated, alreadyKnown: inputs.length - inserted - updated };
  }

  retract(which: (row: Row) => boolean): number {
    const rows = this.live().filter(which);
    if (rows.length > 0) this.revision++;
    for (const row of rows) row.retractedIn = this.revision;
    return rows.length;
  }
}

const sayings = ({ prolog, sentence, confidence, source, metadata }: Row | Fact) =>
  JSON.stringify([prolog, sentence, confidence, source, metadata]);

const unifies: Record<string, (prolog: string) => boolean> = {
  _: () => true,
  'up(_)': (prolog) => prolog.startsWith('up('),
  'needs(a,_)': (prolog) => prolog.startsWith('needs(a,'),
  'needs(X,X)': () => false,
  'needs(_,b)': (prolog) => prolog === 'needs(a,b)',
  done: (prolog) => prolog === 'done',
};

async function follow(store: KnowledgeStore, steps: readonly Step[], knowledgeBase: string): Promise<Model> {
  const model = new Model();
  for (const each of steps) {
    if ('assert' in each) {
      const { facts, revision, ...counts } = await store.assertFacts(each.assert, { knowledgeBase });
      expect(counts).toEqual(model.assert(each.assert));
      expect(revision).toBe(model.revision);
      expect(facts.map(sayings)).toEqual(
        each.assert.map(({ prolog }) => sayings(model.live().find((row) => row.prolog === prolog)!)),
      );
    } else {
      const request =
        'retract' in each
          ? { matches: each.retract }
          : { ids: (await store.facts({ first: each.retractFirst, knowledgeBase })).nodes.map(encodeFactId) };
      const dry = await store.retractFacts({ ...request, dryRun: true }, { knowledgeBase });
      const gone = new Set(
        ('retract' in each ? [] : model.live().slice(0, each.retractFirst)).map(({ prolog }) => prolog),
      );
      const retracted = model.retract(({ prolog }) =>
        'retract' in each ? unifies[each.retract]!(prolog) : gone.has(prolog),
      );
      expect(dry.retracted).toBe(retracted);
      expect(await store.retractFacts(request, { knowledgeBase })).toEqual({
        retracted,
        revision: model.revision,
      });
    }
  }
  return model;
}

describeWithDatabase('The history of a knowledge base', (it) => {
  it('is that of a simple model, at every revision, page by page, and by its changes', async (database) => {
    const store = new KnowledgeStore(database);
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, size) => {
          const knowledgeBase = `history-${number++}`;
          const { id } = await store.createKnowledgeBase(knowledgeBase);
          const model = await follow(store, steps, knowledgeBase);
          await expectCountsToHold(database, id);
          for (let revision = 0; revision <= model.revision; revision++) {
            const expected = model.live(revision).map(sayings);
            const asOf = { revision };
            const page = await store.facts({ first: 1000, asOf, knowledgeBase });
            expect(page.nodes.map(sayings)).toEqual(expected);
            expect(await page.totalCount()).toBe(expected.length);
            expect(await forwards(store, knowledgeBase, revision, size)).toEqual(expected);
            expect(await backwards(store, knowledgeBase, revision, size)).toEqual(expected);
            expect(await changes(store, id, revision, model.revision, size)).toEqual(
              model.changes(revision, model.revision),
            );
            expect(await changes(store, id, 0, revision, size)).toEqual(model.changes(0, revision));
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

async function forwards(store: KnowledgeStore, knowledgeBase: string, revision: number, first: number) {
  const found: string[] = [];
  let page = await store.facts({ first, asOf: { revision }, knowledgeBase });
  expect(page.pageInfo.hasPreviousPage).toBe(false);
  for (;;) {
    found.push(...page.nodes.map(sayings));
    if (!page.pageInfo.hasNextPage) return found;
    page = await store.facts({ first, after: page.pageInfo.endCursor, knowledgeBase });
    expect(page.pageInfo.hasPreviousPage).toBe(true);
    expect(page.nodes.length).toBeGreaterThan(0);
  }
}

async function backwards(store: KnowledgeStore, knowledgeBase: string, revision: number, last: number) {
  const found: string[] = [];
  let page = await store.facts({ last, asOf: { revision }, knowledgeBase });
  expect(page.pageInfo.hasNextPage).toBe(false);
  for (;;) {
    found.unshift(...page.nodes.map(sayings));
    if (!page.pageInfo.hasPreviousPage) return found;
    page = await store.facts({ last, before: page.pageInfo.startCursor, knowledgeBase });
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(page.nodes.length).toBeGreaterThan(0);
  }
}

const indicators = ['up/1', 'needs/2', 'done/0', 'unheard_of/3'];

/** What reasoners follow, as a sorted list; each batch holds at most `most` facts of one predicate, in order of id. */
async function changes(store: KnowledgeStore, id: number, since: number, until: number, most: number) {
  const found: string[] = [];
  for await (const { predicate, arity, lines } of store.factBatches(id, since, until, indicators, { most })) {
    const rows = lines.split('\n').map((line) => line.split('\t'));
    expect(rows.length).toBeLessThanOrEqual(most);
    expect(indicators).toContain(`${predicate}/${arity}`);
    const ids = rows.map(([fact]) => Number(fact));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    for (const [, confidence, assertedIn, retractedIn, hasSentence, prolog] of rows) {
      found.push(
        JSON.stringify([
          prolog,
          Number(confidence),
          hasSentence === '1',
          Number(assertedIn),
          retractedIn === '' ? null : Number(retractedIn),
        ]),
      );
    }
  }
  return found.sort();
}
