import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { factFilterSql } from '../../src/knowledge/fact-filter.js';
import type { FactFilter } from '../../src/knowledge/knowledge.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { patternSql } from '../../src/knowledge/pattern-sql.js';
import { atom, compound, float, integer, list, str, type Term, variable } from '../../src/prolog/term.js';
import { unify } from '../../src/prolog/unify.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { describeWithDatabase } from './with-database.js';

const constant: fc.Arbitrary<Term> = fc.constantFrom(
  atom('a'),
  atom('[]'),
  atom('é b'),
  atom('\0'),
  str('a'),
  str(''),
  integer(1),
  integer(0),
  float(1),
  float(0),
  float(-0),
  float(1e300),
  integer(2n ** 70n),
);

/** Terms over few constants and functors, so that facts and patterns often meet. */
function termOver(leaf: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  return fc.letrec<{ term: Term }>((tie) => ({
    term: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 5, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie('term'), { maxLength: 3 }).map((items) => list(items)) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.array(tie('term'), { minLength: 1, maxLength: 3 }), leaf)
          .map(([items, tail]) => list(items, tail)),
      },
      {
        weight: 2,
        arbitrary: fc
          .array(tie('term'), { minLength: 1, maxLength: 2 })
          .map((args) => compound('f', ...args)),
      },
      { weight: 1, arbitrary: fc.tuple(tie('term'), tie('term')).map((args) => compound('c', ...args)) },
    ),
  })).term;
}

const factOver = (argument: fc.Arbitrary<Term>) =>
  fc.oneof(
    fc.constant(atom('p')),
    fc
      .tuple(fc.constantFrom('p', 'q'), fc.array(argument, { minLength: 1, maxLength: 3 }))
      .map(([name, args]) => compound(name, ...args)),
  );

const fact = factOver(termOver(constant));
const pattern = factOver(termOver(fc.oneof(constant, fc.constantFrom('X', 'Y', 'Z').map(variable))));

/** A fact with parts of it replaced by variables: a pattern that it matches, but for repeated variables. */
const loosened = (whole: Term): fc.Arbitrary<Term> => {
  const loosen = (term: Term): fc.Arbitrary<Term> => {
    const asVariable = fc.constantFrom('X', 'Y', 'Z', 'U', 'V').map<Term>(variable);
    const kept =
      term.kind === 'compound'
        ? fc.tuple(...term.args.map(loosen)).map<Term>((args) => compound(term.name, ...args))
        : fc.constant(term);
    return fc.oneof({ weight: 2, arbitrary: kept }, { weight: 1, arbitrary: asVariable });
  };
  if (whole.kind !== 'compound') return fc.constant(whole);
  return fc.tuple(...whole.args.map(loosen)).map((args) => compound(whole.name, ...args));
};

async function matching(database: Database, knowledgeBase: number, pattern: Term): Promise<string[]> {
  const rows = await database.rows<{ prolog: string }>(sql`
    select f.prolog from facts f where f.knowledge_base = ${knowledgeBase} and ${patternSql(pattern)} order by 1`);
  return rows.map(({ prolog }) => prolog).sort();
}

const nested = (depth: number): FactFilter => (depth === 1 ? { predicate: 'p' } : { not: nested(depth - 1) });

const sample = [
  {
    prolog: 'owned_by(checkout, payments)',
    source: 'wiki',
    confidence: 0.5,
    metadata: { by: { name: 'Ann' }, tags: ['x', 'y'] },
  },
  { prolog: 'owned_by(cart, shop)', text: 'The CART is 100% owned by the_shop', source: 'wiki' },
  { prolog: 'owned_by(shop, shop)', text: 'École: 100 \\ percent' },
  { prolog: 'path([a, b, c], pos(1, 2))', confidence: 0.9 },
  { prolog: 'path([a | b], pos(1.0, 2))', metadata: 'text' },
  { prolog: 'path([], "[]")' },
  { prolog: 'up' },
];

describeWithDatabase('A filter of facts', (it) => {
  it('finds exactly the facts that unify with a pattern', async (database) => {
    const store = new KnowledgeStore(database);
    let number = 0;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { minLength: 10, maxLength: 40 }).chain((facts) =>
          fc.record({
            facts: fc.constant(facts),
            patterns: fc.array(fc.oneof(pattern, fc.constantFrom(...facts).chain(loosened)), {
              minLength: 10,
              maxLength: 20,
            }),
          }),
        ),
        async ({ facts, patterns }) => {
          const { id, name } = await store.createKnowledgeBase(`patterns-${number++}`);
          await store.assertFacts(
            facts.map((each) => ({ prolog: writeTerm(each) })),
            { knowledgeBase: name },
          );
          const distinct = [...new Map(facts.map((each) => [writeTerm(each), each]))];
          for (const each of patterns) {
            const expected = distinct
              .filter(([, term]) => unify(each, term) !== undefined)
              .map(([text]) => text)
              .sort();
            expect(await matching(database, id, each), writeTerm(each)).toEqual(expected);
            found += expected.length;
          }
        },
      ),
      { numRuns: 60 },
    );
    // A test of filters that find nothing would prove little.
    expect(found).toBeGreaterThan(500);
  });

  const questions: [string, FactFilter, number[]][] = [
    ['everything', {}, [0, 1, 2, 3, 4, 5, 6]],
    ['a predicate', { predicate: 'owned_by' }, [0, 1, 2]],
    ['an arity', { arity: 0 }, [6]],
    ['no arity so large', { arity: 70_000 }, []],
    ['any term', { matches: 'Anything' }, [0, 1, 2, 3, 4, 5, 6]],
    ['no number', { matches: '42' }, []],
    ['a bound argument', { matches: 'owned_by(_, shop)' }, [1, 2]],
    ['the same variable twice', { matches: 'owned_by(X, X)' }, [2]],
    ['a ground term', { matches: 'owned_by(cart, shop).' }, [1]],
    ['a list by its first element', { matches: 'path([a|_], _)' }, [3, 4]],
    ['a list by its length', { matches: 'path([_, _, _], _)' }, [3]],
    ['integers apart from floats', { matches: 'path(_, pos(1, _))' }, [3]],
    ['lists apart from strings', { matches: 'path(X, X)' }, []],
    ['words in any case', { textContains: 'cart' }, [1]],
    ['words with accents in any case', { textContains: 'éCOLE' }, [2]],
    ['a per cent sign as itself', { textContains: '100%' }, [1]],
    ['an underscore as itself', { textContains: 'e_s' }, [1]],
    ['a backslash as itself', { textContains: '\\ p' }, [2]],
    ['a source', { source: 'wiki' }, [0, 1]],
    ['the absence of a source', { not: { source: 'wiki' } }, [2, 3, 4, 5, 6]],
    ['a confidence', { minConfidence: 0.9 }, [1, 2, 3, 4, 5, 6]],
    ['metadata within metadata', { metadata: { by: { name: 'Ann' }, tags: ['y'] } }, [0]],
    ['all of several parts', { and: [{ source: 'wiki' }, { textContains: 'owned' }] }, [1]],
    [
      'any of several parts',
      {
        predicate: 'owned_by',
        or: [{ textContains: 'cart' }, { minConfidence: 0.9, not: { source: 'wiki' } }],
      },
      [1, 2],
    ],
    ['no part of none', { or: [] }, []],
    ['every part of none', { and: [] }, [0, 1, 2, 3, 4, 5, 6]],
    ['what is not', { not: { not: { predicate: 'up' } } }, [6]],
  ];

  it('asks by predicate, arity, pattern, text, source, confidence, metadata, and any mixture of these', async (database) => {
    const store = new KnowledgeStore(database);
    await store.ensureDefault();
    const { facts } = await store.assertFacts(sample);
    for (const [what, filter, expected] of questions) {
      const { nodes } = await store.facts({ filter });
      expect(
        nodes.map(({ id }) => facts.findIndex((fact) => fact.id === id)),
        what,
      ).toEqual(expected);
    }
  });

  it('may be as deep and as large as its limits say', async (database) => {
    const store = new KnowledgeStore(database);
    await store.ensureDefault();
    await store.assertFacts([
      { prolog: 'p(1)' },
      { prolog: `p(${'['.repeat(6)}a${']'.repeat(6)})` },
      { prolog: `q(${'f('.repeat(198)}1${')'.repeat(198)})` },
    ]);
    const count = async (filter: FactFilter) => (await store.facts({ filter })).totalCount();
    expect(await count(nested(19))).toBe(2);
    expect(
      await count({ or: Array.from({ length: 499 }, (_, at) => ({ matches: `p(X, ${at}, [X|Y], Y)` })) }),
    ).toBe(0);
    expect(await count({ matches: `p(${'['.repeat(6)}X${'|_]'.repeat(6)})` })).toBe(1);
    expect(await count({ matches: `q(${'f('.repeat(198)}X${')'.repeat(198)})` })).toBe(1);
  });
});

describe('A filter of facts', () => {
  it.each([
    [
      'a pattern that is no term',
      { matches: 'p(a,\n  b c)' },
      { code: 'PROLOG_SYNTAX', details: { line: 2, column: 5 } },
    ],
    ['a confidence out of range', { minConfidence: 1.5 }, { code: 'BAD_INPUT' }],
    ['a fraction as an arity', { arity: 1.5 }, { code: 'BAD_INPUT' }],
    ['metadata that is no object', { metadata: [1] }, { code: 'BAD_INPUT' }],
    ['text that cannot be stored', { textContains: 'a\0' }, { code: 'BAD_INPUT' }],
    ['a filter nested too deeply', nested(21), { code: 'BAD_INPUT' }],
    [
      'a filter of too many parts',
      { or: Array.from({ length: 500 }, () => ({ arity: 1 })) },
      { code: 'BAD_INPUT' },
    ],
    [
      'a pattern nested too deeply',
      { matches: `p(${'f('.repeat(300)}X${')'.repeat(300)})` },
      { code: 'BAD_INPUT' },
    ],
    [
      'too many open lists in each other',
      { matches: `p(${'['.repeat(7)}a${'|_]'.repeat(7)})` },
      { code: 'BAD_INPUT' },
    ],
  ] as [string, FactFilter, object][])('refuses %s', (_, filter, error) => {
    expect(() => factFilterSql(filter, 1)).toThrow(expect.objectContaining(error));
  });
});
