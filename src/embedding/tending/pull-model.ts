import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CorollaryError } from '../../errors.js';
import { filesOf, headFilesOf, sha256Of } from '../model-files.js';
import type { ModelFile, OnnxModelEntry } from '../registry.js';
import { download } from './download.js';
import { assertRoomFor, type FreeSpace, freeSpaceOnDisk } from './free-space.js';
import type { Hub } from './hub.js';
import { PartFile } from './part-file.js';

export interface PullOptions {
  readonly hub: Hub;
  /** Where the model's files belong; nobody else may pull there meanwhile. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  /** Default: of the disk. */
  readonly freeSpace?: FreeSpace | undefined;
  readonly retryMs?: number | undefined;
}

export interface PullProgress {
  readonly path: string;
  /** Bytes of all files that are there. */
  readonly done: number;
  /** Bytes of all files, as far as is known. */
  readonly total: number;
}

/**
 * Brings the files of a model that are missing, or not the ones that the registry describes, into its folder.
 * @returns paths that were fetched; none when all was there
 * @throws CorollaryError as `download` does; MODEL_NOT_FOUND for a model that has no repository
 */
export async function pullModel(entry: OnnxModelEntry, options: PullOptions): Promise<string[]> {
  const { source } = entry;
  const { hub, folder, freeSpace = freeSpaceOnDisk, onProgress, signal, retryMs } = options;
  if (source.kind !== 'huggingface') {
    const why = source.kind === 'bundled' ? 'comes with Corollary' : 'has no repository in the registry';
    throw new CorollaryError('MODEL_NOT_FOUND', `${entry.name} ${why}: there is nothing to pull.`, {
      model: entry.name,
    });
  }
  const files = [...filesOf(entry), ...headFilesOf(entry)];
  const sizes = new Map<ModelFile, { done: number; total: number }>();
  const missing: ModelFile[] = [];
  let toCome = 0;
  for (const file of files) {
    const path = join(folder, file.path);
    const isThere = await isTheFile(file, path);
    const length = isThere ? (await stat(path)).size : await new PartFile(path).length();
    sizes.set(file, { done: length, total: file.bytes ?? length });
    if (isThere) continue;
    missing.push(file);
    toCome += Math.max(0, (file.bytes ?? 0) - length);
  }
  await assertRoomFor(toCome, folder, freeSpace);
  const sum = (key: 'done' | 'total') => [...sizes.values()].reduce((all, size) => all + size[key], 0);
  // The graph last: whoever looks only for it finds all the rest beside it.
  for (const file of missing.sort((a, b) => Number(a === files[0]) - Number(b === files[0]))) {
    await download(file, {
      hub,
      url: hub.urlOf(source.repository, source.revision, file.path),
      destination: join(folder, file.path),
      freeSpace,
      signal,
      retryMs,
      onProgress: (done, total) => {
        sizes.set(file, { done, total: total ?? Math.max(done, file.bytes ?? 0) });
        onProgress?.({ path: file.path, done: sum('done'), total: sum('total') });
      },
    });
  }
  return missing.map(({ path }) => path);
}

/** It is there, and as the registry describes it. */
async function isTheFile(file: ModelFile, path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  if (file.bytes !== undefined && file.bytes !== found.size) return false;
  return file.sha256 === undefined || file.sha256 === (await sha256Of(path));
}
