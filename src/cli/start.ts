import { relative } from 'node:path';
import { isLoopback } from '../api/host-check.js';
import type { Application } from '../application.js';
import { readConfig } from '../config.js';
import type { Command } from './command.js';
import { readOptions } from './options.js';
import { shellGone } from './shell-gone.js';

/** Of the sample knowledge base, one for each route: meaning, logic, and both. */
const samples = [
  'npx corollary ask "who is on call for the main database?"',
  'npx corollary ask "which incidents hit checkout while the payment provider was slow?"',
  'npx corollary ask "an expired certificate"',
  `npx corollary ask "responsible('a payment time-out', Incident, Service, Team, Person)"`,
  'npx corollary ask "incidents like a payment time-out" --goal "summary(Incident, _), hits(Incident, Service), on_call_for(Service, Person)"',
];

export const start: Command = {
  usage: 'start',
  help: `Serves Corollary's GraphQL API until it is told to stop (Ctrl-C or SIGTERM; a second time: at once).
Settings come from the environment: HOST, PORT, DATA_DIR, DATABASE_URL, REASONER, REASONER_WORKERS,
RESIDENT_FACTS_MAX, EMBEDDING_MODEL, MODELS_DIR, LOG_LEVEL, SAMPLE_DATA. The README says what each does.`,

  async run(args, terminal) {
    readOptions(args, {});
    const config = readConfig(terminal.environment);
    // Loaded while the database opens in its thread.
    const server = import('../api/server.js');
    const [{ startApplication }, { sampleModule }, { openLog }] = await Promise.all([
      import('../application.js'),
      import('../sample-data.js'),
      import('../log.js'),
    ]);
    await using application = await startApplication(config, openLog(config.logLevel));
    if (terminal.signal.aborted) return 0;
    const { serve } = await server;
    const serving = await serve(application, config);
    try {
      application.announce(serving.url);
      for (const line of await bannerLines(application, sampleModule, serving.url)) terminal.print(line);
      await Promise.race([aborted(terminal.signal), shellGone(terminal.environment)]);
      terminal.print('stopping …');
    } finally {
      await serving.stop();
    }
    return 0;
  },
};

async function bannerLines(application: Application, sampleModule: string, url: string): Promise<string[]> {
  const { config, embedder, knowledge } = application;
  const status = await application.status();
  const base = await knowledge.knowledgeBase();
  const modules = await knowledge.ruleModules();
  const isSample = modules.some(({ name }) => name === sampleModule);
  const counts = `${counted(base.factCount, 'fact')}, ${counted(await knowledge.ruleCount(base.id), 'rule')}`;
  const place = status.embedded
    ? `embedded PostgreSQL in ${shortPath(config.dataDirectory)}`
    : status.database;
  const model = `model ${embedder.model} (${embedder.dimensions} dimensions)`;
  return [
    `Corollary ${status.version} · ${place} · ${model} · reasoner ${status.reasoners.join(', ')}`,
    isSample
      ? `sample knowledge base: ${counts} (SAMPLE_DATA=off to start empty)`
      : `knowledge base ${base.name}: ${counts}`,
    ...(isLoopback(config.host)
      ? [`open to this machine only, no access control (HOST is ${config.host})`]
      : []),
    ...status.warnings.map((warning) => `warning: ${warning}`),
    '',
    `  GraphQL   ${url}/graphql`,
    `  about     ${url}/`,
    '',
    ...(isSample ? samples.map((sample, index) => `${index === 0 ? 'try' : '   '}   ${sample}`) : []),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** As one would type it. */
function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : `./${short}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    // A listener on a signal does not keep the process alive; the server's socket does.
  });
}
