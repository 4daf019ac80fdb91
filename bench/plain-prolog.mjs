import openSwipl from 'swipl-wasm/dist/swipl-node.js';

/** SWI-Prolog as it comes, in this thread, with a program: no scores, no proofs. The baseline of the reasoner. */
export async function openPlainProlog(program) {
  const swipl = await openSwipl({ arguments: ['-q', '--no-tty'], printErr: () => undefined });
  swipl.FS.writeFile('/program.pl', program);
  const call = (goal) => {
    const result = swipl.prolog.query(goal).once();
    if (result.success !== true) throw new Error(`${goal}: ${result.message ?? 'failed'}`);
    return result;
  };
  call("consult('/program.pl')");
  return {
    call,
    /** Solutions of a goal, from empty tables. */
    count(goal) {
      call('abolish_all_tables');
      return call(`aggregate_all(count, (${goal}), Count)`).Count;
    },
  };
}
