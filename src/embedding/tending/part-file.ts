import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const noteFile = z.object({
  /** Which file it is the beginning of. */
  of: z.string().optional(),
  etag: z.string().optional(),
  bytes: z.number().optional(),
});

/** What the server said of the file that a part belongs to. */
export type PartNote = z.output<typeof noteFile>;

/**
 * The beginning of a file that is on its way: `FILE.part`, with what the server said of it in `FILE.part.json`. It outlives
 * the process, so that the next one goes on where this one stopped.
 */
export class PartFile {
  readonly #path: string;
  readonly #destination: string;

  constructor(destination: string) {
    this.#destination = destination;
    this.#path = `${destination}.part`;
  }

  /** Bytes that are there; 0 where nothing is known of them. */
  async length(): Promise<number> {
    const found = await stat(this.#path).catch(() => undefined);
    return found?.size ?? 0;
  }

  async note(): Promise<PartNote> {
    try {
      return noteFile.parse(JSON.parse(await readFile(`${this.#path}.json`, 'utf8')));
    } catch {
      return {};
    }
  }

  /** Begins anew, with nothing. */
  async begin(note: PartNote): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(this.#path, '');
    await writeFile(`${this.#path}.json`, JSON.stringify(note));
  }

  /** SHA-256 of what is there, to be gone on with. */
  async hash(): Promise<Hash> {
    const hash = createHash('sha256');
    if ((await this.length()) === 0) return hash;
    for await (const chunk of createReadStream(this.#path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
    return hash;
  }

  append(): Promise<FileHandle> {
    return open(this.#path, 'a');
  }

  /** Becomes the file itself, in one step, its bytes written out before its name. */
  async finish(): Promise<void> {
    const handle = await open(this.#path, 'r+');
    await handle.sync();
    await handle.close();
    await rename(this.#path, this.#destination);
    await rm(`${this.#path}.json`, { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
    await rm(`${this.#path}.json`, { force: true });
  }
}
