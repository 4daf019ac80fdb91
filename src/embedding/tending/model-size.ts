import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, headFilesOf } from '../model-files.js';
import type { OnnxModelEntry } from '../registry.js';

/** Bytes of a model's files: as they lie in its folder, else as the registry has them; undefined where one is not known. */
export async function sizeOf(entry: OnnxModelEntry, folder: string): Promise<number | undefined> {
  let sum = 0;
  const heads = new Set(headFilesOf(entry));
  for (const file of [...filesOf(entry), ...heads]) {
    const bytes = (await stat(join(folder, file.path)).catch(() => undefined))?.size ?? file.bytes;
    if (bytes !== undefined) sum += bytes;
    // A graph's weights weigh; its smallest file beside them is known to be small by nobody.
    else if (file === entry.files.model || file === entry.files.tokenizer) return undefined;
  }
  return sum;
}
