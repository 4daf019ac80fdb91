import fc from 'fast-check';
import { expect } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { FactBatch, FactKeys } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { readTerm } from '../../src/prolog/reader.js';
import { atom, compound, integer, str, type Term } from '../../src/prolog/term.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { describeWithDatabase } from './with-database.js';

async function openStore(database: Database): Promise<KnowledgeStore> {
  const store = new KnowledgeStore(database);
  await store.ensureDefault();
  return store;
}

interface Line {
  readonly id: number;
  readonly confidence: number;
  readonly assertedIn: number;
  readonly retractedIn: number | null;
  readonly prolog: string;
}

async function linesOf(batches: AsyncIterable<FactBatch>): Promise<Line[]> {
  const found: Line[] = [];
  for await (const { lines } of batches) {
    for (const line of lines.split('\n')) {
      const [id, confidence, assertedIn, retractedIn, , prolog, ...rest] = line.split('\t');
      expect(rest).toEqual([]);
      found.push({
        id: Number(id),
        confidence: Number(confidence),
        assertedIn: Number(assertedIn),
        retractedIn: retractedIn === '' ? null : Number(retractedIn),
        prolog: prolog!,
      });
    }
  }
  return found;
}

async function count(batches: AsyncIterable<FactBatch>): Promise<number> {
  let sum = 0;
  for await (const _ of batches) sum++;
  return sum;
}

/** Values that are easily taken for each other. */
const values: readonly Term[] = [
  ...[
    '1',
    '1.0',
    '-0.0',
    '0.0',
    "'1'",
    '"1"',
    'a',
    '"a"',
    "'A b'",
    '[]',
    "'[]'",
    '"[]"',
    '[a,b]',
    '[a|b]',
    'f(a)',
  ],
  ...["'\\t'", '"\\t\\n\\\\"', "'\\x0\\'", '123456789012345678901234567890', '"é\\x1F600\\"'],
].map((text) => readTerm(text).term);

describeWithDatabase('Facts in batches', (it) => {
  it('are one line each, whatever their texts hold', async (database) => {
    const store = await openStore(database);
    const odd = ['\n', '\t', '\r\n', '\\n', "'", '\u2028', '\u0085', '\0', 'é\u{1f600}', ''];
    const names = odd.filter((text) => text !== '\0').map((text) => `p${text}`);
    const terms = [
      ...names.map((name) => compound(name, atom('a'), str('b'))),
      ...odd.map((text) => compound('q', atom(text), str(text))),
    ];
    const { facts } = await store.assertFacts(terms.map((term) => ({ prolog: writeTerm(term) })));
    const { knowledgeBase } = facts[0]!;
    const all = [...names, 'q'].map((name) => `${name}/2`);
    const lines = await linesOf(store.factBatches(knowledgeBase, 0, 1, all));
    expect(lines.map(({ prolog }) => prolog).sort()).toEqual(terms.map(writeTerm).sort());
  });

  it('have the confidence that was given, to the last bit', async (database) => {
    const store = await openStore(database);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true }), { minLength: 1 }),
        fc.nat(),
        async (confidences, salt) => {
          const inputs = confidences.map((confidence, i) => ({ prolog: `p(${salt},${i})`, confidence }));
          const { facts, revision } = await store.assertFacts(inputs);
          const ids = new Set(facts.map(({ id }) => id));
          const lines = await linesOf(
            store.factBatches(facts[0]!.knowledgeBase, revision - 1, revision, ['p/2']),
          );
          const own = lines.filter(({ id }) => ids.has(id));
          expect(own.map(({ confidence }) => confidence)).toEqual(facts.map(({ confidence }) => confidence));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are only of the predicates that are asked for, in their knowledge base', async (database) => {
    const store = await openStore(database);
    await store.createKnowledgeBase('other');
    await store.assertFacts([{ prolog: 'p(other)' }], { knowledgeBase: 'other' });
    await store.assertFacts(['p(a)', 'p(a,b)', 'pp(c)'].map((prolog) => ({ prolog })));
    const { facts } = await store.assertFacts(['p(d)', 'p(d,e)', 'p', 'q(p)'].map((prolog) => ({ prolog })));
    const { knowledgeBase } = facts[0]!;
    for (const [since, expected] of [
      [0, ['p(a)', 'p(d)', 'p']],
      [1, ['p(d)', 'p']],
    ] as const) {
      const lines = await linesOf(store.factBatches(knowledgeBase, since, 2, ['p/1', 'p/0']));
      expect(lines.map(({ prolog }) => prolog).sort()).toEqual([...expected].sort());
    }
  });

  it('are few together when they are large', async (database) => {
    const store = await openStore(database);
    const prolog = (i: number) => `p(${i},"${'x'.repeat(60_000)}")`;
    await store.assertFacts([{ prolog: 'q' }]);
    const { facts } = await store.assertFacts(Array.from({ length: 200 }, (_, i) => ({ prolog: prolog(i) })));
    const { knowledgeBase } = facts[0]!;
    for (const since of [0, 1]) {
      const batches = () => store.factBatches(knowledgeBase, since, 2, ['p/2']);
      expect(await count(batches())).toBe(3);
      expect((await linesOf(batches())).map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
    }
  });
});

describeWithDatabase('Facts by keys', (it) => {
  it('are those whose arguments are one of the keys, in every revision, each once', async (database) => {
    const store = await openStore(database);
    const value = fc.constantFrom(...values);
    const fact = fc.tuple(value, value, fc.integer({ min: 0, max: 3 }).map(integer));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fact, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        fc.subarray([0, 1, 2]),
        fc.array(fact, { maxLength: 8 }),
        fc.nat({ max: 100 }),
        async (writes, positions, others, at) => {
          const name = `keys-${knowledgeBases++}`;
          const { id } = await store.createKnowledgeBase(name);
          const knowledgeBase = name;
          for (const args of writes) {
            const inputs = args.map((each) => ({ prolog: writeTerm(compound('p', ...each)) }));
            await store.assertFacts([{ prolog: `p(${inputs.length})` }, ...inputs], { knowledgeBase });
          }
          const gone = writes[at % writes.length]![0]!;
          await store.retractFacts({ matches: writeTerm(compound('p', ...gone)) }, { knowledgeBase });
          const keys = [...writes[0]!.slice(0, 4), gone, ...others].map((args) =>
            positions.map((position) => writeTerm(args[position]!)),
          );
          const last = (await store.knowledgeBase(name)).revision;
          for (const until of [last, last - 1, 1]) {
            const all = await linesOf(store.factBatches(id, 0, until, ['p/3']));
            const wanted: FactKeys = { predicate: 'p', arity: 3, positions, keys };
            const expected = all.filter(({ prolog }) => {
              const { args } = readTerm(prolog).term as { args: readonly Term[] } & Term;
              const own = positions.map((position) => writeTerm(args[position]!)).join('\t');
              return keys.some((key) => key.join('\t') === own);
            });
            expect(await linesOf(store.factsByKeys(id, until, wanted))).toEqual(expected);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('may be asked for by thousands of keys at once', async (database) => {
    const store = await openStore(database);
    const { facts } = await store.assertFacts(
      Array.from({ length: 3_000 }, (_, i) => ({ prolog: `p(${i % 1_500},${i % 7})` })),
    );
    const { knowledgeBase } = facts[0]!;
    const keys = Array.from({ length: 1_500 }, (_, i) => [String(1_499 - i), String(3)]);
    const lines = await linesOf(
      store.factsByKeys(knowledgeBase, 1, { predicate: 'p', arity: 2, positions: [0, 1], keys }),
    );
    expect(lines.map(({ id }) => id)).toEqual(
      facts.filter(({ prolog }) => prolog.endsWith(',3)')).map(({ id }) => id),
    );
  });
});

let knowledgeBases = 0;
