import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { float32OfHalves } from '../../src/embedding/half-precision.js';
import { applied, readLinearLayer } from '../../src/embedding/linear-layer.js';
import { floats, halves, safetensorsFile, torchFile } from './graphs/head-files.js';

// Exact in 16 bits too.
const weight = [1, -2.5, 0, 0.125, 4096, -(2 ** -20)];
const bias = [0.5, -1];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corollary-heads-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, bytes: Uint8Array, inputs = 3) {
  await writeFile(join(folder, name), bytes);
  return readLinearLayer(join(folder, name), inputs);
}

const f32 = (shape: readonly number[], numbers: readonly number[]) => ({
  dtype: 'F32',
  shape,
  bytes: floats(numbers),
});
const f16 = (shape: readonly number[], numbers: readonly number[]) => ({
  dtype: 'F16',
  shape,
  bytes: halves(numbers),
});

describe('a linear layer', () => {
  it.each<[string, string, Uint8Array]>([
    ["PyTorch's fp32", 'a.pt', torchFile('a', [floats(weight), floats(bias)])],
    [
      "PyTorch's fp16",
      'b.pt',
      torchFile('sparse_linear', [halves(weight), halves(bias)], { kind: 'HalfStorage' }),
    ],
    [
      'safetensors in fp32',
      'c.safetensors',
      safetensorsFile({ bias: f32([2], bias), weight: f32([2, 3], weight) }),
    ],
    [
      'safetensors in fp16, with names of a module',
      'd.safetensors',
      safetensorsFile({ 'linear.weight': f16([2, 3], weight), 'linear.bias': f16([2], bias) }),
    ],
  ])('is read from %s, and applied', async (_, name, bytes) => {
    const layer = await read(name, bytes);
    expect([layer.inputs, layer.outputs]).toEqual([3, 2]);
    expect([[...layer.weight], [...layer.bias]]).toEqual([weight, bias]);
    // Three tokens, of which the last two: x = [1, 2, 3] and [0, 0, 1].
    const data = Float32Array.of(9, 9, 9, 1, 2, 3, 0, 0, 1);
    const y = applied(layer, { data, tokens: 3, width: 3 }, 1, 2);
    expect([...y]).toEqual([
      1 - 5 + 0.5,
      Math.fround(0.125 + 8192 - 3 * 2 ** -20 - 1),
      0.5,
      Math.fround(-(2 ** -20) - 1),
    ]);
  });

  it.each<[string, string, Uint8Array, string]>([
    [
      'cut off',
      'e.pt',
      torchFile('a', [floats(weight), floats(bias)]).subarray(0, 400),
      'no zip archive, or was cut off',
    ],
    [
      'of another kind of number',
      'f.pt',
      torchFile('a', [floats(weight), floats(bias)], { kind: 'BFloat16Storage' }),
      'BFloat16Storage',
    ],
    ['compressed', 'g.pt', torchFile('a', [floats(weight)], { method: 8 }), 'is compressed'],
    ['without a bias', 'h.pt', torchFile('a', [floats(weight)]), 'no weight and bias'],
    [
      'for another width',
      'i.pt',
      torchFile('a', [floats([1, 2, 3, 4]), floats([1])]),
      '4 weights and a bias of 1, for 3 inputs',
    ],
    [
      'with a number that is not finite',
      'j.pt',
      torchFile('a', [floats([1, Number.NaN, 3]), floats([1])]),
      'not finite',
    ],
    ['no safetensors', 'k.safetensors', Buffer.from('not a file of weights at all'), 'no safetensors'],
    [
      'in 64 bits',
      'l.safetensors',
      safetensorsFile({ weight: { dtype: 'F64', shape: [1], bytes: new Uint8Array(8) } }),
      'F64',
    ],
    [
      'cut off in its numbers',
      'm.safetensors',
      safetensorsFile({ bias: f32([2], bias), weight: f32([2, 3], weight) }).subarray(0, -4),
      'cut off',
    ],
  ])('is refused when its file is %s', async (_, name, bytes, said) => {
    await expect(read(name, bytes)).rejects.toThrow(said);
  });

  it('is never read wrongly from a file that was cut off anywhere', async () => {
    const whole = torchFile('a', [floats(weight), floats(bias)]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        await expect(read('cut.pt', whole.subarray(0, length))).rejects.toThrow();
      }),
    );
  });
});

describe('half precision', () => {
  it('is read exactly: normal, subnormal, infinite and none', () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0400, 2 ** -14],
      [0x0001, 2 ** -24],
      [0x83ff, -1023 * 2 ** -24],
      [0x3555, 0.333251953125],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfe00, Number.NaN],
    ];
    expect([...float32OfHalves(Uint16Array.from(known, ([bits]) => bits))]).toEqual(known.map(([, x]) => x));
  });
});

// The sparse head of BGE-M3: data that does not belong to the project.
const data = resolve(fileURLToPath(new URL('../../../shared/data/xlmr', import.meta.url)));
const isThere = existsSync(join(data, 'sparse_linear.safetensors'));
if (!isThere) console.warn(`Skipped: the test with the sparse head of BGE-M3, which is not in ${data}.`);

it.skipIf(!isThere)('reads the sparse head of BGE-M3 as it was published', async () => {
  const { sparse_head: published } = JSON.parse(await readFile(join(data, 'bge_m3_reference.json'), 'utf8'));
  const head = await readLinearLayer(join(data, 'sparse_linear.safetensors'), 1024);
  expect([head.inputs, head.outputs]).toEqual([1024, 1]);
  expect(head.bias[0]).toBe(published.bias);
  published.weight_first5.forEach((x: number, i: number) => {
    expect(head.weight[i]).toBeCloseTo(x, 7);
  });
  expect(Math.hypot(...head.weight)).toBeCloseTo(published.weight_l2, 5);
});
