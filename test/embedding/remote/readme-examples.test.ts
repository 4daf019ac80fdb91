import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readRegistry, registryFile, shippedModelsDirectory } from '../../../src/embedding/registry.js';

it('the registries that models/README.md shows are valid, and name models that there are', async () => {
  const readme = await readFile(`${shippedModelsDirectory}/README.md`, 'utf8');
  const examples = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, json]) =>
    registryFile.parse(JSON.parse(json!)),
  );
  const remote = examples.flatMap(({ models }) => models.filter(({ runtime }) => runtime === 'remote'));
  expect(remote.map(({ name }) => name)).toEqual(['bge-m3-tei', 'nomic-ollama']);
  const known = await readRegistry();
  for (const entry of remote) {
    if (entry.runtime !== 'remote' || entry.sameSpaceAs === undefined) continue;
    const { prefixes, dimensions, maxTokens, normalise } = entry;
    expect(known.get(entry.sameSpaceAs)).toMatchObject({ prefixes, dimensions, maxTokens, normalise });
  }
});
