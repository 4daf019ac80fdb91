import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { sql } from 'drizzle-orm';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { bundledModel } from '../../src/embedding/registry.js';
import type { EmbeddingSpaceInfo, Job } from '../../src/reembedding/reembedding.js';
import { newPostgresDatabase, onlyOnPostgres } from '../support/database.js';
import { ServerProcess } from './server-process.js';
import { wrongVectors } from './wrong-vectors.js';

vi.setConfig({ testTimeout: 1_800_000 });

/** How often a server is killed; TEST_RUNS asks for more. */
const KILLS = Number(process.env.TEST_RUNS ?? 3);
const FACTS = 1_200;
/** So that a job takes some seconds, and is hit. */
const RATE = 400;

/** Settings of a server over a database of the test's own, and a way to look at it when no server runs. */
async function ownDatabase() {
  const lease = { REEMBEDDING_LEASE_SECONDS: '2' };
  if (process.env.TEST_DATABASE_URL) {
    const { url, drop } = await newPostgresDatabase(`template ${inject('databaseTemplate')}`);
    onTestFinished(drop);
    return {
      settings: { ...lease, DATABASE_URL: url },
      open: () => openDatabase({ databaseUrl: url, dataDirectory: '' }),
    };
  }
  const directory = await mkdtemp(`${tmpdir()}/corollary-killed-`);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return {
    settings: { ...lease, DATA_DIR: directory },
    open: () => openDatabase({ databaseUrl: undefined, dataDirectory: directory }),
  };
}

const words = [
  'invoice',
  'payment',
  'cluster',
  'timeout',
  'release',
  'queue',
  'certificate',
  'index',
  'tenant',
  'cache',
];
const facts = Array.from({ length: FACTS }, (_, n) => ({
  prolog: `said(${n})`,
  text: `The ${words[n % 10]} of the ${words[(n * 7) % 10]} number ${n} ${'was seen again '.repeat(n % 4)}`,
}));

/** mulberry32, so that a failure can be had again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function expectWhole(database: Database, job: Job, dimensions: number): Promise<void> {
  await using model = await openEmbedder(bundledModel, { dimensions });
  const fresh = async (texts: readonly string[]) => {
    const embedded = await model.embed(texts, 'passage', { bulk: true });
    return embedded.map(({ dense }) => dense);
  };
  expect(await wrongVectors(database, job.space!, fresh)).toEqual([]);
  const [count] = await database.rows<{ vectors: number; facts: number }>(sql`
    select (select count(*) from embeddings where space = ${job.space}) as vectors,
      (select count(*) from facts where sentence is not null) as facts`);
  expect(count).toEqual({ vectors: FACTS, facts: FACTS });
  // Counted in the transactions that stored them: none was embedded and stored twice.
  expect(job).toMatchObject({ state: 'SUCCEEDED', done: FACTS, total: FACTS, failed: 0 });
}

test(`a server that is killed ${KILLS} times at any moment of a job ends it after its restart, with nothing lost or twice`, async () => {
  const random = randomFrom(20_251_121);
  const { settings, open } = await ownDatabase();
  let server = await ServerProcess.start(settings);
  await server.call('assertFacts', facts, { awaitEmbedding: true });
  let job: Job | undefined;
  let dimensions = 256;
  const finish = async (): Promise<void> => {
    const ended = await server.ended(job!.id);
    await server.stop();
    {
      await using database = await open();
      await expectWhole(database, ended, dimensions);
    }
    job = undefined;
  };
  for (let kills = 0; kills < KILLS; ) {
    if (job === undefined) {
      const spaces = await server.call<EmbeddingSpaceInfo[]>('reembedding.spaces');
      for (const { id, state } of spaces) if (state === 'RETIRED') await server.call('reembedding.drop', id);
      dimensions = dimensions === 256 ? 128 : 256;
      job = await server.call<Job>('reembedding.reembed', {
        model: bundledModel,
        dimensions,
        ratePerSecond: RATE,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, random() * 2_500));
    await server.kill();
    kills++;
    server = await ServerProcess.start(settings);
    const { state } = await server.call<Job>('reembedding.job', job.id);
    if (state !== 'SUCCEEDED') continue;
    await finish();
    server = await ServerProcess.start(settings);
  }
  if (job !== undefined) await finish();
});

onlyOnPostgres('servers that share a job', () => {
  test('do each sentence once, and go on without the one that is killed or hangs', async () => {
    const { settings, open } = await ownDatabase();
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => ServerProcess.start(settings)));
    await first!.call('assertFacts', facts, { awaitEmbedding: true });
    const job = await first!.call<Job>('reembedding.reembed', {
      model: bundledModel,
      dimensions: 128,
      ratePerSecond: 200,
    });
    await vi.waitFor(
      async () => expect((await second!.call<Job>('reembedding.job', job.id)).done).toBeGreaterThan(100),
      {
        timeout: 60_000,
      },
    );
    // The one that was asked leads the job.
    await first!.kill();
    third!.signal('SIGSTOP');
    const ended = await second!.ended(job.id);
    third!.signal('SIGCONT');
    for (const server of [second!, third!]) {
      const spaces = await server.call<EmbeddingSpaceInfo[]>('reembedding.spaces');
      expect(spaces[0]).toMatchObject({ id: job.space, state: 'ACTIVE', dimensions: 128, coverage: 1 });
      await server.stop();
    }
    await using database = await open();
    await expectWhole(database, ended, 128);
  });
});
