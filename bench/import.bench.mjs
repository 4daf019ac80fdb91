import { sql } from 'drizzle-orm';
import { sentences } from './sentences.mjs';
import { assertInBatches, startTemporaryApplication } from './temporary-application.mjs';
import { milliseconds } from './timing.mjs';

const count = 10_000;
const batch = 2_000;

/** Facts into an empty PGlite, in batches, against the same texts into a bare table. */
export async function run({ report, progress }) {
  const said = sentences(count);
  const { application, stop } = await startTemporaryApplication();
  const perSecond = (ms) => count / (ms / 1000);
  try {
    const baseline = perSecond(await milliseconds(() => bareInserts(application.database, said)));

    progress(`${count} facts without sentences`);
    const plain = said.map((_, i) => ({ prolog: `needs(service_${i}, service_${(i * 7) % 5_000})` }));
    const value = perSecond(await milliseconds(() => assertInBatches(application, plain, { batch })));
    report({ metric: 'facts without sentences', value, unit: 'facts/s', baseline });

    progress(`${count} facts with sentences`);
    const told = said.map((text, i) => ({ prolog: `note(${i})`, text }));
    const stored = await milliseconds(() => assertInBatches(application, told, { batch }));
    const indexed = await milliseconds(async () =>
      application.indexer.settled(await application.knowledge.knowledgeBase()),
    );
    report({ metric: 'facts with sentences, stored', value: perSecond(stored), unit: 'facts/s', baseline });
    const both = perSecond(stored + indexed);
    report({
      metric: 'facts with sentences, until they can be searched',
      value: both,
      unit: 'facts/s',
      baseline,
    });
  } finally {
    await stop();
  }
}

async function bareInserts(database, texts) {
  await database.run(sql`create table bare (id int primary key, text text not null)`);
  for (let i = 0; i < texts.length; i += batch) {
    const rows = texts.slice(i, i + batch);
    const ids = rows.map((_, n) => i + n);
    await database.run(sql`
      insert into bare select * from unnest(${sql.param(ids)}::int[], ${sql.param(rows)}::text[])`);
  }
  await database.run(sql`drop table bare`);
}
