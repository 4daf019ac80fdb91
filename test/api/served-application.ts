import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Serving, serve } from '../../src/api/server.js';
import { type Application, startApplication } from '../../src/application.js';
import { readConfig } from '../../src/config.js';
import { type Log, openLog } from '../../src/log.js';
import { newPostgresDatabase } from '../support/database.js';

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  readonly data: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

export interface ServedApplication {
  readonly application: Application;
  readonly serving: Serving;
  readonly url: string;
  /** A GraphQL request over HTTP. */
  request(query: string, variables?: object): Promise<Reply>;
  stop(): Promise<void>;
}

/** The whole of Corollary on a database of its own, listening on a free port. */
export async function serveApplication(
  settings: Readonly<Record<string, string>> = {},
  log: Log = openLog('fatal'),
): Promise<ServedApplication> {
  const where = await emptyDatabase();
  const config = readConfig({ REASONER_WORKERS: '1', SAMPLE_DATA: 'off', ...where.settings, ...settings });
  const application = await startApplication(config, log);
  const serving = await serve(application, { host: '127.0.0.1', port: 0, drainMs: 2_000 });
  return {
    application,
    serving,
    url: serving.url,
    request: (query, variables = {}) => graphqlRequest(serving.url, { query, variables }),
    async stop() {
      await serving.stop();
      await application.stop();
      await where.drop();
    },
  };
}

/** Settings for a database that nothing was written to: on the test server if there is one, else in a new directory. */
export async function emptyDatabase(): Promise<{ settings: Record<string, string>; drop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'corollary-test-'));
  const removeDirectory = () => rm(directory, { recursive: true, force: true });
  if (!process.env.TEST_DATABASE_URL) {
    return { settings: { DATA_DIR: directory }, drop: removeDirectory };
  }
  const database = await newPostgresDatabase();
  return {
    settings: { DATA_DIR: directory, DATABASE_URL: database.url },
    async drop() {
      await database.drop();
      await removeDirectory();
    },
  };
}

export async function graphqlRequest(url: string, body: object, signal?: AbortSignal): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Reply, 'status'>) };
}
