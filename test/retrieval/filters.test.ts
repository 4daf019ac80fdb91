import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openPostgres } from '../../src/database/postgres.js';
import type { FactFilter } from '../../src/knowledge/knowledge.js';
import { readTerm } from '../../src/prolog/reader.js';
import { atom, compound, integer, list, str, type Term, variable } from '../../src/prolog/term.js';
import { unify } from '../../src/prolog/unify.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { inScope } from '../../src/retrieval/live-facts.js';
import type { Channel } from '../../src/retrieval/retrieval.js';
import { newPostgresDatabase, onlyOnPostgres } from '../support/database.js';
import { cosine, hashedVector } from './fake-embedder.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const runs = Number(process.env.TEST_RUNS ?? 12);

/** Few values, so that filters often let some facts through and rarely all. */
const constant: fc.Arbitrary<Term> = fc.constantFrom(
  atom('a'),
  atom('b'),
  str('a'),
  integer(1),
  compound('f', atom('a'), integer(1)),
  compound('f', atom('b'), integer(1)),
  list([atom('a'), atom('b')]),
);
const name = fc.constantFrom('p', 'q');
const source = fc.constantFrom('wiki', 'crm');
const confidence = fc.constantFrom(0.25, 0.5, 1);
const words = fc.array(fc.constantFrom('Gateway', 'slow', '50%', 'a_b', 'Disk'), { maxLength: 3 });
const json = fc.constantFrom(
  { team: 'x' },
  { team: 'x', tags: ['m', 'n'] },
  { tags: ['n', { k: 1 }] },
  { team: { name: 'x' } },
);

interface Given {
  readonly name: string;
  readonly args: readonly Term[];
  readonly words: readonly string[] | null;
  readonly source: string | null;
  readonly confidence: number;
  readonly metadata: object | null;
  /** Retracted in the second step, and said again in the third. */
  readonly fate: 'stays' | 'goes' | 'comes back';
}

const given: fc.Arbitrary<Given> = fc.record({
  name,
  args: fc.array(constant, { minLength: 1, maxLength: 2 }),
  words: fc.option(words, { freq: 6 }),
  source: fc.option(source),
  confidence,
  metadata: fc.option(json),
  fate: fc.constantFrom('stays', 'stays', 'goes', 'comes back'),
});

const argument = fc.oneof(
  constant,
  fc.constantFrom('X', 'Y', '_Z').map<Term>(variable),
  fc.constantFrom('X', 'Z').map<Term>((of) => compound('f', variable(of), integer(1))),
  fc.constant<Term>(list([atom('a')], variable('T'))),
);
/** The first argument of a fact is its number. */
const pattern: fc.Arbitrary<Term> = fc
  .tuple(
    name,
    fc.oneof(fc.constant<Term>(variable('N')), fc.nat(20).map(integer)),
    fc.array(argument, { maxLength: 2 }),
  )
  .map(([of, first, rest]) => compound(of, first, ...rest));

const condition: fc.Arbitrary<FactFilter> = fc.oneof(
  fc.record({ predicate: name }),
  fc.record({ arity: fc.constantFrom(1, 2, 3) }),
  fc.record({ matches: pattern.map((term) => writeTerm(term)) }),
  fc.record({ textContains: fc.constantFrom('gateway', '50%', 'a_b', 'SLOW', '', 'nowhere') }),
  fc.record({ source }),
  fc.record({ minConfidence: fc.constantFrom(0, 0.3, 0.5, 1) }),
  fc.record({
    metadata: fc.constantFrom({}, { team: 'x' }, { tags: ['n'] }, { tags: [{ k: 1 }] }, { team: {} }),
  }),
);
const filter: fc.Arbitrary<FactFilter> = fc.letrec<{ filter: FactFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.tuple(condition, condition).map(([one, other]) => ({ ...one, ...other })),
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
    fc.tuple(condition, tie('filter')).map(([one, part]) => ({ ...one, or: [part, { minConfidence: 1 }] })),
  ),
})).filter;

/** A fact as the oracle knows it. */
interface Known {
  readonly id: number;
  readonly term: Term;
  readonly sentence: string | null;
  readonly given: Given;
  readonly assertedIn: number;
  retractedIn: number | null;
}

/** What `FactFilter` says, over facts in memory. */
function passes(fact: Known, filter: FactFilter): boolean {
  const { term, sentence, given } = fact;
  const { name, args } = term as { name: string; args: readonly Term[] };
  const { predicate, arity, matches, textContains, source, minConfidence, metadata, and, or, not } = filter;
  return Boolean(
    (predicate == null || predicate === name) &&
      (arity == null || arity === args.length) &&
      (matches == null || unify(readTerm(matches).term, term) !== undefined) &&
      (textContains == null || sentence?.toLowerCase().includes(textContains.toLowerCase())) &&
      (source == null || source === given.source) &&
      (minConfidence == null || given.confidence >= minConfidence) &&
      (metadata == null || (given.metadata !== null && contains(given.metadata, metadata))) &&
      (and == null || and.every((part) => passes(fact, part))) &&
      (or == null || or.some((part) => passes(fact, part))) &&
      (not == null || !passes(fact, not)),
  );
}

/** As jsonb's @> has it: every part of `part` is somewhere in the same place of `whole`. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.every((each) => whole.some((item) => contains(item, each)));
  }
  if (typeof part === 'object' && part !== null) {
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false;
    return Object.entries(part).every(([key, value]) => key in whole && contains(whole[key as never], value));
  }
  return whole === part;
}

const DIMENSIONS = 8;
/** The squares make 16, so that the quarters are of length one. */
const QUARTERS = [3, 1, 1, 1, 1, 1, 1, 1];

/** Of quarters, which are exact in half floats too: cosines come out alike in SQL and JavaScript. */
function vectorOf(text: string): Float32Array {
  const draws = [...hashedVector(text, DIMENSIONS)];
  const order = draws.map((_, d) => d).sort((a, b) => Math.abs(draws[b]!) - Math.abs(draws[a]!));
  return Float32Array.from(draws, (draw, d) => (Math.sign(draw) * QUARTERS[order.indexOf(d)]!) / 4);
}

/** A knowledge base of three revisions, every sentence of which holds the word `common`. */
async function historyOf(database: Database, all: readonly Given[]) {
  const world = await World.create(database, { dimensions: DIMENSIONS });
  world.embedder.vectors.set('common', vectorOf('common'));
  const known: Known[] = [];
  const say = async (numbers: readonly number[]) => {
    if (numbers.length === 0) return;
    const facts = numbers.map((n) => {
      const given = all[n]!;
      const term = compound(given.name, integer(n), ...given.args);
      const sentence = given.words && ['common', ...given.words, `number${n}`].join(' ');
      if (sentence !== null) world.embedder.vectors.set(sentence, vectorOf(sentence));
      return { given, term, sentence };
    });
    const { facts: asserted, revision } = await world.assert(
      ...facts.map(({ given, term, sentence }) => ({
        prolog: writeTerm(term),
        ...(sentence !== null && { text: sentence }),
        ...(given.source !== null && { source: given.source }),
        ...(given.metadata !== null && { metadata: given.metadata }),
        confidence: given.confidence,
      })),
    );
    for (const [i, { id }] of asserted.entries()) {
      known.push({ id, ...facts[i]!, assertedIn: revision, retractedIn: null });
    }
    await world.index();
  };
  const numbers = [...all.keys()];
  await say(numbers);
  const gone = known.filter(({ given: { fate } }) => fate !== 'stays');
  if (gone.length > 0) {
    const revision = await world.retract(...gone.map(({ id }) => id));
    for (const fact of gone) fact.retractedIn = revision;
  }
  await say(numbers.filter((n) => all[n]!.fate === 'comes back'));
  return { world, known };
}

const liveAt =
  (revision: number) =>
  ({ assertedIn, retractedIn }: Known) =>
    assertedIn <= revision && (retractedIn === null || retractedIn > revision);

/** Compares all of them. Ties go by id. */
function nearest(world: World, facts: readonly Known[], query: Float32Array, limit: number): number[] {
  return facts
    .map(({ id, sentence }) => ({ id, distance: 1 - cosine(world.embedder.vectorOf(sentence!), query) }))
    .sort((a, b) => a.distance - b.distance || a.id - b.id)
    .slice(0, limit)
    .map(({ id }) => id);
}

describeWithDatabase('Retrieval', (open) => {
  test('with any filter, channel and revision finds what filtering the facts one by one finds', {
    timeout: 300_000,
  }, async () => {
    const database = await open();
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          facts: fc.array(given, { minLength: 8, maxLength: 30 }),
          large: fc.boolean(),
          questions: fc.array(
            fc.record({
              filter,
              channels: fc.constantFrom<readonly Channel[]>(['DENSE'], ['LEXICAL'], ['DENSE', 'LEXICAL']),
              back: fc.nat(2),
              topK: fc.constantFrom(1, 5, 100),
            }),
            { minLength: 12, maxLength: 20 },
          ),
        }),
        async ({ facts, large, questions }) => {
          const { world, known } = await historyOf(database, facts);
          if (large) {
            // A large knowledge base is searched in another way where there is a side table of bits.
            await database.run(
              sql`update knowledge_bases set sentence_count = 10000000 where name = ${world.name}`,
            );
          }
          const { knowledgeBase, revision: last } = await world.now();
          const query = world.embedder.vectorOf('common');
          for (const { filter, channels, back, topK } of questions) {
            const revision = Math.max(1, last - back);
            const expected = known
              .filter(liveAt(revision))
              .filter(({ sentence }) => sentence !== null)
              .filter((fact) => passes(fact, filter));
            const outcome = await world.retriever().search({
              knowledgeBase,
              revision,
              text: 'common',
              options: { channels, filter, topK },
            });
            const ids = outcome.facts.map(({ fact }) => fact.id);
            const context = JSON.stringify({ filter, channels, revision, topK });
            expect(new Set(ids).size, context).toBe(ids.length);
            expect(ids.length, context).toBe(Math.min(topK, expected.length));
            expect(outcome.cut, context).toBe(expected.length > topK);
            const allowed = new Set(expected.map(({ id }) => id));
            expect(
              ids.filter((id) => !allowed.has(id)),
              context,
            ).toEqual([]);
            if (channels.join() === 'DENSE')
              expect(ids, context).toEqual(nearest(world, expected, query, topK));
            found += ids.length;
          }
        },
      ),
      { numRuns: runs },
    );
    // A test of filters that find nothing would prove little.
    expect(found).toBeGreaterThan(4 * runs);
  });

  test('for similar/3 finds the facts that unify with its pattern, by comparing them all', {
    timeout: 300_000,
  }, async () => {
    const database = await open();
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          facts: fc.array(given, { minLength: 8, maxLength: 30 }),
          questions: fc.array(
            fc.record({
              pattern: fc.oneof(pattern, fc.constantFrom<Term>(variable('Any'), integer(3), atom('p'))),
              back: fc.nat(2),
              limit: fc.constantFrom(1, 5, 100),
              of: fc.nat(29),
            }),
            { minLength: 12, maxLength: 20 },
          ),
        }),
        async ({ facts, questions }) => {
          const { world, known } = await historyOf(database, facts);
          const { knowledgeBase, revision: last } = await world.now();
          for (const { pattern, back, limit, of } of questions) {
            const revision = Math.max(1, last - back);
            const request = { knowledgeBase, revision, pattern, limit, minSimilarity: 0 };
            const expected = known
              .filter(liveAt(revision))
              .filter(({ sentence, term }) => sentence !== null && unify(pattern, term) !== undefined);
            const context = `${writeTerm(pattern)} at ${revision}`;
            const similar = await world.retriever().similar({ ...request, text: 'common' });
            const query = world.embedder.vectorOf('common');
            expect(
              similar.facts.map(({ fact }) => fact),
              context,
            ).toEqual(nearest(world, expected, query, limit));
            expect(similar.cut, context).toBe(expected.length > limit);

            const fact = known[of % known.length]!;
            if (fact.sentence === null) continue;
            const others = expected.filter(({ id }) => id !== fact.id);
            const near = await world.retriever().nearest({ ...request, fact: fact.id });
            const stored = world.embedder.vectorOf(fact.sentence);
            expect(
              near.facts.map(({ fact }) => fact),
              context,
            ).toEqual(nearest(world, others, stored, limit));
            expect(near.cut, context).toBe(others.length > limit);
            found += similar.facts.length + near.facts.length;
          }
        },
      ),
      { numRuns: runs },
    );
    expect(found).toBeGreaterThan(4 * runs);
  });
});

onlyOnPostgres('A pattern with a bound argument', () => {
  test('is served by the index of arguments, whichever argument it is', { timeout: 120_000 }, async () => {
    const { url, drop } = await newPostgresDatabase(`template ${inject('databaseTemplate')}`);
    const database = await openPostgres(url);
    try {
      const world = await World.create(database);
      const services = Array.from({ length: 4_000 }, (_, n) => n);
      await world.assert(...services.map((n) => ({ prolog: `owned_by(service_${n}, team_${n % 400})` })));
      await database.run(sql`analyze facts`);
      const { knowledgeBase, revision } = await world.now();
      for (const matches of ['owned_by(S, team_7)', 'owned_by(service_9, T)', 'owned_by(f(X), team_7)']) {
        const scope = { knowledgeBase: knowledgeBase.id, revision, filter: { matches } };
        const plan = await database.rows(
          sql`explain (format json) select f.id from facts f where ${inScope(scope)}`,
        );
        const text = JSON.stringify(plan);
        expect(text, matches).toContain('"Index Name":"facts_argument_keys"');
        expect(text, matches).not.toContain('Seq Scan');
      }
    } finally {
      await database.stop();
      await drop();
    }
  });
});
