import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { folderOf } from '../../src/embedding/model-files.js';
import {
  bundledModel,
  onnxEntryOf,
  readRegistry,
  registryFile,
  shippedModelsDirectory,
} from '../../src/embedding/registry.js';
import { nearNames } from '../../src/near-names.js';
import { ModelsFolder, tinyEntry } from './installed-model.js';

let folder: ModelsFolder;
beforeEach(async () => {
  folder = await ModelsFolder.create();
});
afterEach(() => folder.remove());

describe('the registry that ships', () => {
  it('knows the bundled model and the models that a user may bring', async () => {
    const names = [...(await readRegistry()).keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        bundledModel,
        'bge-m3',
        'bge-m3-int8',
        'multilingual-e5-small',
        'all-MiniLM-L6-v2',
      ]),
    );
  });

  it('describes BGE-M3 as its authors do', async () => {
    const entry = (await readRegistry()).get('bge-m3');
    expect(entry).toMatchObject({
      pooling: 'cls',
      normalise: true,
      dimensions: 1024,
      maxTokens: 8192,
      prefixes: { query: '', passage: '' },
      source: { repository: 'BAAI/bge-m3', revision: '5617a9f61b028005a4858fdac845db406aefb181' },
    });
  });

  it('has a JSON Schema that says what the program checks', async () => {
    const schema = JSON.parse(await readFile(join(shippedModelsDirectory, 'registry.schema.json'), 'utf8'));
    expect(schema).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(registryFile, { io: 'input' }))));
  });

  it('keeps bundled weights in bundled/, others in a folder of the model', async () => {
    const registry = await readRegistry();
    expect(folderOf(onnxEntryOf(registry, bundledModel), '/m')).toBe(join(shippedModelsDirectory, 'bundled'));
    expect(folderOf(onnxEntryOf(registry, 'bge-m3'), '/m')).toBe(join('/m', 'bge-m3'));
  });
});

describe("a user's registry", () => {
  it('adds models and replaces those of the same name', async () => {
    await folder.writeRegistry(tinyEntry(), tinyEntry({ name: 'bge-m3', description: 'mine' }));
    const registry = await readRegistry(folder.path);
    expect(onnxEntryOf(registry, 'tiny').dimensions).toBe(16);
    expect(registry.get('bge-m3')?.description).toBe('mine');
    expect(registry.has(bundledModel)).toBe(true);
  });

  it('may be absent', async () => {
    expect((await readRegistry(join(folder.path, 'nowhere'))).has(bundledModel)).toBe(true);
  });

  it.each([
    ['an unknown pooling', { pooling: 'max' }, 'models.0.pooling'],
    ['a misspelt field', { poolng: 'cls' }, 'models.0'],
    [
      'a path that leaves the folder',
      { files: { model: { path: '../model.onnx' }, tokenizer: { path: 't' } } },
      'models.0.files.model.path',
    ],
    ['a name that leaves the folder', { name: '../x' }, 'models.0.name'],
    ['a slope of zero', { calibration: { midpoint: 0, slope: 0 } }, 'models.0.calibration.slope'],
    ['more dimensions after the cut than before', { truncatableTo: [32] }, 'models.0'],
  ])('is refused for %s, naming the place', async (_, changes, field) => {
    await folder.writeRegistry(tinyEntry(changes));
    await expect(readRegistry(folder.path)).rejects.toMatchObject({
      code: 'START_FAILED',
      details: { field },
    });
  });

  it('is refused when it is not JSON', async () => {
    await folder.writeFile('registry.json', '{"models": [');
    await expect(readRegistry(folder.path)).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('is not JSON'),
    });
  });
});

describe('near names', () => {
  const names = ['corollary-mini', 'bge-m3', 'bge-m3-int8', 'multilingual-e5-small', 'all-MiniLM-L6-v2'];

  it.each([
    ['bgem3', 'bge-m3'],
    ['BAAI/bge-m3', 'bge-m3'],
    ['all-minilm-l6-v2', 'all-MiniLM-L6-v2'],
    ['corolary-mini', 'corollary-mini'],
    ['e5-small', 'multilingual-e5-small'],
  ])('of %s begin with %s', (wanted, nearest) => {
    expect(nearNames(wanted, names)[0]).toBe(nearest);
  });

  it('are none for a name that is like no other', () => {
    expect(nearNames('text-embedding-3-large', names)).toEqual([]);
    expect(nearNames('', names)).toEqual([]);
  });
});
