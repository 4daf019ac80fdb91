import { createRequire } from 'node:module';

/** tau-prolog as it comes, in this thread, with a program: no tables, scores or proofs. */
export async function openPlainTau(program) {
  const require = createRequire(import.meta.url);
  const tau = require('tau-prolog');
  require('tau-prolog/modules/lists.js')(tau);
  const session = tau.create(Number.MAX_SAFE_INTEGER);
  const done = (start) =>
    new Promise((resolve, reject) => {
      start({
        success: resolve,
        fail: () => reject(new Error('failed')),
        limit: () => reject(new Error('too many steps')),
        error: (error) => reject(new Error(String(error))),
      });
    });
  await done((callbacks) =>
    session.consult(`:- use_module(library(lists)).\n${program}`, {
      file: false,
      url: false,
      html: false,
      script: false,
      ...callbacks,
    }),
  );
  return {
    /** Different solutions of a goal. */
    async count(goal) {
      const counted = `findall(s(${goal}), (${goal}), All), sort(All, Different), length(Different, Count).`;
      await done((callbacks) => session.query(counted, callbacks));
      const answer = await done((callbacks) => session.answer(callbacks));
      return answer.links.Count.value;
    },
  };
}
