import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskRequest } from '../../src/asking/asking.js';
import type { Database } from '../../src/database/database.js';
import type { Fact } from '../../src/knowledge/knowledge.js';
import { list } from '../../src/prolog/term.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { naiveAnswers } from '../reasoning/differential/naive-evaluator.js';
import { testDatabase } from '../support/database.js';
import { HybridBase } from './hybrid-base.js';

let database: Database;
let base: HybridBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await HybridBase.create(database);
}, 60_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

const numRuns = Number(process.env.TEST_RUNS ?? 6);
const seed = Number(process.env.TEST_SEED ?? 1);

/** Incidents with a sentence that hit services, which depend on each other and are owned by teams, some with a sentence. */
const world = fc.record({
  incidents: fc.array(
    fc.record({
      service: fc.nat(14),
      sentence: fc.nat(65_535),
      confidence: fc.constantFrom(1, 1, 0.5, 0.75),
    }),
    { minLength: 60, maxLength: 250 },
  ),
  owners: fc.array(fc.record({ service: fc.nat(14), team: fc.nat(4), sentence: fc.option(fc.nat(65_535)) }), {
    minLength: 5,
    maxLength: 30,
  }),
  needs: fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 12 }),
  goneIncidents: fc.array(fc.nat(59), { maxLength: 10 }),
});

const goals = [
  'incident(I, S)',
  'incident(I, s3)',
  'incident(I, S), owner(S, T)',
  'blames(T, I)',
  'blames(t1, I)',
  'suffers(S)',
  'owner(S, T), incident(I, S), incident(J, S), I @< J',
  'calm(T)',
  'busy(T, N)',
  'either(S)',
];

const rules = `
  blames(T, I) :- incident(I, S), owner(S, T).
  0.75 :: suffers(S) :- incident(_, S).
  0.5 :: suffers(S) :- needs(S, N), suffers(N).
  calm(T) :- owner(S, T), \\+ incident(_, S).
  busy(T, N) :- owner(S, T), aggregate_all(count, incident(_, S), N), N > 3.
  either(S) :- ( incident(_, S) ; owner(S, _) ).`;

const question = fc.record({
  text: fc.nat(65_535).map(String),
  goal: fc.constantFrom(...goals),
  scope: fc.constantFrom('ANCHORED', 'ANCHORED', 'RETRIEVED', 'ALL'),
  scoring: fc.constantFrom('PRODUCT', 'PRODUCT', 'MINIMUM'),
  first: fc.constantFrom(1, 5, 20),
  minSimilarity: fc.constantFrom(null, null, 0.75),
  filter: fc.constantFrom(null, null, { predicate: 'incident' }, { minConfidence: 0.75 }),
  count: fc.boolean(),
} as const);

describe('A hybrid question', () => {
  it('has the first page that all proofs over all similarities give, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.array(question, { minLength: 25, maxLength: 25 }),
        async (made, questions) => {
          const { name, facts } = await base.fill(
            [
              ...made.incidents.map(({ service, sentence, confidence }, i) => ({
                prolog: `incident(i${i}, s${service})`,
                text: `Report ${sentence}.`,
                confidence,
              })),
              ...made.owners.map(({ service, team, sentence }) => ({
                prolog: `owner(s${service}, t${team})`,
                ...(sentence === null ? {} : { text: `Owner ${sentence}.` }),
              })),
              ...made.needs.map(([a, b]) => ({ prolog: `needs(s${a}, s${b})` })),
              { prolog: 'needs(s0, s0)' },
            ],
            rules,
          );
          const gone = new Set(made.goneIncidents);
          for (const i of gone)
            await base.store.retractFacts({ matches: `incident(i${i}, _)` }, { knowledgeBase: name });
          const distinct = new Map(facts.map((fact) => [fact.id, fact]));
          const live = [...distinct.values()].filter(
            ({ prolog }) => !gone.has(Number(/^incident\(i(\d+)/.exec(prolog)?.[1] ?? -1)),
          );
          for (const { filter, minSimilarity, count, ...asked } of questions) {
            const retrieval = { filter, minSimilarity };
            const { text, ...rest } = asked;
            const request: AskRequest = {
              ...rest,
              question: text,
              knowledgeBase: name,
              retrieval,
              wanted: { proofs: true, texts: false, count },
            };
            const found = await base.asker.ask(request);
            const similarities = similaritiesOf(live, text, { filter, minSimilarity });
            const right = naiveAnswers({
              facts: live.map(({ id, prolog, confidence, sentence }) => ({
                id,
                prolog,
                confidence,
                hasSentence: sentence !== null,
              })),
              rules,
              goal: asked.goal,
              scoring: asked.scoring,
              anchors: { scope: asked.scope, similarities },
            });
            expect(found).toMatchObject({ complete: true, evaluator: 'deduction' });
            const lines = found.answers.edges.map(
              ({ answer }) => `${answer.score} ${writeTerm(list(answer.bindings.map(({ value }) => value)))}`,
            );
            const expected = right.slice(0, asked.first);
            if (asked.scoring === 'PRODUCT') {
              expect(lines).toEqual(expected.map(({ values, score }) => `${score} ${values}`));
            } else {
              expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual(
                expected.map(({ score }) => score),
              );
            }
            if (found.answers.totalCount !== null) expect(found.answers.totalCount).toBe(right.length);
            else expect(count).toBe(false);
            expect(found.answers.pageInfo.hasNextPage).toBe(right.length > asked.first);
          }
        },
      ),
      { numRuns, seed, endOnFailure: true },
    );
  }, 300_000);
});

describe('A hybrid question over many facts', () => {
  let name: string;
  beforeAll(async () => {
    ({ name } = await base.fill(
      [
        ...Array.from({ length: 1_500 }, (_, i) => ({
          prolog: `incident(i${i}, s${i % 50})`,
          text: `Report ${(i * 40_503) % 65_536}.`,
        })),
        ...Array.from({ length: 50 }, (_, i) => ({ prolog: `owner(s${i}, t${i % 5})` })),
        { prolog: 'needs(s1, s2)' },
      ],
      rules,
    ));
  }, 120_000);
  const ask = (goal: string, more: Partial<AskRequest> = {}) =>
    base.asker.ask({
      question: 'text 4711',
      goal,
      first: 5,
      knowledgeBase: name,
      wanted: { proofs: true, texts: false, count: false },
      ...more,
    });

  it.each([
    ['incident(I, S), owner(S, T)', 100],
    ['blames(T, I)', 100],
    ['suffers(S)', 500],
    ['incident(i7, S)', 40],
    ['incident(I, s7)', 80],
    ['owner(S, t2), incident(I, S), I @> i5', 300],
  ])('reads only what the first page of %s takes', async (goal, most) => {
    const { answers, complete, retrieved } = await ask(goal);
    expect(complete).toBe(true);
    expect(answers.edges.length).toBeGreaterThan(0);
    expect(retrieved.length).toBeLessThanOrEqual(most);
  });

  it('says that it may have missed an answer when `topK` facts were too few to tell', async () => {
    const few = await ask('incident(I, S), I @> i9, S @> s48', { retrieval: { topK: 3 } });
    expect(few).toMatchObject({ complete: false, limitReached: 'TOP_K' });
    expect(few.answers.totalCount).toBeNull();
    expect(few.retrieved.length).toBeLessThanOrEqual(3);
    const enough = await ask('incident(I, S)', { first: 1, retrieval: { topK: 40 } });
    expect(enough).toMatchObject({ complete: true, limitReached: null });
    expect(enough.answers.pageInfo.hasNextPage).toBe(true);
  });

  it('begins with the facts that a filter leaves, however many others there are', async () => {
    const filter = { matches: 'incident(_, s7)' };
    const { answers, complete, retrieved } = await ask('incident(I, S), owner(S, T)', {
      first: 100,
      retrieval: { filter },
    });
    expect(complete).toBe(true);
    expect(answers.edges).toHaveLength(30);
    expect(retrieved).toHaveLength(30);
  });

  it('takes a sentence that has no vector yet for one that words alone can find', async () => {
    await base.store.assertFacts([{ prolog: 'incident(i9999, s7)', text: 'Report of a crocodile.' }], {
      knowledgeBase: name,
    });
    const { answers } = await ask('incident(i9999, S)', { question: 'a crocodile' });
    expect(answers.edges).toHaveLength(1);
    await base.settled(name);
    await base.store.retractFacts({ matches: 'incident(i9999, _)' }, { knowledgeBase: name });
  });
});

/** Of all facts with a sentence that the options let through. */
function similaritiesOf(
  facts: readonly Fact[],
  text: string,
  {
    filter,
    minSimilarity,
  }: { filter: { predicate?: string; minConfidence?: number } | null; minSimilarity: number | null },
): Map<number, number> {
  const similarities = new Map<number, number>();
  for (const { id, predicate, confidence, sentence } of facts) {
    if (sentence === null) continue;
    if (filter?.predicate !== undefined && predicate !== filter.predicate) continue;
    if (filter?.minConfidence !== undefined && confidence < filter.minConfidence) continue;
    const similarity = base.embedder.similarityBetween(text, sentence);
    if (similarity >= (minSimilarity ?? 0)) similarities.set(id, similarity);
  }
  return similarities;
}
