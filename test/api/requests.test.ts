import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedApplication, serveApplication } from './served-application.js';

/** See requests/README.md. */
const folder = new URL('requests/', import.meta.url);
const isUpdate = process.env.UPDATE_REQUESTS === '1';

interface Expected {
  readonly variables?: object;
  readonly data?: unknown;
  readonly errors?: unknown;
}

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication();
}, 60_000);
afterAll(() => served.stop());

describe('a server that starts empty answers', () => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => name.slice(0, -'.graphql'.length))
    .sort();

  test.each(names)('%s', async (name) => {
    const query = readFileSync(new URL(`${name}.graphql`, folder), 'utf8');
    const file = new URL(`${name}.json`, folder);
    const expected: Expected = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const { variables } = expected;
    const { data, errors } = await served.request(query, variables);
    const answered: Expected = {
      ...(variables && { variables }),
      ...(data !== undefined && { data }),
      ...(errors && {
        errors: errors.map(({ message, path, extensions }) => ({ message, path, extensions })),
      }),
    };
    if (isUpdate) writeFileSync(file, `${JSON.stringify(answered, null, 2)}\n`);
    // By way of JSON, which knows no undefined.
    else expect(JSON.parse(JSON.stringify(answered))).toEqual(expected);
  });
});
