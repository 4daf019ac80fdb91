import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskRequest } from '../../src/asking/asking.js';
import type { Database } from '../../src/database/database.js';
import { displayTerm } from '../../src/prolog/writer.js';
import { testDatabase } from '../support/database.js';
import { AskingBase } from './asking-base.js';

let database: Database;
let base: AskingBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await AskingBase.create(database);
  await base.fill(
    `report(r1, "The payment provider answers slowly and the checkout runs into time-outs.").
     report(r2, "A disk of the database server is full.").
     report(r3, "Customers cannot log in with their password.").
     report(r4, "The certificate of the web shop has expired.").
     about(r1, checkout). about(r2, database). about(r3, login). about(r4, storefront).
     0.5 :: owner(checkout, ana). owner(database, ben). owner(login, cleo). owner(storefront, ana).`,
    `:- searchable(report/2).
     :- template(report(R, T), "{T}").
     :- template(owner(S, P), "{P} owns {S}").
     :- template(told(P, R), "{P} hears of {R}").
     told(P, R) :- about(R, S), owner(S, P).
     unheard(R) :- about(R, _), \\+ told(_, R).
     like(Text, R) :- similar(Text, report(R, _), _).
     near(R, Other) :- report(R, Text), nearest(report(R, Text), report(Other, _), _).
     alike(A, B, S) :- similarity(A, B, S).`,
  );
}, 60_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

const ask = (question: string, more: Partial<AskRequest> = {}) =>
  base.asker.ask({ question, knowledgeBase: base.name, ...more });
const values = (page: Awaited<ReturnType<typeof ask>>) =>
  page.answers.edges.map(({ answer }) => answer.bindings.map(({ value }) => displayTerm(value)).join(' '));

describe('A question is routed', () => {
  it.each([
    ['to DENSE when it is a text', 'the disk is full', undefined, 'DENSE'],
    ['to LOGIC when it is a goal', 'owner(S, ana)', undefined, 'LOGIC'],
    ['to LOGIC when it is a conjunction', 'about(R, S), owner(S, ana)', undefined, 'LOGIC'],
    ['to HYBRID when a goal comes with a text', 'the disk is full', 'report(R, _)', 'HYBRID'],
    ['to DENSE when it is one word that is no predicate', 'certificate', undefined, 'DENSE'],
    ['to DENSE when it only looks like Prolog to a reader', 'disk - full', undefined, 'DENSE'],
    ['to DENSE when its words happen to be operators', 'something is broken', undefined, 'DENSE'],
    ['to DENSE also where one of them has a capital', 'Checkout is slow', undefined, 'DENSE'],
    ['to LOGIC when it only computes', 'X is 6 * 7', undefined, 'LOGIC'],
  ])('%s', async (_, question, goal, route) => {
    const decision = await base.asker.route(question, base.name, goal);
    expect(decision.route).toBe(route);
    expect(decision.reason).not.toBe('');
    expect((await ask(question, goal === undefined ? {} : { goal })).route).toEqual(decision);
  });

  it('as the caller says', async () => {
    expect((await ask('owner(S, ana)', { route: 'DENSE' })).route.route).toBe('DENSE');
    await expect(ask('the disk is full', { route: 'LOGIC' })).rejects.toMatchObject({
      code: 'PROLOG_SYNTAX',
    });
    await expect(ask('the disk is full', { route: 'HYBRID' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('to LOGIC, and refused with what was meant, when a predicate in it is not known', async () => {
    await expect(ask('ownr(S, ana)')).rejects.toMatchObject({
      code: 'UNKNOWN_PREDICATE',
      details: { predicate: 'ownr/2', near: ['owner/2'], line: 1, column: 1 },
    });
  });

  it('to LOGIC, and refused with its position, when a goal has a slip', async () => {
    await expect(ask('owner(login, P')).rejects.toMatchObject({
      code: 'PROLOG_SYNTAX',
      details: { line: 1 },
    });
    expect((await ask('service(s) that are down')).route.route).toBe('DENSE');
  });

  it('nowhere when it is empty', async () => {
    await expect(ask('  ')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('A DENSE question', () => {
  it('is answered by facts, the nearest first, each its own proof', async () => {
    const { answers, retrieved } = await ask('people are unable to sign in');
    expect(answers.edges[0]?.answer.text).toBe('Customers cannot log in with their password.');
    expect(answers.edges[0]?.answer.proof?.nodes).toMatchObject([
      { kind: 'FACT', fact: retrieved[0]!.fact.id },
    ]);
  });
});

describe('A HYBRID question', () => {
  const goal = 'report(R, _), about(R, S), owner(S, P)';

  it('ranks the answers of its goal by the similarity of the facts that they rest on', async () => {
    const result = await ask('the disk has no free space', { goal });
    expect(values(result)[0]).toBe('r2 database ben');
    const similarities = new Map(result.retrieved.map(({ fact, similarity }) => [fact.id, similarity]));
    for (const { answer } of result.answers.edges) {
      const facts = answer.proof!.nodes.filter(({ kind }) => kind === 'FACT').map(({ fact }) => fact!);
      const confidence = displayTerm(answer.bindings[1]!.value) === 'checkout' ? 0.5 : 1;
      const expected = facts.reduce((product, fact) => product * (similarities.get(fact) ?? 1), confidence);
      expect(answer.score).toBeCloseTo(expected, 6);
    }
  });

  it('has only answers with a retrieved fact under ANCHORED', async () => {
    expect(values(await ask('the disk has no free space', { goal: 'owner(S, P)' }))).toEqual([]);
    const one = await ask('the disk has no free space', { goal, retrieval: { topK: 1 } });
    expect(values(one)).toEqual(['r2 database ben']);
    expect(one).toMatchObject({ complete: false, limitReached: 'TOP_K' });
  });

  it('uses retrieved facts only under RETRIEVED, and warns where that makes a negation doubtful', async () => {
    const scope = 'RETRIEVED';
    expect(values(await ask('the disk has no free space', { goal, scope }))).toEqual([]);
    const reports = await ask('the disk has no free space', {
      goal: 'report(R, _)',
      scope,
      retrieval: { topK: 2 },
    });
    expect(values(reports)).toHaveLength(2);
    expect(reports.warnings).toEqual([]);
    const negated = await ask('storage', { goal: 'report(R, _), \\+ about(R, _)', scope });
    expect(negated.warnings).toHaveLength(1);
  });

  it('uses every fact under ALL, those that were not retrieved with the last similarity at most', async () => {
    const result = await ask('the disk has no free space', { goal, scope: 'ALL', retrieval: { topK: 2 } });
    expect(values(result)).toHaveLength(4);
    expect(result.complete).toBe(true);
    const floor = result.retrieved.at(-1)!.similarity;
    const others = result.answers.edges.slice(2).map(({ answer }) => answer.score);
    for (const score of others) expect(score).toBeLessThanOrEqual(floor + 1e-9);
  });
});

describe('A semantic predicate', () => {
  it('similar/3 brings facts into a rule, best first, with its similarity in the score', async () => {
    const { answers } = await ask('like("the disk has no free space", R)');
    const { answer } = answers.edges[0]!;
    expect(displayTerm(answer.bindings[0]!.value)).toBe('r2');
    expect(answer.proof!.nodes[1]).toMatchObject({ kind: 'SEMANTIC', similarity: answer.score });
  });

  it('similar/3 keeps to the pattern and to what is bound', async () => {
    expect(values(await ask('similar("the disk has no free space", report(r2, T), _)'))).toHaveLength(1);
    expect(values(await ask('similar("the disk has no free space", about(R, S), _)'))).toEqual([]);
    expect(values(await ask('similar("the disk has no free space", F, S)'))[0]).toMatch(/^report\(r2, /);
  });

  it('similar/3 works under negation and inside an aggregate', async () => {
    expect(
      values(await ask('about(R, _), \\+ similar("the disk has no free space", report(R, _), _), R == r2')),
    ).toEqual([]);
    const [count] = values(
      await ask('findall(R, like("the disk has no free space", R), Rs), length(Rs, _N)'),
    );
    expect(count).toMatch(/r2/);
  });

  it('nearest/3 brings facts near to a fact, and not the fact itself', async () => {
    const found = values(await ask('near(r1, Other)'));
    expect(found).not.toContain('r1');
  });

  it('similarity/3 compares two texts', async () => {
    const [[near], [far]] = await Promise.all([
      ask('alike("the disk is full", "no space left on the drive", S)').then(values),
      ask('alike("the disk is full", "people cannot log in", S)').then(values),
    ]);
    expect(Number(near)).toBeGreaterThan(Number(far));
  });

  it('says what it needs when its text is missing', async () => {
    await expect(ask('similar(_, report(R, _), _)')).rejects.toMatchObject({ code: 'EVALUATION' });
  });
});

describe('Paging', () => {
  it.each([
    ['LOGIC', 'told(P, R)', {}],
    ['DENSE', 'something is broken', {}],
    ['HYBRID', 'something is broken', { goal: 'report(R, _)', retrieval: { minSimilarity: 0 } }],
  ])('through %s answers gives the same list as one large page', async (_, question, more) => {
    const whole = await ask(question, { ...more, first: 100 });
    const texts: (string | null)[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask(question, { ...more, first: 1, after });
      texts.push(...page.answers.edges.map(({ answer }) => answer.text));
      after = page.answers.pageInfo.hasNextPage ? page.answers.pageInfo.endCursor : null;
    } while (after !== null);
    expect(texts).toEqual(whole.answers.edges.map(({ answer }) => answer.text));
    expect(texts.length).toBeGreaterThan(1);
  });

  it('stays at the revision of the first page', async () => {
    const first = await ask('told(P, R)', { first: 2 });
    await base.store.assertFacts([{ prolog: 'owner(login, dora)' }], { knowledgeBase: base.name });
    const after = first.answers.pageInfo.endCursor;
    const next = await ask('told(P, R)', { first: 10, after });
    expect(next.revision).toBe(first.revision);
    expect(next.answers.edges).toHaveLength(2);
    expect((await ask('told(P, R)')).answers.totalCount).toBe(5);
    await base.store.retractFacts({ matches: 'owner(login, dora)' }, { knowledgeBase: base.name });
  });

  it('refuses cursors of other requests, and page sizes out of range', async () => {
    const { answers } = await ask('told(P, R)', { first: 1 });
    const after = answers.pageInfo.endCursor;
    await expect(ask('owner(S, P)', { after })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    await expect(ask('told(P, R)', { after: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    await expect(ask('told(P, R)', { first: 1_001 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(ask('told(P, R)', { limits: { timeMs: 0 } })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('An answer in words', () => {
  it('is the sentence of its predicate, or those of its parts', async () => {
    expect((await ask('told(ben, R)')).answers.edges[0]?.answer.text).toBe('ben hears of r2');
    expect((await ask('about(r2, S), owner(S, P)')).answers.edges[0]?.answer.text).toBe('ben owns database');
    expect((await ask('about(r2, S)')).answers.edges[0]?.answer.text).toBeNull();
  });
});
