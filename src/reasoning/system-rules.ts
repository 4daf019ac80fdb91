import { fileURLToPath } from 'node:url';

/** Path of one file of rules/system. */
export const systemRules = (name: string): string =>
  fileURLToPath(new URL(`../../rules/system/${name}.pl`, import.meta.url));
