import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { CorollaryError } from '../errors.js';
import type { EmbeddingOutput } from './embedder.js';
import { type ModelFile, type OnnxModelEntry, shippedModelsDirectory } from './registry.js';

/** Where a model's files lie: `bundled/` of the program, else a folder of the model's name in `modelsDirectory`. */
export function folderOf(entry: OnnxModelEntry, modelsDirectory = shippedModelsDirectory): string {
  return entry.source.kind === 'bundled'
    ? join(shippedModelsDirectory, 'bundled')
    : join(modelsDirectory, entry.name);
}

export function filesOf(entry: OnnxModelEntry): readonly ModelFile[] {
  return [entry.files.model, entry.files.tokenizer, ...entry.files.data];
}

/** Weights of heads that the graph lacks; a model works without them, and gives less. */
export function headFilesOf({ heads }: OnnxModelEntry): readonly ModelFile[] {
  return [heads.sparse, heads.tokens].flatMap((head) =>
    head !== undefined && 'weights' in head ? [head.weights] : [],
  );
}

/** Paths, inside the model's folder, of the files that are not there. */
export async function missingFiles(entry: OnnxModelEntry, folder: string): Promise<string[]> {
  const present = await Promise.all(filesOf(entry).map(({ path }) => isFile(join(folder, path))));
  return filesOf(entry)
    .filter((_, i) => !present[i])
    .map(({ path }) => path);
}

/** What the model gives as it is installed. */
export async function outputsOf(
  { heads }: OnnxModelEntry,
  folder: string,
): Promise<ReadonlySet<EmbeddingOutput>> {
  const outputs = new Set<EmbeddingOutput>(['dense']);
  for (const name of ['sparse', 'tokens'] as const) {
    const head = heads[name];
    if (head === undefined) continue;
    if ('output' in head || (await isFile(join(folder, head.weights.path)))) outputs.add(name);
  }
  return outputs;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

const recordName = '.checksums.json';
const recordFile = z.record(
  z.string(),
  z.object({ bytes: z.number(), mtimeMs: z.number(), sha256: z.string() }),
);
type ChecksumRecord = z.output<typeof recordFile>;

/** Below this size reading a file costs less than trusting a record of it. */
const alwaysComputedBelow = 64 * 2 ** 20;

/**
 * SHA-256 of every file of a model, by path, as 64 hexadecimal digits. A large file is read once: its checksum is kept
 * beside it in `.checksums.json` and holds while size and modification time stay the same.
 * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when a file is not the one that the registry describes.
 */
export async function checksumsOf(
  entry: OnnxModelEntry,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const record = await readRecord(folder);
  const fresh: ChecksumRecord = { ...record };
  const checksums = new Map<string, string>();
  for (const file of filesOf(entry)) {
    const path = join(folder, file.path);
    const { size, mtimeMs } = await stat(path);
    if (file.bytes !== undefined && file.bytes !== size)
      throw notTheSame(entry, path, `${file.bytes} bytes`, `${size} bytes`);
    const known = record[file.path];
    const sha256 = known?.bytes === size && known.mtimeMs === mtimeMs ? known.sha256 : await sha256Of(path);
    if (file.sha256 !== undefined && file.sha256 !== sha256)
      throw notTheSame(entry, path, `SHA-256 ${file.sha256}`, sha256);
    if (size >= alwaysComputedBelow) fresh[file.path] = { bytes: size, mtimeMs, sha256 };
    checksums.set(file.path, sha256);
  }
  if (JSON.stringify(fresh) !== JSON.stringify(record)) await writeRecord(folder, fresh);
  return checksums;
}

/** The checksums of `checksumsOf` where they cost little: every large file has its record. Else undefined. */
export async function knownChecksumsOf(
  entry: OnnxModelEntry,
  folder: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const record = await readRecord(folder);
  for (const { path } of filesOf(entry)) {
    const { size, mtimeMs } = await stat(join(folder, path));
    const known = record[path];
    if (size >= alwaysComputedBelow && (known?.bytes !== size || known.mtimeMs !== mtimeMs)) return undefined;
  }
  return checksumsOf(entry, folder);
}

/** Of a file, as 64 hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}

async function readRecord(folder: string): Promise<ChecksumRecord> {
  try {
    return recordFile.parse(JSON.parse(await readFile(join(folder, recordName), 'utf8')));
  } catch {
    return {};
  }
}

async function writeRecord(folder: string, record: ChecksumRecord): Promise<void> {
  const path = join(folder, recordName);
  try {
    await writeFile(`${path}.${process.pid}`, `${JSON.stringify(record, null, 2)}\n`);
    await rename(`${path}.${process.pid}`, path);
  } catch {
    // A folder that cannot be written to only costs time at the next start.
  }
}

function notTheSame(entry: OnnxModelEntry, path: string, expected: string, found: string): CorollaryError {
  return new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `The model ${entry.name} cannot be used: ${path} is not the file that the registry describes (expected ${expected}, found ${found}). Fetch it again, or correct the registry.`,
    { model: entry.name, path, expected, found },
  );
}
