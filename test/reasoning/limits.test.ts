import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { testDatabase } from '../support/database.js';
import { limits, ReasoningBase } from './reasoning-base.js';

let database: Database;
let base: ReasoningBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await ReasoningBase.create(database, { workers: 2 });
  await base.facts('edge(a, b). edge(b, c). number(1).'.replace('number(1).', 'start(1).'));
  await base.rules(`
    way(X, Y) :- edge(X, Y).
    way(X, Y) :- way(X, Z), edge(Z, Y).
    forever(X) :- forever(X).
    turning(X) :- !, turning(X).
    counting(X) :- between(1, inf, X).
    growing(X) :- start(Y), grow(Y, X).
    grow(X, X).
    grow(X, Y) :- X1 is X + 1, grow(X1, Y).
    swelling(Xs) :- !, swelling([Xs, Xs]).
    doubled(0, [x]) :- !.
    doubled(N, [L, L]) :- N1 is N - 1, doubled(N1, L).`);
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

describe('A goal that does not end', () => {
  it('is stopped by its inference limit and says so', async () => {
    const outcome = await base.prove('counting(X), X < 0', { limits: { ...limits, inferences: 100_000 } });
    expect(outcome).toMatchObject({ answers: [], complete: false, limitReached: 'INFERENCES' });
  });

  it('is stopped by its time limit and says so', async () => {
    const started = performance.now();
    const outcome = await base.prove('turning(a)', {
      limits: { ...limits, inferences: 10_000_000_000, timeMs: 300 },
    });
    expect(outcome).toMatchObject({ answers: [], complete: false, limitReached: 'TIME' });
    // The limit and what it takes to end a thread that does not listen.
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('keeps the answers that it found before the limit', async () => {
    const outcome = await base.prove('counting(X)', { limits: { ...limits, answers: 10 } });
    expect(outcome).toMatchObject({ total: null, complete: false, limitReached: 'ANSWERS' });
    expect(outcome.answers).toHaveLength(10);
  });

  it('is complete when it has exactly as many answers as its limit', async () => {
    const outcome = await base.prove('way(X, Y)', { limits: { ...limits, answers: 3 } });
    expect(outcome).toMatchObject({ total: 3, complete: true, limitReached: null });
  });

  it('is stopped by its memory limit and says so', async () => {
    const outcome = await base.prove('swelling(a), numlist(1, 100000000, _)', {
      limits: { ...limits, timeMs: 20_000, inferences: 1_000_000_000, memoryMb: 32 },
    });
    expect(outcome.complete).toBe(false);
    const list = await base.prove('numlist(1, 100000000, _)', {
      limits: { ...limits, timeMs: 20_000, memoryMb: 32 },
    });
    expect(list).toMatchObject({ answers: [], complete: false, limitReached: 'MEMORY' });
  });

  it('ends where a table finds nothing new, limits or not', async () => {
    expect(await base.answers('forever(a)')).toEqual([]);
  });

  it('is ended with its thread when one built-in runs on, and the next goal is answered', async () => {
    const outcome = await base.prove('X is 7 ^ (7 ^ 9), Y is X mod 10', {
      limits: { ...limits, timeMs: 300 },
    });
    expect(outcome.complete).toBe(false);
    expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c']);
  });

  it('does not keep other goals waiting', async () => {
    const runaway = base.prove('counting(X), X < 0', {
      // Each number that it counts is kept: it must not run into its memory before.
      limits: { ...limits, timeMs: 2_000, inferences: 10_000_000_000, memoryMb: 2_000 },
    });
    let isOver = false;
    void runaway.then(() => {
      isOver = true;
    });
    for (let i = 0; i < 5; i++) expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c']);
    expect(isOver).toBe(false);
    expect(await runaway).toMatchObject({ complete: false, limitReached: 'TIME' });
  });

  it('lets goals that only take a while have their turn, when more endless ones wait than there is room for', async () => {
    const ended: string[] = [];
    const ask = (goal: string) =>
      base
        .prove(goal, {
          limits: { ...limits, timeMs: 1_000, inferences: 10_000_000_000, memoryMb: 2_000 },
        })
        .then(({ complete }) => {
          ended.push(complete ? 'found' : 'endless');
        });
    const endless = ['X < 0', 'X =:= -1', 'X =< -2', 'X < 0, X > 1', 'X < 0, X < 1', 'X < 0, X < 2'];
    const all = endless.map((test) => ask(`counting(X), ${test}`));
    all.push(ask('counting(X), X >= 40000, !'));
    await Promise.all(all);
    expect(ended.filter((how) => how === 'endless')).toHaveLength(endless.length);
    expect(ended.indexOf('found')).toBeLessThan(endless.length / 2);
  });

  it('is not, where it only takes long, held up by goals that never let up', async () => {
    let isDone = false;
    const long = base
      .prove('counting(X), X >= 400000, !', {
        limits: { ...limits, timeMs: 30_000, inferences: 10_000_000_000, memoryMb: 2_000 },
      })
      .finally(() => {
        isDone = true;
      });
    const client = async () => {
      let answered = 0;
      for (; !isDone; answered++) expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c']);
      return answered;
    };
    const answered = await Promise.all([client(), client(), client()]);
    expect(await long).toMatchObject({ complete: true, answers: [{}] });
    for (const count of answered) expect(count).toBeGreaterThan(10);
  });

  it('is cancelled when its caller goes away', async () => {
    const controller = new AbortController();
    const started = performance.now();
    const cancelled = base.prove('counting(X), X < 0', {
      limits: { ...limits, timeMs: 20_000, inferences: 10_000_000_000 },
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 100);
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c']);
  });

  it('never blocks the event loop', async () => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await base.prove('counting(X), X < 0', {
      limits: { ...limits, timeMs: 500, inferences: 10_000_000_000 },
    });
    clearInterval(timer);
    expect(longest).toBeLessThan(300);
  });
});

describe('A hostile goal', () => {
  it.each([
    ["open('/etc/passwd', read, S)", 'NOT_PERMITTED'],
    ["G = open('/etc/passwd', read, _), call(G)", 'NOT_PERMITTED'],
    ["atom_concat(sh, ell, P), G =.. [P, 'id'], call(G)", 'NOT_PERMITTED'],
    ["maplist(shell, ['id'])", 'NOT_PERMITTED'],
    ['X := f(1)', 'NOT_PERMITTED'],
    ['system:halt', 'NOT_PERMITTED'],
    ['G = (system:halt), call(G)', 'NOT_PERMITTED'],
    ['assertz(edge(x, y))', 'NOT_PERMITTED'],
    ['G = assertz(edge(x, y)), once(G)', 'NOT_PERMITTED'],
    ["consult('/facts.pl')", 'NOT_PERMITTED'],
    ['user_predicate(K, G, A, E, T, Kind)', 'UNKNOWN_PREDICATE'],
    ["'r3:way'(X, Y, A, E)", 'UNKNOWN_PREDICATE'],
    ['forget(k1)', 'UNKNOWN_PREDICATE'],
    ['G = clear_request, call(G)', 'UNKNOWN_PREDICATE'],
    ['tick', 'UNKNOWN_PREDICATE'],
    ['catch(true, _, true)', 'NOT_PERMITTED'],
    ['halt', 'NOT_PERMITTED'],
    ["format('~w', [x])", 'NOT_PERMITTED'],
    ['nb_setval(found, 0)', 'NOT_PERMITTED'],
  ])('%s is refused with %s', async (goal, code) => {
    await expect(base.prove(goal)).rejects.toMatchObject({ name: 'CorollaryError', code });
    expect(await base.answers('edge(a, X)')).toEqual(['X = b']);
  });

  it('with a term of a million nodes gets an answer or a limit, and the reasoner lives on', async () => {
    const outcome = await base.prove('doubled(25, L)', {
      limits: { ...limits, timeMs: 2_000, memoryMb: 64 },
    });
    expect(outcome.complete).toBe(false);
    expect(await base.answers('edge(a, X)')).toEqual(['X = b']);
  });
});
