import { availableParallelism } from 'node:os';
import { openMemoryReasoner } from './memory-reasoner.mjs';
import { randomNumbers } from './random.mjs';

const clients = 16;
/** Of the goals, one in so many never ends by itself. */
const oneIn = 20;
const calmSeconds = 20;
const seconds = 60;
/** What a request has unless it says otherwise. */
const limits = { answers: 1_000, inferences: 10_000_000, timeMs: 5_000, memoryMb: 256 };

const nodes = 500;
const rules = `
near(X, Y) :- edge(X, Z), edge(Z, Y).
reached(X, Y) :- edge(X, Y).
reached(X, Y) :- reached(X, Z), edge(Z, Y).
degree(X, N) :- aggregate_all(count, edge(X, _), N).
lonely(X) :- edge(X, _), \\+ edge(_, X).
app([], L, L).
app([H | T], L, [H | R]) :- app(T, L, R).
turning(X) :- !, turning(X).
counting(X) :- between(1, inf, X).
nested(X) :- nested(f(X)).
`;
const ordinary = [
  (n) => `edge(${n}, X)`,
  (n) => `near(${n}, X)`,
  (n) => `degree(${n}, N)`,
  (n) => `near(${n}, X), \\+ edge(${n}, X)`,
  (n) => `member(X, [${n}, n1, n2]), lonely(X)`,
  (n) => `app(X, Y, [${n}, n1, n2, n3])`,
  (n) => `G = near(${n}, X), call(G)`,
  (n) => `setof(X, near(${n}, X), L), length(L, N)`,
];
const runaways = ['turning(a)', 'counting(X), X < 0', 'nested(a)', 'app(X, Y, Z), Z == a', 'repeat, fail'];

/** Sixteen clients, each with a goal at a time: how long ordinary goals take when one in twenty never ends. */
export async function run({ report, progress }) {
  const workers = availableParallelism();
  const random = randomNumbers(7);
  const node = () => `n${Math.floor(random() * nodes)}`;
  const facts = Array.from({ length: 3 * nodes }, () => `edge(${node()}, ${node()}).`).join('\n');
  const reasoner = openMemoryReasoner(facts, rules, { workers });
  const ask = async (goal) => {
    const began = performance.now();
    try {
      await reasoner.prove(goal, { limits });
    } catch (error) {
      if (!error.message.includes('ended by') && error.code !== 'OVERLOADED') throw error;
    }
    return performance.now() - began;
  };
  const phase = async (forSeconds, hasRunaways) => {
    const end = performance.now() + forSeconds * 1_000;
    const taken = [];
    let ranAway = 0;
    const client = async () => {
      while (performance.now() < end) {
        if (hasRunaways && random() < 1 / oneIn) {
          ranAway += 1;
          await ask(runaways[Math.floor(random() * runaways.length)]);
        } else taken.push(await ask(ordinary[Math.floor(random() * ordinary.length)](node())));
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    taken.sort((a, b) => a - b);
    progress(`${taken.length} ordinary goals, ${ranAway} that never end, ${workers} workers`);
    return (share) => taken[Math.floor(taken.length * share)];
  };
  try {
    for (const goal of ordinary) await ask(goal(node()));
    await phase(2, false);
    const calm = await phase(calmSeconds, false);
    const busy = await phase(seconds, true);
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ]) {
      const metric = `ordinary goals of ${clients} clients, one goal in ${oneIn} a runaway, ${name}`;
      report({ metric, value: busy(share), unit: 'ms', baseline: calm(share) });
    }
  } finally {
    await reasoner.stop();
  }
}
