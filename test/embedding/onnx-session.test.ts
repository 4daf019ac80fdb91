import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSession } from '../../src/embedding/onnx-session.js';
import { tinyModel } from './tiny-model.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corollary-session-'));
  const graph = tinyModel({ vocabulary: 500, dimensions: 32, kind: 'attention' });
  await writeFile(join(folder, 'model.onnx'), graph);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (changes: Partial<Parameters<typeof openSession>[0]> = {}) =>
  openSession({
    modelPath: join(folder, 'model.onnx'),
    threads: 1,
    device: 'auto',
    optimisedPath: join(folder, '.optimised'),
    ...changes,
  });

async function outputOf(session: InferenceSession): Promise<number[]> {
  const ids = new Tensor('int64', BigInt64Array.from([1n, 7n, 400n, 2n]), [1, 4]);
  const mask = new Tensor('int64', new BigInt64Array(4).fill(1n), [1, 4]);
  const { token_embeddings } = await session.run({ input_ids: ids, attention_mask: mask });
  await session.release();
  return [...(token_embeddings!.data as Float32Array)];
}

/** Files of the optimised forms that are kept, by folder. */
async function kept(): Promise<string[][]> {
  const forms = await readdir(join(folder, '.optimised'));
  return Promise.all(forms.map((form) => readdir(join(folder, '.optimised', form))));
}

describe('the optimised form of a graph', () => {
  it('is kept at the first start, used at the next, and gives the same numbers', async () => {
    const plain = await outputOf(await open({ optimisedPath: undefined }));
    const first = await outputOf(await open());
    const forms = await kept();
    expect(forms).toHaveLength(1);
    expect(forms[0]).toContain('model.onnx');
    const [name] = await readdir(join(folder, '.optimised'));
    const path = join(folder, '.optimised', name!, 'model.onnx');
    const { mtimeMs } = await stat(path);
    const second = await outputOf(await open());
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
    expect(first).toEqual(plain);
    expect(second).toEqual(plain);
  });

  it('is made anew when it is damaged', async () => {
    const before = await outputOf(await open());
    const [name] = await readdir(join(folder, '.optimised'));
    const path = join(folder, '.optimised', name!, 'model.onnx');
    await writeFile(path, 'damaged');
    expect(await outputOf(await open())).toEqual(before);
    expect(await readFile(path, 'utf8')).not.toBe('damaged');
    expect(await kept()).toHaveLength(1);
  });

  it('is another one when the weights are others', async () => {
    const before = await outputOf(await open());
    const graph = tinyModel({ vocabulary: 500, dimensions: 32, kind: 'attention', seed: 2 });
    await writeFile(join(folder, 'model.onnx'), graph);
    expect(await outputOf(await open())).not.toEqual(before);
    expect(await kept()).toHaveLength(2);
  });

  it('is done without where it cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await outputOf(await open({ optimisedPath: join(folder, 'file') }))).toHaveLength(4 * 32);
  });
});

describe('a device', () => {
  it('that this machine lacks is refused by name, with those that are known', async () => {
    const lacking = process.platform === 'darwin' ? 'dml' : 'coreml';
    await expect(open({ device: lacking })).rejects.toThrow(
      new RegExp(`no device ${lacking}; try auto, cpu`),
    );
  });

  it('is found where none is asked for', async () => {
    expect(await outputOf(await open({ device: 'auto' }))).toEqual(
      await outputOf(await open({ device: 'cpu' })),
    );
  });
});
