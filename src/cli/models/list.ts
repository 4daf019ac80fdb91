import { folderOf } from '../../embedding/model-files.js';
import { listModels, type ModelDescription } from '../../embedding/open-embedder.js';
import { bytesText } from '../../embedding/tending/bytes-text.js';
import { sizeOf } from '../../embedding/tending/model-size.js';
import type { RegistryView } from '../../embedding/tending/registered.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions } from '../options.js';
import { tableLines } from '../table.js';
import { settingsOf } from './settings.js';

export async function list(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new UsageError('models list takes no name');
  const { config, registry } = await settingsOf(terminal);
  const found = await listModels({ modelsDirectory: config.modelsDirectory });
  const models = await Promise.all(
    found.map(async (model) => ({ model, bytes: await bytesOf(model, registry, config.modelsDirectory) })),
  );
  if (values.json) {
    const rows = models.map(({ model, bytes }) => ({ ...model, outputs: [...model.outputs], bytes }));
    terminal.print(JSON.stringify(rows, null, 2));
    return 0;
  }
  const header = ['model', 'installed', 'size', 'dimensions', 'tokens', 'precision', 'languages', 'licence'];
  const rows = models.map(({ model, bytes }) => [
    model.name,
    model.runtime === 'remote' ? 'remote' : model.installed ? 'yes' : 'no',
    bytes === undefined ? '' : bytesText(bytes),
    String(model.dimensions),
    String(model.maxTokens),
    model.precision,
    model.languages.map((language) => (language === 'mul' ? 'many' : language)).join(' '),
    model.licence,
  ]);
  for (const line of tableLines(header, rows, new Set(['size', 'dimensions', 'tokens'])))
    terminal.print(line);
  return 0;
}

/** On disk, or to be fetched; undefined where that is not known. */
async function bytesOf(
  { name }: ModelDescription,
  registry: RegistryView,
  modelsDirectory: string | undefined,
): Promise<number | undefined> {
  const entry = await registry.model(name);
  return entry.runtime === 'onnx' ? sizeOf(entry, folderOf(entry, modelsDirectory)) : undefined;
}
