import { constants, copyFile, link, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CorollaryError } from '../../errors.js';
import { filesOf, headFilesOf, sha256Of } from '../model-files.js';
import type { ModelFile, OnnxModelEntry, RegistryEntry } from '../registry.js';
import { assertRoomFor, type FreeSpace, freeSpaceOnDisk } from './free-space.js';

export interface AddedFile {
  readonly path: string;
  /** Linked: the same bytes on disk; changing the one changes the other. */
  readonly how: 'linked' | 'copied' | 'kept';
}

/**
 * Takes the model's files from `directory` into its folder: at the paths of the registry, or by their bare names. All are
 * checked before the first is taken. Hard links where both lie on one disk, else copies. Head files may be absent.
 * @throws CorollaryError MODEL_NOT_FOUND when some are missing, EMBEDDING_SPACE_UNAVAILABLE when one is another file,
 *   START_FAILED when the disk is full
 */
export async function addModel(
  entry: OnnxModelEntry,
  directory: string,
  folder: string,
  freeSpace: FreeSpace = freeSpaceOnDisk,
): Promise<{ added: AddedFile[] }> {
  const needed = filesOf(entry);
  const found = new Map<ModelFile, string>();
  for (const file of [...needed, ...headFilesOf(entry)]) {
    const path = await pathIn(directory, file);
    if (path !== undefined) found.set(file, path);
  }
  const missing = needed.filter((file) => !found.has(file)).map(({ path }) => path);
  if (missing.length > 0) {
    throw new CorollaryError(
      'MODEL_NOT_FOUND',
      `${directory} lacks ${missing.join(', ')}, which ${entry.name} is made of.`,
      { model: entry.name, missing },
    );
  }
  for (const [file, path] of found) await assertIs(file, path);
  const added: AddedFile[] = [];
  for (const [file, path] of found)
    added.push({ path: file.path, how: await take(path, join(folder, file.path), freeSpace) });
  return { added };
}

/**
 * The model that lies in `directory`: the one of the directory's name, else the only one whose files are there, by their
 * sizes or, where that leaves a choice, by their checksums.
 * @throws CorollaryError MODEL_NOT_FOUND when there is none, or more than one
 */
export async function modelIn(
  directory: string,
  registry: ReadonlyMap<string, RegistryEntry>,
): Promise<OnnxModelEntry> {
  const named = registry.get(basename(resolve(directory)));
  if (named?.runtime === 'onnx') return named;
  const fitting: OnnxModelEntry[] = [];
  for (const entry of registry.values()) {
    if (entry.runtime !== 'onnx' || entry.source.kind === 'bundled') continue;
    const fits = await Promise.all(filesOf(entry).map(async (file) => fitsBySize(directory, file)));
    if (fits.every(Boolean)) fitting.push(entry);
  }
  if (fitting.length === 1) return fitting[0]!;
  const proven: OnnxModelEntry[] = [];
  for (const entry of fitting) if (await isProven(directory, entry)) proven.push(entry);
  if (proven.length === 1) return proven[0]!;
  const names = fitting.map(({ name }) => name).join(', ');
  throw new CorollaryError(
    'MODEL_NOT_FOUND',
    fitting.length === 0
      ? `${directory} holds the files of no model that the registry knows: name the model, \`models add NAME DIR\`, to see what is missing.`
      : `${directory} may hold ${names}: say which, \`models add NAME DIR\`.`,
    { directory },
  );
}

/** Checksums say so; an entry without any proves nothing. */
async function isProven(directory: string, entry: OnnxModelEntry): Promise<boolean> {
  const known = filesOf(entry).filter(({ sha256 }) => sha256 !== undefined);
  for (const file of known) {
    const path = await pathIn(directory, file);
    if (path === undefined || (await sha256Of(path)) !== file.sha256) return false;
  }
  return known.length > 0;
}

async function fitsBySize(directory: string, file: ModelFile): Promise<boolean> {
  const path = await pathIn(directory, file);
  if (path === undefined) return false;
  return file.bytes === undefined || (await stat(path)).size === file.bytes;
}

async function pathIn(directory: string, file: ModelFile): Promise<string | undefined> {
  for (const path of [join(directory, file.path), join(directory, basename(file.path))]) {
    const found = await stat(path).catch(() => undefined);
    // A cache of the hub holds links to its files: a hard link is to be to the file itself.
    if (found?.isFile()) return realpath(path);
  }
  return undefined;
}

async function assertIs(file: ModelFile, path: string): Promise<void> {
  const { size } = await stat(path);
  const wrong = (expected: string, found: string) =>
    new CorollaryError(
      'EMBEDDING_SPACE_UNAVAILABLE',
      `${path} is not the file that the registry describes (expected ${expected}, found ${found}). Nothing was added.`,
      { path, expected, found },
    );
  if (file.bytes !== undefined && file.bytes !== size) throw wrong(`${file.bytes} bytes`, `${size} bytes`);
  if (file.sha256 === undefined) return;
  const sha256 = await sha256Of(path);
  if (sha256 !== file.sha256) throw wrong(`SHA-256 ${file.sha256}`, sha256);
}

async function take(path: string, destination: string, freeSpace: FreeSpace): Promise<AddedFile['how']> {
  if (await isSameFile(path, destination)) return 'kept';
  await mkdir(dirname(destination), { recursive: true });
  // Beside it first, so that a file that is there already is replaced in one step.
  const temporary = `${destination}.${process.pid}`;
  try {
    const how = await link(path, temporary).then(
      () => 'linked' as const,
      async () => {
        await assertRoomFor((await stat(path)).size, dirname(destination), freeSpace);
        await copyFile(path, temporary, constants.COPYFILE_FICLONE);
        return 'copied' as const;
      },
    );
    await rename(temporary, destination);
    return how;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(a), stat(b).catch(() => undefined)]);
  return other !== undefined && one.dev === other.dev && one.ino === other.ino;
}
