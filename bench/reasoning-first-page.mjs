import { openMemoryReasoner } from './memory-reasoner.mjs';
import { program } from './programs/closure.mjs';
import { memoryFacts } from './programs/program.mjs';
import { steadyMilliseconds } from './timing.mjs';

/** The first 20 answers, with their proofs, against all of them counted and the same 20 returned. */
export async function firstPage({ report, progress }) {
  const reasoner = openMemoryReasoner(memoryFacts(program.facts()), program.rules);
  const [{ goal }] = program.goals;
  try {
    const all = await reasoner.prove(goal);
    const first = await reasoner.prove(goal, { count: false });
    const texts = ({ answers }) =>
      JSON.stringify(
        answers.map(({ bindings, score }) => [bindings, score]),
        bigints,
      );
    if (texts(all) !== texts(first))
      throw new Error('the first page has other answers when not all are counted');
    progress(`20 of ${all.total} answers by ${all.evaluator}`);
    const baseline = await steadyMilliseconds(() => reasoner.prove(goal), 1_000);
    const value = await steadyMilliseconds(() => reasoner.prove(goal, { count: false }), 1_000);
    report({ metric: 'the first 20 answers of closure: all of them', value, unit: 'ms', baseline });
  } finally {
    await reasoner.stop();
  }
}

const bigints = (_key, value) => (typeof value === 'bigint' ? String(value) : value);
