import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { multipliesInt8Fast } from '../../src/embedding/int8-processor.js';
import { listModels, openEmbedder } from '../../src/embedding/open-embedder.js';
import { ModelsFolder, tinyEntry } from './installed-model.js';

let folder: ModelsFolder;
beforeEach(async () => {
  folder = await ModelsFolder.create();
});
afterEach(() => folder.remove());

const family = {
  name: 'tiny-auto',
  description: 'Chosen by the machine.',
  runtime: 'family',
  int8: 'tiny-int8',
  fp32: 'tiny-fp32',
};
const members = [tinyEntry({ name: 'tiny-int8', precision: 'int8' }), tinyEntry({ name: 'tiny-fp32' })];

describe('a family of models', () => {
  it('gives the precision that the processor is good at', async () => {
    await folder.install({ name: 'tiny-int8', precision: 'int8' });
    await folder.install({ name: 'tiny-fp32' });
    await folder.writeRegistry(...members, family);
    await using embedder = await openEmbedder('tiny-auto', { modelsDirectory: folder.path });
    expect(embedder.model).toBe(multipliesInt8Fast() ? 'tiny-int8' : 'tiny-fp32');
    const models = await listModels({ modelsDirectory: folder.path });
    expect(models.find(({ name }) => name === 'tiny-auto')).toMatchObject({
      fingerprint: embedder.fingerprint,
      installed: true,
    });
  });

  it.each(['tiny-int8', 'tiny-fp32'])('gives %s where only that is installed', async (name) => {
    await folder.install({ name });
    await folder.writeRegistry(...members, family);
    await using embedder = await openEmbedder('tiny-auto', { modelsDirectory: folder.path });
    expect(embedder.model).toBe(name);
  });

  it('says so when it names a model that is not there', async () => {
    await folder.writeRegistry({ ...family, int8: 'tiny-int4', fp32: 'tiny-int4' });
    await expect(openEmbedder('tiny-auto', { modelsDirectory: folder.path })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('tiny-int4 is no ONNX model'),
    });
  });
});
