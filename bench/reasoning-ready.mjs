import { firstPage } from './memory-reasoner.mjs';
import { customers, orders, rules } from './programs/orders.mjs';
import { factText } from './programs/program.mjs';
import { fillDatabase, newDatabase } from './reasoning-filled-database.mjs';
import { startTemporaryApplication } from './temporary-application.mjs';
import { median, milliseconds } from './timing.mjs';

const count = 500_000;
const limits = { answers: 1_000, inferences: 10_000_000, timeMs: 60_000, memoryMb: 1_024 };

/** How soon all of Corollary answers after a restart, over 500,000 facts in a database, and after a change of 100. */
export async function readyFromDatabase({ report, progress }) {
  await readyFrom('PGlite', undefined, { report, progress });
  const server = process.env.BENCH_DATABASE_URL;
  if (server) await readyFrom('PostgreSQL', server, { report, progress });
  else progress('No BENCH_DATABASE_URL: nothing is measured on PostgreSQL.');
}

async function readyFrom(backend, server, { report, progress }) {
  const { environment, remove } = await newDatabase(server);
  try {
    progress(`${count} facts into ${backend}`);
    await withApplication(environment, async (application) => {
      await fillDatabase(application, orders(count));
      await putRules(application);
    });
    const began = performance.now();
    await withApplication(environment, async (application) => {
      const started = performance.now();
      await prove(application, 'ordered_from(c0, S)');
      const answered = performance.now();
      report({ metric: `${backend}, a restart`, value: started - began, unit: 'ms' });
      report({ metric: `${backend}, its first answer`, value: answered - started, unit: 'ms' });
      report({ metric: `${backend}, a restart to its first answer`, value: answered - began, unit: 'ms' });

      const taken = [];
      for (let i = 0; i < 100; i++) {
        const goal = `ordered_from(c${(i * 7_919) % customers(count)}, S)`;
        const ms = await milliseconds(() => prove(application, goal));
        if (i >= 20) taken.push(ms);
      }
      report({
        metric: `${backend}, a join of three from one customer, p50`,
        value: median(taken),
        unit: 'ms',
      });

      const deltas = [];
      for (let i = 0; i < 5; i++) {
        const more = Array.from({ length: 100 }, (_, order) => ({
          prolog: factText({ predicate: 'placed', args: [`new${i}`, `new${i}_${order}`] }),
        }));
        await application.assertFacts(more, { awaitEmbedding: false });
        deltas.push(
          await milliseconds(async () => {
            const { total } = await prove(application, `placed(new${i}, O)`);
            if (total !== 100) throw new Error(`${total} of 100 new facts are seen`);
          }),
        );
      }
      report({ metric: `${backend}, 100 facts more to the next answer`, value: median(deltas), unit: 'ms' });
    });
  } finally {
    await remove();
  }
}

/** @throws when the module has an error */
export async function putRules(application) {
  const { module, diagnostics } = await application.putRuleModule({ name: 'orders', source: rules });
  if (module === null) throw new Error(JSON.stringify(diagnostics));
}

/** As a request would: the knowledge base as it stands now, then the goal. */
export async function prove({ knowledge, reasoner }, goal) {
  const knowledgeBase = await knowledge.knowledgeBase();
  const outcome = await reasoner.prove({
    knowledgeBase,
    revision: knowledgeBase.revision,
    goal,
    ...firstPage,
    limits,
  });
  if (!outcome.complete || outcome.total === 0) throw new Error(`${goal}: ${outcome.total} answers`);
  return outcome;
}

export async function withApplication(environment, work) {
  const { application, stop } = await startTemporaryApplication({ REASONER_WORKERS: '1', ...environment });
  try {
    await work(application);
  } finally {
    await stop();
  }
}
