import { mkdir } from 'node:fs/promises';
import { lockDirectory } from '../../database/directory-lock.js';
import { folderOf } from '../../embedding/model-files.js';
import { bytesText } from '../../embedding/tending/bytes-text.js';
import { openHub } from '../../embedding/tending/hub.js';
import { type PullProgress, pullModel } from '../../embedding/tending/pull-model.js';
import { CorollaryError } from '../../errors.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions } from '../options.js';
import { PullBar } from './pull-bar.js';
import { settingsOf } from './settings.js';

export async function pull(args: string[], terminal: Terminal): Promise<number> {
  const { positionals } = readOptions(args, {});
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new UsageError('models pull takes one name');
  const { config, registry } = await settingsOf(terminal);
  const entry = await registry.onnxModel(name);
  if (entry.name !== name) terminal.print(`${name} is ${entry.name} on this machine`);
  const folder = folderOf(entry, config.modelsDirectory);
  await using hub = openHub({
    endpoint: config.hubEndpoint,
    token: config.hubToken,
    environment: terminal.environment,
  });
  await mkdir(folder, { recursive: true });
  await using _lock = await lockDirectory(folder).catch((error: unknown) => {
    const pid = error instanceof CorollaryError ? error.details.pid : undefined;
    if (pid === undefined) throw error;
    throw new CorollaryError('START_FAILED', `Process ${pid} is pulling ${entry.name} already.`, { pid });
  });
  const bar = new PullBar(terminal, entry.name);
  try {
    const fetched = await pullModel(entry, {
      hub,
      folder,
      signal: terminal.signal,
      onProgress: (progress: PullProgress) => bar.at(progress),
    });
    bar.end();
    for (const path of fetched) terminal.print(`fetched ${path}`);
    terminal.print(
      fetched.length > 0
        ? `${entry.name} is installed in ${folder} (${bytesText(bar.bytes)}); \`npx corollary models verify ${entry.name}\` checks its vectors`
        : `${entry.name} is installed already, with the files that the registry describes`,
    );
    return 0;
  } finally {
    bar.end();
  }
}
