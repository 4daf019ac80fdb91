import { folderOf } from '../../embedding/model-files.js';
import { addModel, modelIn } from '../../embedding/tending/add-model.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions } from '../options.js';
import { settingsOf } from './settings.js';

export async function addFiles(args: string[], terminal: Terminal): Promise<number> {
  const { positionals } = readOptions(args, {});
  const [first, second] = positionals;
  if (first === undefined || positionals.length > 2)
    throw new UsageError('models add takes a directory, or a name and a directory');
  const { config, registry } = await settingsOf(terminal);
  const directory = second ?? first;
  const entry =
    second === undefined ? await modelIn(directory, registry.entries) : await registry.onnxModel(first);
  const { added } = await addModel(entry, directory, folderOf(entry, config.modelsDirectory));
  for (const { path, how } of added) terminal.print(`${how} ${path}`);
  terminal.print(
    `${entry.name} is installed in ${folderOf(entry, config.modelsDirectory)}; \`npx corollary models verify ${entry.name}\` checks its vectors`,
  );
  return 0;
}
