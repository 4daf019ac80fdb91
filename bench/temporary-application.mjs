import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApplication } from '../dist/application.js';
import { readConfig } from '../dist/config.js';
import { openLog } from '../dist/log.js';

/** All of Corollary on an empty PGlite in a directory of its own, which goes when it is stopped. */
export async function startTemporaryApplication(environment = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'corollary-bench-'));
  const config = readConfig({ SAMPLE_DATA: 'off', DATA_DIR: directory, LOG_LEVEL: 'error', ...environment });
  const application = await startApplication(config, openLog(config.logLevel));
  return {
    application,
    async stop() {
      await application.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Asserts facts in batches. @param {{ prolog: string, text?: string }[]} facts */
export async function assertInBatches(application, facts, { batch = 2_000, awaitEmbedding = false } = {}) {
  for (let i = 0; i < facts.length; i += batch) {
    await application.assertFacts(facts.slice(i, i + batch), { awaitEmbedding });
  }
}
