import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

/** Data sets that are too large, or not ours, to be kept in the repository lie in a folder beside the checkout. */
export function sharedData(name: string): string {
  return fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
}

/** `describe` that is skipped, and says so, where the data set is missing. */
export function describeWithData(data: string, name: string, tests: () => void): void {
  if (existsSync(sharedData(data))) describe(name, tests);
  else describe.skip(`${name} (skipped: no ${sharedData(data)})`, tests);
}
