import { sql } from 'drizzle-orm';
import { customers, orders } from './programs/orders.mjs';
import { fillDatabase, newDatabase } from './reasoning-filled-database.mjs';
import { prove, putRules, withApplication } from './reasoning-ready.mjs';
import { median, medianMilliseconds, milliseconds } from './timing.mjs';

const count = 1_000_000;
/** So few that none of the three predicates is held. */
const residentFactsMax = '1000';

/** A join of three over a million facts that no thread holds, against the same join in SQL over bare, indexed tables. */
export async function lookUp({ report, progress }) {
  const server = process.env.BENCH_DATABASE_URL;
  if (!server) {
    progress('No BENCH_DATABASE_URL: nothing is looked up on demand.');
    return;
  }
  const { environment, remove } = await newDatabase(server);
  try {
    await withApplication({ ...environment, RESIDENT_FACTS_MAX: residentFactsMax }, async (application) => {
      if (application.config.residentFactsMax === undefined) {
        progress('This version holds every fact: nothing is looked up on demand.');
        return;
      }
      progress(`${count} facts into PostgreSQL`);
      await fillDatabase(application, orders(count));
      await putRules(application);
      await measure(application, report, progress);
    });
  } finally {
    await remove();
  }
}

async function measure(application, report, progress) {
  const bare = await bareTables(application.database);
  const customer = (i) => `c${(i * 7_919) % customers(count)}`;
  report({
    metric: 'a million facts not held, first answer',
    value: await milliseconds(() => prove(application, 'ordered_from(c1, S)')),
    unit: 'ms',
  });
  const taken = [];
  for (let i = 0; i < 100; i++) {
    const goal = `ordered_from(${customer(i)}, S)`;
    let total;
    const ms = await milliseconds(async () => {
      ({ total } = await prove(application, goal));
    });
    const suppliers = await bare(customer(i));
    if (total !== suppliers) throw new Error(`${goal}: ${total} answers instead of ${suppliers}`);
    // The first ones prepare statements on every connection.
    if (i >= 20) taken.push(ms);
  }
  const baseline = await medianMilliseconds(100, (i) => bare(customer(i + 200)));
  report({
    metric: 'a million facts not held, a join of three from one customer, p50',
    value: median(taken),
    unit: 'ms',
    baseline,
  });
  progress(application.database.capabilities.description);
}

/** The same rows in tables of their own. @returns {Promise<(customer: string) => Promise<number>>} how many suppliers */
async function bareTables(database) {
  for (const predicate of ['placed', 'contains', 'made_by']) {
    const table = sql.identifier(`bare_${predicate}`);
    await database.run(sql`
      create table ${table} as
      select arguments ->> 0 as a, arguments ->> 1 as b from facts where predicate = ${predicate}`);
    await database.run(sql`create index on ${table} (a)`);
    await database.run(sql`analyze ${table}`);
  }
  return async (customer) => {
    const [{ suppliers }] = await database.rows(sql`
      select count(distinct m.b) as suppliers
      from bare_placed p join bare_contains c on c.a = p.b join bare_made_by m on m.a = c.b
      where p.a = ${customer}`);
    return suppliers;
  };
}
