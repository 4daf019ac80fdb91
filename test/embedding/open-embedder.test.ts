import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/embedding/fingerprint.js';
import { checksumsOf } from '../../src/embedding/model-files.js';
import { listModels, openEmbedder } from '../../src/embedding/open-embedder.js';
import { type OnnxModelEntry, onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import { ModelsFolder, tinyEntry } from './installed-model.js';

let folder: ModelsFolder;
beforeEach(async () => {
  folder = await ModelsFolder.create();
});
afterEach(() => folder.remove());

const open = (name: string, dimensions?: number) =>
  openEmbedder(name, { modelsDirectory: folder.path, dimensions });

describe('opening a model', () => {
  it('names the known and the near models when there is none of that name', async () => {
    await expect(open('bge-m3-int9')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringMatching(
        /no model "bge-m3-int9".*Did you mean bge-m3.*Known models: corollary-mini, bge-m3/,
      ),
      details: { near: expect.arrayContaining(['bge-m3-int8']) },
    });
  });

  it('says which files are missing from which folder when the weights are not there', async () => {
    await folder.writeFile('bge-m3/tokenizer.json', '{}');
    await expect(open('bge-m3')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining(
        `onnx/model.onnx, onnx/model.onnx_data, onnx/Constant_7_attr__value missing from ${join(folder.path, 'bge-m3')}`,
      ),
      details: { missing: ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/Constant_7_attr__value'] },
    });
  });

  it('says that the weights are broken when they are not ONNX', async () => {
    await folder.install();
    await folder.writeFile('tiny/model.onnx', 'not a model');
    await expect(open('tiny')).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringMatching(/model tiny cannot be used: its weights .*model\.onnx cannot be loaded/),
    });
  });

  it('says that the tokenizer is broken when it is cut off', async () => {
    await folder.install();
    await folder.writeFile('tiny/tokenizer.json', '{"model": {"type"');
    await expect(open('tiny')).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringMatching(/its tokenizer .*tokenizer\.json cannot be read/),
    });
  });

  it('refuses a file whose checksum is not the registered one', async () => {
    await folder.install({
      files: { model: { path: 'model.onnx', sha256: '0'.repeat(64) }, tokenizer: { path: 'tokenizer.json' } },
    });
    await expect(open('tiny')).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining('not the file that the registry describes'),
    });
  });

  it('says what the graph has when the registry names another output or too few inputs', async () => {
    await folder.install({ graph: { inputs: {}, output: 'sentence', outputKind: 'pooled' } });
    await expect(open('tiny')).rejects.toThrow('no output sentence, but token_embeddings');
    await folder.install({}, { tokenTypes: true });
    await expect(open('tiny')).rejects.toThrow('also wants token_type_ids');
  });

  it('feeds token types where the registry names them', async () => {
    const graph = {
      inputs: { tokenTypes: 'token_type_ids' },
      output: 'token_embeddings',
      outputKind: 'tokens',
    };
    await folder.install({ graph }, { tokenTypes: true });
    await using embedder = await open('tiny');
    expect(await embedder.embed(['pay'], 'query')).toHaveLength(1);
  });

  it('says so at the first text when the output has another width than the registry', async () => {
    await folder.install({ dimensions: 16 }, { dimensions: 12 });
    await using embedder = await open('tiny');
    await expect(embedder.embed(['pay'], 'query')).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining('the registry says float32 [1, 3, 16]'),
    });
  });

  it('cuts vectors to dimensions that the model allows, and no others', async () => {
    await folder.install({ truncatableTo: [4, 8] });
    await expect(open('tiny', 5)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('16, 4, 8'),
    });
    await using whole = await open('tiny');
    await using cut = await open('tiny', 4);
    expect(cut.dimensions).toBe(4);
    expect(cut.fingerprint).not.toBe(whole.fingerprint);
    const [long] = await whole.embed(['payment time out'], 'passage');
    const [short] = await cut.embed(['payment time out'], 'passage');
    const scale = Math.hypot(...long!.dense.slice(0, 4));
    short!.dense.forEach((x, i) => {
      expect(x).toBeCloseTo(long!.dense[i]! / scale, 5);
    });
    expect(Math.hypot(...short!.dense)).toBeCloseTo(1, 5);
  });
});

describe('the list of models', () => {
  it('says which are installed, with their fingerprints', async () => {
    await folder.install();
    const models = await listModels({ modelsDirectory: folder.path });
    const tiny = models.find(({ name }) => name === 'tiny');
    await using embedder = await open('tiny');
    expect(tiny).toMatchObject({
      installed: true,
      runtime: 'onnx',
      dimensions: 16,
      fingerprint: embedder.fingerprint,
    });
    expect(models.find(({ name }) => name === 'bge-m3')).toMatchObject({
      installed: false,
      fingerprint: undefined,
    });
  });
});

describe('a fingerprint', () => {
  const checksums = new Map([
    ['model.onnx', 'a'],
    ['tokenizer.json', 'b'],
  ]);
  const entry = async (changes: object = {}): Promise<OnnxModelEntry> => {
    await folder.writeRegistry(tinyEntry({ ...changes }));
    return onnxEntryOf(await readRegistry(folder.path), 'tiny');
  };

  it.each([
    ['pooling', { pooling: 'cls' }],
    ['a prefix', { prefixes: { query: 'query: ' } }],
    ['precision', { precision: 'int8' }],
    ['the layer norm', { layerNorm: true }],
    ['normalisation', { normalise: false }],
    ['the most tokens', { maxTokens: 33 }],
  ])('changes with %s', async (_, changes) => {
    expect(fingerprintOf(await entry(changes), checksums, 16)).not.toBe(
      fingerprintOf(await entry(), checksums, 16),
    );
  });

  it('changes with the weights, the tokenizer and the dimensions', async () => {
    const tiny = await entry();
    const plain = fingerprintOf(tiny, checksums, 16);
    expect(fingerprintOf(tiny, new Map(checksums).set('model.onnx', 'c'), 16)).not.toBe(plain);
    expect(fingerprintOf(tiny, new Map(checksums).set('tokenizer.json', 'c'), 16)).not.toBe(plain);
    expect(fingerprintOf(tiny, checksums, 8)).not.toBe(plain);
  });

  it('stays with another name, description, calibration or fusion weight', async () => {
    const other = await entry({
      description: 'x',
      calibration: { midpoint: 0.9, slope: 0.2 },
      fusion: { dense: 1 },
    });
    expect(fingerprintOf(other, checksums, 16)).toBe(fingerprintOf(await entry(), checksums, 16));
  });
});

describe('the record of checksums', () => {
  const large = 65 * 2 ** 20;
  const changes = {
    files: {
      model: { path: 'model.onnx' },
      tokenizer: { path: 'tokenizer.json' },
      data: [{ path: 'model.data' }],
    },
  };

  async function withLargeFile(): Promise<{ entry: OnnxModelEntry; path: string }> {
    await folder.install(changes);
    await folder.writeFile('tiny/model.data', new Uint8Array(large));
    return { entry: onnxEntryOf(await readRegistry(folder.path), 'tiny'), path: join(folder.path, 'tiny') };
  }

  it('is kept for large files only', async () => {
    const { entry, path } = await withLargeFile();
    await checksumsOf(entry, path);
    expect(Object.keys(JSON.parse(await readFile(join(path, '.checksums.json'), 'utf8')))).toEqual([
      'model.data',
    ]);
  });

  it('is not written for small models', async () => {
    await folder.install();
    const entry = onnxEntryOf(await readRegistry(folder.path), 'tiny');
    await checksumsOf(entry, join(folder.path, 'tiny'));
    expect(await readdir(join(folder.path, 'tiny'))).not.toContain('.checksums.json');
  });

  it('holds while size and time stay, and is made again when they change', async () => {
    const { entry, path } = await withLargeFile();
    const first = (await checksumsOf(entry, path)).get('model.data');
    const file = join(path, 'model.data');
    const record = JSON.parse(await readFile(join(path, '.checksums.json'), 'utf8'));
    await writeFile(
      join(path, '.checksums.json'),
      JSON.stringify({ 'model.data': { ...record['model.data'], sha256: 'remembered' } }),
    );
    expect((await checksumsOf(entry, path)).get('model.data')).toBe('remembered');
    await utimes(file, new Date(), new Date(Date.now() + 5_000));
    expect((await checksumsOf(entry, path)).get('model.data')).toBe(first);
  });

  it('leaves the fingerprint out of the list until a large model has been opened once', async () => {
    const { entry, path } = await withLargeFile();
    const fingerprint = async () =>
      (await listModels({ modelsDirectory: folder.path })).find(({ name }) => name === 'tiny')?.fingerprint;
    expect(await fingerprint()).toBeUndefined();
    const checksums = await checksumsOf(entry, path);
    expect(await fingerprint()).toBe(fingerprintOf(entry, checksums, 16));
  });
});
