import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, headFilesOf, sha256Of } from '../../model-files.js';
import type { ModelFile, OnnxModelEntry } from '../../registry.js';
import { bytesText } from '../bytes-text.js';
import { type Check, checked, skipped } from './check.js';

/** One result a file: it is there, of the size and the checksum that the registry gives; read anew, whatever is recorded of it. */
export async function* fileChecks(entry: OnnxModelEntry, folder: string): AsyncGenerator<Check> {
  const heads = new Set(headFilesOf(entry));
  for (const file of [...filesOf(entry), ...heads]) {
    const path = join(folder, file.path);
    const name = `file ${file.path}`;
    const found = await stat(path).catch(() => undefined);
    if (found === undefined && heads.has(file))
      yield skipped(name, 'not there: the model gives less without it');
    else yield await checked(name, () => described(file, path, found?.size));
  }
}

async function described(file: ModelFile, path: string, bytes: number | undefined): Promise<string> {
  if (bytes === undefined) throw new Error(`${path} is not there`);
  if (file.bytes !== undefined && file.bytes !== bytes)
    throw new Error(`${bytes} bytes, but the registry says ${file.bytes}`);
  if (file.sha256 === undefined) return `${bytesText(bytes)}, no checksum in the registry`;
  const sha256 = await sha256Of(path);
  if (sha256 !== file.sha256) throw new Error(`SHA-256 ${sha256}, but the registry says ${file.sha256}`);
  return `${bytesText(bytes)}, SHA-256 as the registry says`;
}
