import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { displayTerm } from '../../../src/prolog/writer.js';
import type { GoalOutcome } from '../../../src/reasoning/reasoning.js';
import { testDatabase } from '../../support/database.js';
import { answerText, limits, ReasoningBase } from '../reasoning-base.js';

let database: Database;
let base: ReasoningBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await ReasoningBase.create(database);
  await base.facts(`
    edge(a, b). edge(b, c). edge(c, a). 0.5 :: edge(a, d). 0.9 :: edge(d, e).
    age(ana, 71). age(ben, 44). age(cleo, 12).
    point(origin, at(0, 0)). point(corner, at(3, 4)).
    tag(ana, "two words"). blocked(c).`);
  const chain = Array.from({ length: 400 }, (_, i) => ({
    prolog: `next(${i}, ${i + 1})`,
    confidence: i % 2 === 0 ? 0.99 : 1,
  }));
  await base.assert(chain);
  await base.rules(`
    way(X, Y) :- edge(X, Y).
    0.9 :: way(X, Y) :- way(X, Z), edge(Z, Y).
    free(X, Y) :- way(X, Y), \\+ blocked(Y).
    degree(X, N) :- edge(X, _), aggregate_all(count, edge(X, _), N).
    reached(X, N) :- edge(X, _), aggregate_all(count, way(X, _), N).
    grown(X, G) :- age(X, A), ( A >= 18 -> G = adult ; G = child ).
    decade(X, D) :- age(X, A), D is A // 10 * 10.
    at_height(P, H) :- point(P, at(_, H)).
    after(X, Y) :- next(X, Y).
    after(X, Z) :- after(X, Y), next(Y, Z).
    natural(0).
    natural(N) :- natural(M), N is M + 1.
    factorial(0, 1).
    factorial(N, F) :- N > 0, M is N - 1, factorial(M, G), F is N * G.
    counted(X) :- between(1, inf, X).
    first_way(X, Y) :- way(X, Y), !.
    some(G) :- call(G).
    either(X) :- edge(X, d) ; edge(X, c).
    word(X, W) :- tag(X, T), split_string(T, " ", "", Ws), member(W, Ws).
    listed(X, Ys) :- age(X, _), findall(Y, way(X, Y), Ys).
    grouped(X, Ys) :- setof(Y, way(X, Y), Ys).`);
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

const texts = ({ answers }: GoalOutcome) => answers.map(answerText);

describe('A goal is deduced', () => {
  it.each([
    ['by recursion over a cycle', 'way(a, X)', ['X = b', 'X = c', 'X = a', 'X = d', 'X = e']],
    ['with a negation', 'free(a, X)', ['X = b', 'X = a', 'X = d', 'X = e']],
    ['with a count of facts', 'degree(a, N)', ['N = 2']],
    ['with a count of what rules give', 'reached(a, N)', ['N = 5']],
    ['with a condition', 'grown(X, child)', ['X = cleo']],
    ['with arithmetic', 'decade(ana, D)', ['D = 70']],
    ['with a structure taken apart', 'at_height(P, 4)', ['P = corner']],
    ['where the known argument feeds arithmetic', 'factorial(20, F)', ['F = 2432902008176640000']],
    ['with a disjunction', 'either(X)', ['X = b', 'X = a']],
    ['with strings and lists as values', 'word(ana, W)', ['W = "two"', 'W = "words"']],
    ['with a set for each value of a free variable', 'grouped(d, Ys)', ['Ys = [e]']],
    ['as a conjunction', 'edge(X, Y), blocked(Y)', ['X = b, Y = c']],
    ['without variables', 'way(c, e)', ['true']],
    ['with the answer no', 'way(e, a)', []],
  ])('%s: %s', async (_, goal, expected) => {
    const deduced = await base.prove(goal);
    expect(deduced).toMatchObject({ evaluator: 'deduction', complete: true, total: expected.length });
    expect(texts(deduced)).toEqual(expected);
    const inProlog = await base.prove(goal, { evaluator: 'prolog' });
    expect(inProlog.evaluator).toBe('swi');
    expect(texts(inProlog)).toEqual(expected);
    expect(deduced.answers.map(({ score }) => score)).toEqual(inProlog.answers.map(({ score }) => score));
  });

  it.each([
    ['cuts', 'first_way(a, X)', 'first_way/2 cuts'],
    ['calls a goal that comes to light at run time', 'some(edge(a, b))', 'some/1 calls goals through call/1'],
    ['lists answers of rules in their order', 'listed(ana, Ys)', 'in the order in which Prolog finds them'],
    ['needs an argument that is open', 'factorial(N, 24)', 'before its arguments are known'],
    ['has answers with variables', 'X = Y', 'before either is known'],
  ])('by Prolog, and the reason is told, where it %s', async (_, goal, reason) => {
    const outcome = await base
      .prove(goal, { limits: { ...limits, timeMs: 1_000 } })
      .catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome.message).toMatch(/value is needed/);
    else {
      expect((outcome as GoalOutcome).evaluator).toBe('swi');
      expect((outcome as GoalOutcome).evaluatorReason).toContain(reason);
    }
  });
});

describe('The best answers come first', () => {
  it('and no others are derived when the page is full', async () => {
    const page = await base.prove('after(0, X)', { first: 2, count: false });
    expect(texts(page)).toEqual(['X = 1', 'X = 2']);
    expect(page).toMatchObject({ more: true, total: null, complete: true });
    // All 400 answers take far more steps than this limit allows.
    const few = await base.prove('after(0, X)', {
      first: 2,
      count: false,
      limits: { ...limits, inferences: 4_096 },
    });
    expect(texts(few)).toEqual(texts(page));
  });

  it('page after page, without repetition', async () => {
    const whole = texts(await base.prove('after(X, Y)', { first: 300, count: false }));
    const pages: string[] = [];
    for (let skip = 0; skip < 300; skip += 75) {
      pages.push(...texts(await base.prove('after(X, Y)', { first: 75, skip, count: false })));
    }
    expect(pages).toEqual(whole);
    expect(new Set(pages).size).toBe(300);
  });

  it('from a recursion that has no end', async () => {
    const outcome = await base.prove('natural(X), X > 2', { first: 3, count: false });
    expect(texts(outcome)).toEqual(['X = 3', 'X = 4', 'X = 5']);
    expect(outcome.complete).toBe(true);
  });

  it('from a built-in that has no end, until a limit', async () => {
    const outcome = await base.prove('counted(X), X > 5', { limits: { ...limits, answers: 10 } });
    expect(outcome.answers).toHaveLength(10);
    expect(outcome).toMatchObject({ complete: false, limitReached: 'ANSWERS' });
  });
});

describe('The limits of a goal hold', () => {
  it.each([
    ['INFERENCES', 'natural(X), X < 0', { inferences: 10_000 }],
    ['TIME', 'natural(X), X < 0', { inferences: 1e12, timeMs: 200, memoryMb: 4_000 }],
    ['MEMORY', 'natural(X), X < 0', { inferences: 1e12, memoryMb: 4 }],
    ['MEMORY', 'X is 7 ^ (7 ^ 9)', {}],
  ])('%s of %s', async (limit, goal, more) => {
    const outcome = await base.prove(goal, { limits: { ...limits, ...more } });
    expect(outcome).toMatchObject({
      answers: [],
      complete: false,
      limitReached: limit,
      evaluator: 'deduction',
    });
    expect(texts(await base.prove('way(d, X)'))).toEqual(['X = e']);
  });

  it('and an error of a built-in is the caller’s', async () => {
    await expect(base.prove('age(X, A), B is A + X')).rejects.toMatchObject({ code: 'EVALUATION' });
  });
});

describe('A supposition', () => {
  it('counts for its request only, also where the predicate has rules', async () => {
    const assume = ['edge(e, f)', '0.3 :: way(a, z)'];
    expect(texts(await base.prove('way(d, X)', { assume }))).toEqual(['X = e', 'X = f']);
    const { answers } = await base.prove('way(a, z)', { assume });
    expect(answers[0]!.score).toBe(0.3);
    expect(answers[0]!.proof!.nodes[0]!.kind).toBe('ASSUMPTION');
    expect(texts(await base.prove('way(d, X)'))).toEqual(['X = e']);
    expect(texts(await base.prove('way(a, z)'))).toEqual([]);
  });
});

describe('A proof', () => {
  it('shows facts, rules, built-ins with their values, negations and aggregates', async () => {
    const kinds = async (goal: string) => {
      const { answers } = await base.prove(goal, { first: 1 });
      return answers[0]!.proof!.nodes.map(({ kind, goal }) => `${kind} ${displayTerm(goal)}`).sort();
    };
    expect(await kinds('free(b, a)')).toEqual([
      'FACT edge(b, c)',
      'FACT edge(c, a)',
      'NEGATION \\+ blocked(a)',
      'RULE free(b, a)',
      'RULE way(b, a)',
      'RULE way(b, c)',
    ]);
    expect(await kinds('decade(ana, D)')).toEqual([
      'BUILTIN 70 is 71//10*10',
      'FACT age(ana, 71)',
      'RULE decade(ana, 70)',
    ]);
    expect(await kinds('degree(a, N)')).toContainEqual(
      expect.stringMatching(/^BUILTIN aggregate_all\(count, edge\(a, _\w+\), 2\)$/),
    );
  });

  it('is cut where it has too many nodes, and says so', async () => {
    const { answers } = await base.prove('factorial(6000, F)', { limits: { ...limits, memoryMb: 1_000 } });
    const proof = answers[0]!.proof!;
    expect(proof.truncated).toBe(true);
    expect(proof.nodes.length).toBeLessThanOrEqual(10_000);
    expect(proof.nodes.some(({ cut }) => cut)).toBe(true);
  });
});
