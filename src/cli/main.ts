import { CorollaryError } from '../errors.js';
import { version } from '../version.js';
import { ask } from './ask.js';
import { GraphqlFailure } from './client.js';
import { type Command, type Terminal, UsageError } from './command.js';
import { importFiles } from './import.js';
import { jobs } from './jobs.js';
import { models } from './models.js';
import { patterns } from './patterns.js';
import { reembed } from './reembed.js';
import { rules } from './rules.js';
import { spaces } from './spaces.js';
import { start } from './start.js';
import { status } from './status.js';
import { vectors } from './vectors.js';

const commands: Readonly<Record<string, Command>> = {
  start,
  ask,
  import: importFiles,
  rules,
  patterns,
  models,
  reembed,
  jobs,
  spaces,
  vectors,
  status,
};

/** As shells have it: 128 and the number of the signal. */
const INTERRUPTED = 130;
const WRONG_USAGE = 64;

/** Through npm one Ctrl-C arrives twice: from the terminal and from npm. */
const SAME_SIGNAL_MS = 500;

// The only file that ends the process.
const controller = new AbortController();
let firstSignal = Number.POSITIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one means it.
    if (performance.now() - firstSignal > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
    firstSignal = Math.min(firstSignal, performance.now());
    controller.abort();
  });
}
// Whoever reads what we print may stop reading: `corollary ask … | head`.
process.stdout.on('error', () => process.exit(0));

process.exit(await main(process.argv.slice(2)));

async function main([name = 'help', ...args]: string[]): Promise<number> {
  const terminal: Terminal = {
    print: (line = '') => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    isInteractive: process.stderr.isTTY === true,
    environment: process.env,
    signal: controller.signal,
  };
  if (['help', '--help', '-h'].includes(name)) return help(terminal);
  if (['version', '--version', '-v'].includes(name)) {
    terminal.print(version);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    terminal.complain(`corollary has no command ${name}: see corollary help`);
    return WRONG_USAGE;
  }
  if (args.includes('--help') || args.includes('-h')) {
    terminal.print(`corollary ${command.usage}\n\n${command.help}`);
    return 0;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    return failed(error, command, terminal);
  }
}

function failed(error: unknown, command: Command, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.complain(`${error.message}\nusage: corollary ${command.usage}`);
    return WRONG_USAGE;
  }
  if (controller.signal.aborted) {
    terminal.complain('stopped');
    return INTERRUPTED;
  }
  if (error instanceof CorollaryError || error instanceof GraphqlFailure) {
    terminal.complain(`corollary: ${error.message}`);
    return 1;
  }
  terminal.complain(
    `corollary: a defect; please report it with what follows\n${(error as Error)?.stack ?? error}`,
  );
  return 70;
}

function help(terminal: Terminal): number {
  terminal.print(`Corollary ${version}: a knowledge engine that proves its answers.\n`);
  for (const { usage, help } of Object.values(commands)) {
    terminal.print(`corollary ${usage}\n    ${help.split('\n', 1)[0]}`);
  }
  terminal.print(`
corollary COMMAND --help says more of a command; the environment decides the rest (HOST, PORT, DATA_DIR, …; see the
README). A command talks to the server that has DATA_DIR open, or to the one at --url; when none runs, it opens
DATA_DIR itself.`);
  return 0;
}
