import { measure, nativeVersion } from './reasoning-contenders.mjs';

const baselines = {
  wasm: 'plain tables in WebAssembly',
  native: 'plain tables, native',
  lattice: 'tables with a lattice',
};
const megabyte = 1024 * 1024;

/** One program: our time and memory against each baseline's, for every goal and for all of them. */
export async function compare(name, { report, progress }) {
  const ours = await measure('ours', name);
  const missing = nativeVersion() === undefined;
  if (missing) progress('No swipl on the PATH: nothing is compared with native SWI-Prolog.');
  for (const [contender, words] of Object.entries(baselines)) {
    if (contender === 'native' && missing) continue;
    const theirs = await measure(contender, name);
    for (const [goal, { ms, answers }] of theirs.goals) {
      const own = sameAnswers(name, goal, ours, answers);
      report({ metric: `${name}, ${goal}: ${words}`, value: own.ms, unit: 'ms', baseline: ms });
    }
    if (theirs.goals.size > 1) {
      const [value, baseline] = [ours, theirs].map(({ goals }) =>
        sum([...goals.values()].map(({ ms }) => ms)),
      );
      report({ metric: `${name}, all goals: ${words}`, value, unit: 'ms', baseline });
    }
    if (theirs.peakBytes !== null) {
      report({
        metric: `${name}, memory: ${words}`,
        value: ours.peakBytes / megabyte,
        unit: 'MiB',
        baseline: theirs.peakBytes / megabyte,
      });
    }
  }
  for (const [goal, { answers, evaluator }] of ours.goals) {
    progress(`${name}, ${goal}: ${answers} answers by ${evaluator}`);
  }
}

/** What tau can do of a program: on a small part of it, without recursion over cycles. */
export async function compareWithTau(name, { report, progress }) {
  const [ours, theirs] = [await measure('ours', name, 'part'), await measure('tau', name, 'part', 20_000)];
  for (const [goal, { ms, answers }] of theirs.goals) {
    const own = sameAnswers(name, goal, ours, answers);
    report({ metric: `${name}, ${goal}: tau`, value: own.ms, unit: 'ms', baseline: ms });
  }
  if (theirs.goals.size < ours.goals.size) progress(`${name}: tau was ended at its time limit`);
}

function sameAnswers(name, goal, ours, answers) {
  const own = ours.goals.get(goal);
  if (own?.answers !== answers) {
    throw new Error(`${name}, ${goal}: ${own?.answers ?? 'no'} answers instead of ${answers}`);
  }
  return own;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
