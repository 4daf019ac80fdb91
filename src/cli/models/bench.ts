import { benchModel } from '../../embedding/tending/bench-model.js';
import { bytesText } from '../../embedding/tending/bytes-text.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions, wholeNumber } from '../options.js';
import { embeddingOptions } from './embedding-options.js';
import { settingsOf } from './settings.js';

export async function bench(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, {
    json: { type: 'boolean' },
    seconds: { type: 'string' },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new UsageError('models bench takes one name');
  const seconds = wholeNumber('seconds', values.seconds, 1, 600) ?? 5;
  const { config, registry } = await settingsOf(terminal);
  const { name: model } = await registry.model(name);
  const result = await benchModel(model, embeddingOptions(config), { seconds, signal: terminal.signal });
  if (values.json) {
    terminal.print(JSON.stringify({ model, ...result }, null, 2));
    return 0;
  }
  const { loadMs, textsPerSecond, queryMs, memory } = result;
  const rate = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} texts/s`;
  terminal.print(model);
  terminal.print(`loaded in        ${(loadMs / 1_000).toFixed(2)} s`);
  terminal.print(
    `one query        p50 ${queryMs.p50.toFixed(2)} ms, p95 ${queryMs.p95.toFixed(2)} ms (${queryMs.count} queries of 8 words)`,
  );
  terminal.print(`8 words          ${rate(textsPerSecond.short)}`);
  terminal.print(`250 words        ${rate(textsPerSecond.long)}`);
  terminal.print(`mixed lengths    ${rate(textsPerSecond.mixed)}`);
  terminal.print(`memory           ${bytesText(memory.after)} (${bytesText(memory.before)} before)`);
  return 0;
}
