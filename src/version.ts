import { readFileSync } from 'node:fs';

/** This file lies one folder below package.json, compiled or not. */
const manifest: { version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

export const version: string = manifest.version;
