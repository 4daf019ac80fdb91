import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import type { Check } from '../../src/embedding/tending/checks/check.js';
import { verifyModel } from '../../src/embedding/tending/verify-model.js';
import { sha256Of } from '../cli/models/file-server.js';
import { type EntryChanges, ModelsFolder } from './installed-model.js';
import type { TinyGraph } from './tiny-model.js';

let folder: ModelsFolder;
beforeEach(async () => {
  folder = await ModelsFolder.create();
});
afterEach(() => folder.remove());

async function verify(): Promise<Map<string, Check>> {
  const entry = onnxEntryOf(await readRegistry(folder.path), 'tiny');
  const checks = new Map<string, Check>();
  for await (const check of verifyModel(entry, { modelsDirectory: folder.path }))
    checks.set(check.name, check);
  return checks;
}

const outcomes = (checks: ReadonlyMap<string, Check>) =>
  Object.fromEntries([...checks].map(([name, { outcome }]) => [name, outcome]));

const failures = (checks: ReadonlyMap<string, Check>) =>
  [...checks.values()].filter(({ outcome }) => outcome === 'failed');

const install = (changes: EntryChanges = {}, graph: Partial<TinyGraph> = {}) =>
  folder.install({ pooling: 'cls', ...changes }, graph);

async function cosineOf(query: string, passage: string): Promise<number> {
  await using embedder = await openEmbedder('tiny', { modelsDirectory: folder.path });
  const [q] = await embedder.embed([query], 'query');
  const [p] = await embedder.embed([passage], 'passage');
  return q!.dense.reduce((sum, x, i) => sum + x * p!.dense[i]!, 0);
}

describe('verifying a model', () => {
  it('passes one that is as the registry says', async () => {
    await install();
    expect(outcomes(await verify())).toEqual({
      'file model.onnx': 'ok',
      'file tokenizer.json': 'ok',
      'graph loads': 'ok',
      'graph inputs': 'ok',
      'graph outputs': 'ok',
      'unit vectors': 'ok',
      repeatability: 'ok',
      'batch invariance': 'ok',
      'different texts differ': 'ok',
    });
  });

  it('reads the files again, whatever is recorded of them', async () => {
    await install();
    const model = await readFile(join(folder.path, 'tiny/model.onnx'));
    const files = {
      model: { path: 'model.onnx', bytes: model.length, sha256: sha256Of(model) },
      tokenizer: { path: 'tokenizer.json' },
    };
    await install({ files });
    expect((await verify()).get('file model.onnx')!.detail).toContain('SHA-256 as the registry says');
    model[100]! ^= 1;
    await writeFile(join(folder.path, 'tiny/model.onnx'), model);
    const [failure, ...others] = failures(await verify());
    expect(failure).toMatchObject({
      name: 'file model.onnx',
      detail: expect.stringContaining('but the registry says'),
    });
    expect(others).toEqual([]);
  });

  it('names a file that is missing, and does not look further', async () => {
    await install();
    await rm(join(folder.path, 'tiny/tokenizer.json'));
    const checks = await verify();
    expect(checks.get('file tokenizer.json')).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('tokenizer.json is not there'),
    });
    expect(checks.has('graph loads')).toBe(false);
  });

  it('says which output the graph has instead', async () => {
    await install({ graph: { inputs: {}, output: 'sentence', outputKind: 'pooled' } });
    expect(failures(await verify())).toMatchObject([
      { name: 'graph outputs', detail: 'it has no sentence, but token_embeddings' },
    ]);
  });

  it('says which input nobody feeds, and which one there is not', async () => {
    await install({}, { tokenTypes: true });
    expect(failures(await verify())).toMatchObject([
      { name: 'graph inputs', detail: expect.stringContaining('also wants token_type_ids') },
    ]);
    await install({
      graph: { inputs: { tokenTypes: 'token_type_ids' }, output: 'token_embeddings', outputKind: 'tokens' },
    });
    expect(failures(await verify())).toMatchObject([
      { name: 'graph inputs', detail: expect.stringContaining('it has no token_type_ids') },
    ]);
  });

  it('says that the output has another width', async () => {
    await install({ dimensions: 16 });
    await folder.writeRegistry({ ...(await entryOf()), dimensions: 12 });
    expect(failures(await verify())).toMatchObject([
      { name: 'graph outputs', detail: expect.stringContaining('not 3 dimensions that end in 12') },
    ]);
  });

  it('finds weights that are not numbers', async () => {
    await install();
    const model = await readFile(join(folder.path, 'tiny/model.onnx'));
    // After the name of the last tensor that has it: a tag, a length of two bytes, and 8 × 16 floats.
    const at = model.lastIndexOf('projection') + 'projection'.length + 3;
    model.writeFloatLE(Number.NaN, at + 40);
    await writeFile(join(folder.path, 'tiny/model.onnx'), model);
    expect(failures(await verify())).toMatchObject([
      { name: 'unit vectors', detail: expect.stringContaining('not finite') },
    ]);
  });

  it('finds vectors that depend on their companions, unless the registry says that texts run alone', async () => {
    await install({ pooling: 'mean' }, { kind: 'quantised' });
    expect(failures(await verify()).map(({ name }) => name)).toEqual(['batch invariance']);
    await install(
      {
        pooling: 'mean',
        graph: { inputs: {}, output: 'token_embeddings', outputKind: 'tokens', batches: false },
      },
      { kind: 'quantised' },
    );
    const checks = await verify();
    expect(failures(checks)).toEqual([]);
    expect(checks.get('batch invariance')).toMatchObject({
      outcome: 'skipped',
      detail: expect.stringContaining('one by one'),
    });
  });

  it('compares with published similarities, and finds a wrong pooling by them', async () => {
    await install({ pooling: 'mean' });
    const [query, passage] = ['payment time out', 'quick brown fox'];
    const published = await cosineOf(query, passage);
    const reference = [{ query, passage, cosine: published - 0.008 }];
    await install({ reference, pooling: 'mean' });
    expect(failures(await verify())).toEqual([]);
    await install({ reference, pooling: 'cls' });
    const [failure, ...others] = failures(await verify());
    expect(failure).toMatchObject({
      name: 'published cosine of "payment time out" / "quick brown fox"',
      detail: expect.stringMatching(/published .*; 0\.01 apart is allowed/),
    });
    expect(others).toEqual([]);
  });

  it('allows int8 to be further from what is published', async () => {
    await install();
    const [query, passage] = ['payment time out', 'pay out'];
    const reference = [{ query, passage, cosine: (await cosineOf(query, passage)) - 0.025 }];
    await install({ reference });
    expect(failures(await verify())).toHaveLength(1);
    await install({ reference, precision: 'int8' });
    expect(failures(await verify())).toEqual([]);
  });

  it('compares with what is published of single texts', async () => {
    await install();
    await using embedder = await openEmbedder('tiny', { modelsDirectory: folder.path });
    const [embedded] = await embedder.embed(['payment'], 'passage');
    const { dense } = embedded!;
    const sum = dense.reduce((all, x) => all + x, 0);
    const first = [...dense.slice(0, 4)];
    await install({ referenceTexts: [{ text: 'payment', sum, first }] });
    expect(failures(await verify())).toEqual([]);
    await install({ referenceTexts: [{ text: 'payment', sum: sum + 0.1, first: first.map((x) => x / 2) }] });
    expect(failures(await verify()).map(({ name }) => name)).toEqual([
      'published component sum of "payment"',
      'published first components of "payment"',
    ]);
  });

  it('says that a published number was not looked at where its head is not installed', async () => {
    await install({
      heads: { sparse: { weights: { path: 'sparse.pt' } } },
      reference: [{ query: 'pay', passage: 'time', sparse: 0.2 }],
    });
    const checks = await verify();
    expect(failures(checks)).toEqual([]);
    expect(checks.get('file sparse.pt')!.outcome).toBe('skipped');
    expect(checks.get('published lexical score of "pay" / "time"')!.outcome).toBe('skipped');
  });
});

async function entryOf(): Promise<object> {
  return JSON.parse(await readFile(join(folder.path, 'registry.json'), 'utf8')).models[0];
}
