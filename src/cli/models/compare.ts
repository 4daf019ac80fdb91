import { readFile } from 'node:fs/promises';
import { openEmbedder } from '../../embedding/open-embedder.js';
import { compareModels } from '../../embedding/tending/compare-models.js';
import { CorollaryError } from '../../errors.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions, wholeNumber } from '../options.js';
import { embeddingOptions } from './embedding-options.js';
import { settingsOf } from './settings.js';

/** Pairs grow with the square of it. */
const DEFAULT_LIMIT = 1_000;

export async function compare(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, {
    json: { type: 'boolean' },
    texts: { type: 'string' },
    limit: { type: 'string' },
  });
  const [nameA, nameB] = positionals;
  if (nameA === undefined || nameB === undefined || positionals.length > 2 || values.texts === undefined)
    throw new UsageError('models compare takes two names, and --texts FILE');
  const limit = wholeNumber('limit', values.limit, 3, 5_000) ?? DEFAULT_LIMIT;
  const texts = await textsOf(values.texts, limit);
  const { config } = await settingsOf(terminal);
  const options = embeddingOptions(config);
  await using a = await openEmbedder(nameA, options);
  await using b = await openEmbedder(nameB, options);
  const result = await compareModels(a, b, texts, terminal.signal);
  if (values.json) {
    terminal.print(JSON.stringify({ models: [a.model, b.model], ...result }, null, 2));
    return 0;
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  terminal.print(`${a.model} and ${b.model} over ${result.texts} texts of ${values.texts}`);
  terminal.print(`neighbours@${result.neighbours} in common       ${percent(result.overlap)}`);
  terminal.print(`rank correlation of similarities  ${result.rankCorrelation.toFixed(3)}`);
  if (result.cosines) {
    const { mean, least } = result.cosines;
    terminal.print(`cosine of a text's two vectors    mean ${mean.toFixed(4)}, least ${least.toFixed(4)}`);
  }
  if (a.fingerprint !== b.fingerprint)
    terminal.print('two vector spaces: their vectors must not be mixed, however near they are');
  return 0;
}

/** The file's lines that say something, each once. */
async function textsOf(path: string, limit: number): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CorollaryError('BAD_INPUT', `${path} cannot be read (${error.code})`);
  });
  const lines = [...new Set(text.split(/\r?\n/).filter((line) => line.trim() !== ''))].slice(0, limit);
  if (lines.length >= 3) return lines;
  throw new CorollaryError(
    'BAD_INPUT',
    `${path} has ${lines.length} lines of text; a comparison takes three`,
  );
}
