import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Application, startApplication } from '../../src/application.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/log.js';
import { onlyOnPglite } from '../support/database.js';
import { emptyDatabase } from './served-application.js';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
const started: Application[] = [];

beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(async () => {
  for (const application of started.splice(0)) await application.stop();
  await database.drop();
});

async function start(settings: Record<string, string> = {}): Promise<Application> {
  const config = readConfig({ REASONER_WORKERS: '1', SAMPLE_DATA: 'off', ...database.settings, ...settings });
  const application = await startApplication(config, openLog('fatal'));
  started.push(application);
  return application;
}

describe('an application', () => {
  test('fills a fresh database with the sample knowledge base, once', async () => {
    const first = await start({ SAMPLE_DATA: 'on' });
    const base = await first.knowledge.knowledgeBase();
    expect(base.factCount).toBeGreaterThan(300);
    await first.knowledge.retractFacts({ matches: 'service(checkout)' });
    await first.stop();
    const second = await start({ SAMPLE_DATA: 'on' });
    expect((await second.knowledge.knowledgeBase()).factCount).toBe(base.factCount - 1);
    expect((await second.knowledge.knowledgeBase()).revision).toBe(base.revision + 1);
  });

  test('finishes the sample knowledge base that a killed one began', async () => {
    const killed = await start();
    const fact = { prolog: 'service(half_loaded)', source: 'sample data' };
    await killed.assertFacts([fact], { awaitEmbedding: false });
    await killed.stop();
    const next = await start({ SAMPLE_DATA: 'on' });
    expect((await next.knowledge.ruleModules()).map(({ name }) => name)).toEqual(['incidents']);
    expect((await next.knowledge.knowledgeBase()).factCount).toBeGreaterThan(300);
  });

  test('leaves a database alone that somebody has written to', async () => {
    const first = await start();
    await first.assertFacts([{ prolog: 'mine(1)' }], { awaitEmbedding: false });
    await first.stop();
    const second = await start({ SAMPLE_DATA: 'on' });
    expect(await second.knowledge.knowledgeBase()).toMatchObject({ factCount: 1, revision: 1 });
  });

  test('without the model of the stored vectors reasons and finds words, refuses meaning, and says so', async () => {
    const first = await start();
    await first.assertFacts([{ prolog: 'p(a)', text: 'The certificate expired.' }], { awaitEmbedding: true });
    await first.database.run(sql`update embedding_spaces set model = 'model-of-before', fingerprint = 'f'`);
    await first.stop();

    const second = await start();
    const { warnings } = await second.status();
    expect(warnings).toEqual([expect.stringContaining('were made by model-of-before')]);
    const { answers } = await second.asker.prove({ goal: 'p(X)' });
    expect(answers.edges).toHaveLength(1);
    await expect(second.asker.search({ text: 'certificate' })).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
    });
    const byWords = await second.asker.search({ text: 'certificate', retrieval: { channels: ['LEXICAL'] } });
    expect(byWords.facts).toHaveLength(1);
    // Nobody is kept waiting for vectors that cannot come.
    await second.assertFacts([{ prolog: 'p(b)', text: 'Another.' }], { awaitEmbedding: true });
  });

  test('with a model that is not known does not start', async () => {
    await expect(start({ EMBEDDING_MODEL: 'no-such-model' })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/^EMBEDDING_MODEL: .*no-such-model/),
    });
    // What was opened before is closed again.
    await start();
  });

  test('can be stopped twice', async () => {
    const application = await start();
    await Promise.all([application.stop(), application.stop()]);
  });

  test('makes a space for the vectors of a new knowledge base at once', async () => {
    const application = await start();
    await application.createKnowledgeBase('lab');
    const found = await application.asker.search({ text: 'anything', knowledgeBase: 'lab' });
    expect(found.facts).toEqual([]);
  });
});

onlyOnPglite('a data directory', () => {
  test('is for one application at a time', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining(`is in use by process ${process.pid}`),
    });
  });
});
