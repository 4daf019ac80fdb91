import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxModel } from '../../../bench/graphs/onnx.js';
import { bytesOf } from '../../../bench/graphs/protobuf.js';
import { writeModel } from '../../../bench/graphs/write-model.js';
import { type XlmRobertaOptions, xlmRobertaGraph } from '../../../bench/graphs/xlm-roberta-graph.js';
import { bgeM3Shape, numbersOf, xlmRobertaWeights } from '../../../bench/graphs/xlm-roberta-weights.js';
import { expectedOf, tinyShape } from './installed-xlm-roberta.js';
import { unit } from './xlm-roberta-forward.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corollary-graphs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function outputsOf(path: string, texts: readonly (readonly number[])[], optimised?: string) {
  const session = await InferenceSession.create(path, {
    graphOptimizationLevel: optimised === undefined ? 'all' : 'extended',
    ...(optimised !== undefined && { optimizedModelFilePath: optimised }),
    logSeverityLevel: 3,
  });
  const longest = Math.max(...texts.map(({ length }) => length));
  const padded = (numberAt: (text: readonly number[], t: number) => number) =>
    new Tensor(
      'int64',
      BigInt64Array.from(
        texts.flatMap((text) => Array.from({ length: longest }, (_, t) => BigInt(numberAt(text, t)))),
      ),
      [texts.length, longest],
    );
  const found = await session.run({
    input_ids: padded((text, t) => text[t] ?? 1),
    attention_mask: padded((text, t) => (t < text.length ? 1 : 0)),
  });
  await session.release();
  return found as Record<string, Tensor>;
}

const texts = [
  [0, 5, 9, 12, 9, 2],
  [0, 7, 2],
];

describe('a generated graph of BGE-M3’s architecture', () => {
  it.each<[XlmRobertaOptions['outputs'], Record<string, number[]>]>([
    ['baai', { token_embeddings: [2, 6, 32], sentence_embedding: [2, 32] }],
    ['heads', { dense_vecs: [2, 32], sparse_vecs: [2, 6, 1], colbert_vecs: [2, 5, 24] }],
    ['plain', { last_hidden_state: [2, 6, 32] }],
  ])('has the outputs of its exporter: %s', async (outputs, shapes) => {
    for (const precision of ['fp32', 'int8'] as const) {
      const path = join(folder, `${outputs}-${precision}.onnx`);
      await writeModel(path, xlmRobertaGraph(tinyShape, { outputs, precision }));
      const found = await outputsOf(path, texts);
      expect(Object.fromEntries(Object.entries(found).map(([name, { dims }]) => [name, dims]))).toEqual(
        shapes,
      );
      for (const { data, type } of Object.values(found)) {
        expect(type).toBe('float32');
        expect([...(data as Float32Array)].every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('has vectors of padding made zero, as FlagEmbedding has them', async () => {
    const path = join(folder, 'masked.onnx');
    await writeModel(path, xlmRobertaGraph(tinyShape, { outputs: 'heads' }));
    const { colbert_vecs: vectors } = await outputsOf(path, texts);
    const data = vectors!.data as Float32Array;
    const row = (text: number, t: number) =>
      Math.hypot(...data.slice((text * 5 + t) * 24, (text * 5 + t + 1) * 24));
    expect([0, 1, 2, 3, 4].map((t) => Number(row(1, t).toFixed(5)))).toEqual([1, 1, 0, 0, 0]);
  });

  it('gives BAAI’s sentence embedding without unit length', async () => {
    const path = join(folder, 'sentence.onnx');
    await writeModel(path, xlmRobertaGraph(tinyShape, { outputs: 'baai' }));
    const { sentence_embedding: sentence } = await outputsOf(path, texts);
    const vector = [...(sentence!.data as Float32Array).slice(0, 32)];
    expect(Math.hypot(...vector)).toBeGreaterThan(2);
    const expected = expectedOf(texts[0]!).dense;
    unit(vector).forEach((x, d) => {
      expect(x).toBeCloseTo(expected[d]!, 4);
    });
  });

  it('is written the same in one file, with its weights beside it, and in memory', async () => {
    const graph = xlmRobertaGraph(tinyShape, { outputs: 'plain' });
    const [one, two] = [join(folder, 'one.onnx'), join(folder, 'two.onnx')];
    await writeModel(one, graph);
    await writeModel(two, graph, 'two.onnx_data');
    expect(Buffer.compare(await readFile(one), bytesOf(onnxModel(graph)))).toBe(0);
    expect((await stat(two)).size).toBeLessThan((await stat(one)).size / 3);
    const [a, b] = [await outputsOf(one, texts), await outputsOf(two, texts)];
    expect(b.last_hidden_state!.data).toEqual(a.last_hidden_state!.data);
  });

  it('is one whose attention, layer norms and activations the runtime fuses', async () => {
    const [path, optimised] = [join(folder, 'plain.onnx'), join(folder, 'optimised.onnx')];
    await writeModel(path, xlmRobertaGraph(tinyShape, { outputs: 'plain' }));
    await outputsOf(path, texts, optimised);
    const operators = (await readFile(optimised)).toString('latin1');
    // A node's operator is its fourth field: tag 0x22, length, name.
    const count = (name: string) => operators.split(`"${String.fromCharCode(name.length)}${name}`).length - 1;
    expect(count('Attention')).toBe(tinyShape.layers);
    expect(count('SkipLayerNormalization')).toBe(2 * tinyShape.layers + 1);
    expect(count('BiasGelu')).toBe(tinyShape.layers);
    expect(count('Softmax')).toBe(0);
  });

  it('has the same numbers for the same seed, from any place on, and others for another', () => {
    const weight = xlmRobertaWeights(tinyShape).get('embeddings.word')!;
    const whole = numbersOf(weight, tinyShape);
    expect(numbersOf(weight, tinyShape, 100, 50)).toEqual(whole.slice(100, 150));
    expect(numbersOf(weight, { ...tinyShape, seed: 2 }).slice(0, 4)).not.toEqual(whole.slice(0, 4));
    expect(Math.max(...whole.map(Math.abs))).toBeLessThanOrEqual(weight.spread);
  });

  it('has at full size the size of the published int8 model, before a byte of it is made', () => {
    const { length } = onnxModel(xlmRobertaGraph(bgeM3Shape, { outputs: 'heads', precision: 'int8' }));
    // Xenova/bge-m3, model_quantized.onnx: 569,694,530 bytes, without the heads.
    expect(length / 569_694_530).toBeGreaterThan(0.99);
    expect(length / 569_694_530).toBeLessThan(1.01);
  });
});
