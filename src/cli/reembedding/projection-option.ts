import { readFile } from 'node:fs/promises';
import { CorollaryError } from '../../errors.js';
import { UsageError } from '../command.js';

/** As the API's ProjectionInput. */
export interface ProjectionOption {
  readonly method: 'PCA' | 'WHITENING' | 'GRAPH';
  readonly dimensions?: number;
  readonly graph?: string;
}

/**
 * `pca:128`, `whitening`, `whitening:128`, `graph:FILE`.
 * @throws UsageError; CorollaryError BAD_INPUT for a file that cannot be read
 */
export async function projectionOption(text: string | undefined): Promise<ProjectionOption | undefined> {
  if (text === undefined) return undefined;
  const [, name, rest] = /^([a-z]+)(?::(.+))?$/s.exec(text) ?? [];
  if (name === 'graph' && rest !== undefined) {
    const graph = await readFile(rest).catch((error: NodeJS.ErrnoException) => {
      throw new CorollaryError('BAD_INPUT', `${rest} cannot be read (${error.code})`);
    });
    return { method: 'GRAPH', graph: graph.toString('base64') };
  }
  const method = name === 'pca' ? 'PCA' : name === 'whitening' ? 'WHITENING' : undefined;
  const dimensions = rest === undefined ? undefined : Number(rest);
  if (method === undefined || (rest !== undefined && !/^[1-9]\d{0,4}$/.test(rest))) {
    throw new UsageError(`--projection is pca:DIMENSIONS, whitening:DIMENSIONS or graph:FILE, not ${text}`);
  }
  return { method, ...(dimensions !== undefined && { dimensions }) };
}
