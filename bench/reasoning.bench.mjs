import { openMemoryReasoner } from './memory-reasoner.mjs';
import { openPlainProlog } from './plain-prolog.mjs';
import { randomNumbers } from './random.mjs';
import { medianMilliseconds, milliseconds, steadyMilliseconds } from './timing.mjs';

// Reachability written in both ways: which is better depends on the argument that is bound.
const reachability = `
left(X, Y) :- edge(X, Y).
left(X, Y) :- left(X, Z), edge(Z, Y).
right(X, Y) :- edge(X, Y).
right(X, Y) :- edge(X, Z), right(Z, Y).
`;
const naiveReverse = `
app([], L, L).
app([H|T], L, [H|R]) :- app(T, L, R).
nrev([], []).
nrev([H|T], R) :- nrev(T, RT), app(RT, [H], R).
reversed(Times, L) :- numlist(1, 30, Ns), forall(between(1, Times, _), nrev(Ns, _)), nrev(Ns, L).
`;
/** Naive reverse of n elements takes (n + 1)(n + 2) / 2 inferences. */
const inferencesOf30 = 496;

/** The evaluator, with scores and proofs, against SWI-Prolog's own tabling and clauses without either. */
export async function run({ report, progress }) {
  await closures({ report, progress });
  await deterministic({ report, progress });
  await latency({ report, progress });
}

async function closures({ report, progress }) {
  const ends = (variable) =>
    `member(${variable}, [${Array.from({ length: 20 }, (_, i) => `n${i}`).join(', ')}])`;
  const goals = [
    {
      graph: [500, 1500],
      metric: 'reached from 20 of 500 nodes, left recursion',
      goal: `${ends('S')}, left(S, X)`,
    },
    {
      graph: [500, 1500],
      metric: 'reaching 20 of 500 nodes, right recursion',
      goal: `${ends('T')}, right(X, T)`,
    },
    { graph: [200, 600], metric: 'all pairs of 200 nodes, left recursion', goal: 'left(X, Y)' },
    { graph: [200, 600], metric: 'all pairs of 200 nodes, right recursion', goal: 'right(X, Y)' },
  ];
  for (const { graph, metric, goal } of goals) {
    const edges = randomEdges(...graph);
    progress(`${metric}: ${goal}`);
    const facts = edges
      .map(({ from, to, confidence }) => `${confidence} :: edge(n${from}, n${to}).`)
      .join('\n');
    const reasoner = openMemoryReasoner(facts, reachability);
    const plainFacts = edges.map(({ from, to }) => `edge(n${from}, n${to}).`).join('\n');
    const plain = await openPlainProlog(`:- table left/2, right/2.\n${reachability}${plainFacts}`);
    try {
      await reasoner.prove('edge(n0, _)');
      let found;
      const value = await steadyMilliseconds(async () => {
        ({ found } = await reasoner.prove(goal));
      });
      let count;
      const baseline = await steadyMilliseconds(() => {
        plain.call('abolish_all_tables');
        count = plain.call(`aggregate_all(count, (${goal}), Count)`).Count;
      });
      if (found !== count) throw new Error(`${goal}: ${found} answers instead of ${count}`);
      progress(`${found} answers`);
      report({ metric, value, unit: 'ms', baseline });
    } finally {
      await reasoner.stop();
    }
  }
}

async function deterministic({ report }) {
  const times = 1_000;
  const reasoner = openMemoryReasoner('', naiveReverse);
  const plain = await openPlainProlog(naiveReverse);
  const perSecond = (ms) => (times * inferencesOf30) / (ms / 1000);
  const goal = `reversed(${times}, L)`;
  try {
    await reasoner.prove('nrev([], L)');
    const value = perSecond(await milliseconds(() => reasoner.prove(goal)));
    const baseline = perSecond(await milliseconds(() => plain.call(goal)));
    report({ metric: 'naive reverse', value, unit: 'inferences/s', baseline });
  } finally {
    await reasoner.stop();
  }
}

async function latency({ report }) {
  const facts = randomEdges(500, 1500)
    .map(({ from, to }) => `edge(n${from}, n${to}).`)
    .join('\n');
  const reasoner = openMemoryReasoner(facts, 'near(X, Y) :- edge(X, Z), edge(Z, Y).');
  const plain = await openPlainProlog(`near(X, Y) :- edge(X, Z), edge(Z, Y).\n${facts}`);
  try {
    const value = await medianMilliseconds(200, (i) => reasoner.prove(`near(n${i}, X)`));
    const baseline = await medianMilliseconds(200, (i) => plain.call(`findall(X, near(n${i}, X), L)`));
    report({ metric: 'a small goal through the pool, p50', value, unit: 'ms', baseline });
  } finally {
    await reasoner.stop();
  }
}

function randomEdges(nodes, count) {
  const random = randomNumbers(1);
  return Array.from({ length: count }, () => ({
    from: Math.floor(random() * nodes),
    to: Math.floor(random() * nodes),
    confidence: (0.5 + random() / 2).toFixed(3),
  }));
}
