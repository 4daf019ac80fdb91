import { type Command, type Terminal, UsageError } from './command.js';
import { addFiles } from './models/add.js';
import { bench } from './models/bench.js';
import { compare } from './models/compare.js';
import { list } from './models/list.js';
import { pull } from './models/pull.js';
import { verify } from './models/verify.js';

const actions: Readonly<Record<string, (args: string[], terminal: Terminal) => Promise<number>>> = {
  list,
  pull,
  add: addFiles,
  verify,
  bench,
  compare,
};

export const models: Command = {
  usage: 'models list|pull|add|verify|bench|compare …',
  help: `Lists, fetches, checks, measures and compares embedding models. Corollary downloads nothing by itself:
\`pull\` is the only command that does.

  list [--json]                   the models of the registry: which are installed, how large, for which languages
  pull NAME                       fetches a model from the repository that the registry names, and checks it. A download
                                  that was cut off goes on where it stopped. HF_ENDPOINT names a mirror, HF_TOKEN lets
                                  you read what not just anyone may, HTTPS_PROXY, HTTP_PROXY and NO_PROXY are heeded
  add [NAME] DIR                  takes over weights that you brought in DIR: links or copies the model's files, checked
  verify NAME [--json]            its files, graph and vectors, and the numbers that are published for it
  bench NAME [--seconds N] [--json]   texts a second, latency of a query, time to load, memory
  compare A B --texts FILE [--limit N] [--json]   how far two models agree which lines of FILE are near to each other

Models lie in MODELS_DIR, whose registry.json may describe more. Exit code 0, or 1 when something failed: a file
cannot be had or is another one, a check failed.`,

  run(args, terminal) {
    const [name, ...rest] = args;
    const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new UsageError(`models takes one of ${Object.keys(actions).join(', ')}`);
    return action(rest, terminal);
  },
};
