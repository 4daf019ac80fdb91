import { readdirSync, readFileSync } from 'node:fs';

/** This file lies two folders below the program's root, compiled or not. */
const folder = new URL('../../schema/', import.meta.url);

/** The whole schema as text: the files of `schema/`, in order of name. */
export function schemaText(): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return files
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}
