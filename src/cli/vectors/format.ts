import { extname } from 'node:path';
import { readCopyFile, writeCopyFile } from '../../reembedding/vector-files/copy-file.js';
import { readJsonLinesFile, writeJsonLinesFile } from '../../reembedding/vector-files/json-lines-file.js';
import { UsageError } from '../command.js';

const formats = {
  copy: { read: readCopyFile, write: writeCopyFile },
  jsonl: { read: readJsonLinesFile, write: writeJsonLinesFile },
} as const;

export type FileFormat = (typeof formats)[keyof typeof formats];

/** By name, else by the file's ending. @throws UsageError */
export function formatOf(file: string, name: string | undefined): FileFormat {
  if (name === 'copy' || name === 'jsonl') return formats[name];
  if (name !== undefined) throw new UsageError(`--format is copy or jsonl, not ${name}`);
  return ['.jsonl', '.ndjson'].includes(extname(file).toLowerCase()) ? formats.jsonl : formats.copy;
}
