import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CorollaryError } from '../../errors.js';
import { bytesText } from './bytes-text.js';

/** Bytes that this process may still write in that directory. */
export type FreeSpace = (directory: string) => Promise<number>;

/** Of the file system; a directory that is not there yet will be on its parent's. */
export const freeSpaceOnDisk: FreeSpace = async (directory) => {
  for (let path = directory; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    }
  }
};

/** Left to everybody else. */
const RESERVE = 64 * 2 ** 20;

/** @throws CorollaryError START_FAILED when the disk does not hold so many bytes more */
export async function assertRoomFor(bytes: number, directory: string, freeSpace: FreeSpace): Promise<void> {
  if (bytes === 0) return;
  const free = await freeSpace(directory);
  if (free >= bytes + RESERVE) return;
  throw new CorollaryError(
    'START_FAILED',
    `${directory} has room for ${bytesText(free)}, but ${bytesText(bytes)} are to come: free some, or set MODELS_DIR to a larger disk.`,
    { directory, free, wanted: bytes },
  );
}
