import { basename, extname } from 'node:path';

/** A file's name without its ending, with what a name cannot hold turned into underscores. */
export function moduleNameOf(file: string): string {
  const stem = basename(file, extname(file)).replace(/[^A-Za-z0-9._-]/g, '_');
  return stem.slice(0, 64) || 'rules';
}
