import { openMemoryReasoner } from './memory-reasoner.mjs';
import { openPlainProlog } from './plain-prolog.mjs';
import { milliseconds } from './timing.mjs';

const naiveReverse = `
app([], L, L).
app([H|T], L, [H|R]) :- app(T, L, R).
nrev([], []).
nrev([H|T], R) :- nrev(T, RT), app(RT, [H], R).
reversed(Times, L) :- numlist(1, 30, Ns), forall(between(1, Times, _), nrev(Ns, _)), nrev(Ns, L).
`;
/** Naive reverse of n elements takes (n + 1)(n + 2) / 2 inferences. */
const inferencesOf30 = 496;

/** What only Prolog does: lists that are built on the way, with scores and proofs against without. */
export async function deterministic({ report }) {
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
