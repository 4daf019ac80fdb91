import type { Check } from '../../embedding/tending/checks/check.js';
import { verifyModel } from '../../embedding/tending/verify-model.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions } from '../options.js';
import { embeddingOptions } from './embedding-options.js';
import { settingsOf } from './settings.js';

const words: Readonly<Record<Check['outcome'], string>> = { ok: 'ok', failed: 'FAILED', skipped: 'skipped' };

export async function verify(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, { json: { type: 'boolean' } });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new UsageError('models verify takes one name');
  const { config, registry } = await settingsOf(terminal);
  const entry = await registry.model(name);
  const checks: Check[] = [];
  for await (const check of verifyModel(entry, embeddingOptions(config))) {
    checks.push(check);
    terminal.signal.throwIfAborted();
    if (!values.json) terminal.print(`${words[check.outcome].padEnd(7)}  ${check.name}: ${check.detail}`);
  }
  const failures = checks.filter(({ outcome }) => outcome === 'failed').length;
  if (values.json)
    terminal.print(JSON.stringify({ model: entry.name, passed: failures === 0, checks }, null, 2));
  else
    terminal.print(
      failures === 0
        ? `${entry.name} is well: ${checks.filter(({ outcome }) => outcome === 'ok').length} checks`
        : `${entry.name} FAILED ${failures} of ${checks.length} checks`,
    );
  return failures === 0 ? 0 : 1;
}
