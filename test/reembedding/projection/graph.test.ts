import { afterAll, describe, expect, test } from 'vitest';
import { constant, type Node, onnxModel } from '../../../bench/graphs/onnx.js';
import { bytesOf } from '../../../bench/graphs/protobuf.js';
import { GraphProjection } from '../../../src/reembedding/projection/graph-projection.js';
import { learnLinearMap } from '../../../src/reembedding/projection/learn-linear-map.js';
import { mapped } from '../../../src/reembedding/projection/linear-map.js';
import { clusteredVectors, dot } from '../clustered-vectors.js';

const sample = clusteredVectors({ count: 200, dimensions: 16, clusters: 8, spread: 0.4 });
const learned = learnLinearMap('WHITENING', sample, 6);

const opened: GraphProjection[] = [];
afterAll(() => Promise.all(opened.map((projection) => projection.stop())));

async function tried(graph: Uint8Array): Promise<GraphProjection> {
  const projection = await GraphProjection.tried(graph, sample);
  opened.push(projection);
  return projection;
}

/** The learned map, as people export a layer of theirs. */
function linearGraph(more: Partial<Parameters<typeof onnxModel>[0]> = {}): Uint8Array {
  const transposed = new Float32Array(16 * 6);
  for (let row = 0; row < 6; row++) {
    for (let i = 0; i < 16; i++) transposed[i * 6 + row] = learned.matrix[row * 16 + i]!;
  }
  return bytesOf(
    onnxModel({
      nodes: [
        node('Sub', ['vectors', 'mean'], 'centred'),
        node('MatMul', ['centred', 'matrix'], 'projected'),
      ],
      tensors: [constant('mean', [16], learned.mean), constant('matrix', [16, 6], transposed)],
      inputs: [{ name: 'vectors', type: 'float', dims: ['batch', 16] }],
      outputs: [{ name: 'projected', type: 'float', dims: ['batch', 6] }],
      ...more,
    }),
  );
}

const node = (type: string, inputs: string[], output: string, attributes: Node['attributes'] = {}): Node => ({
  type,
  inputs,
  outputs: [output],
  attributes,
});

describe('a projection by a graph', () => {
  test('gives what the graph gives, at unit length, and zero for zero', async () => {
    const projection = await tried(linearGraph());
    expect(projection).toMatchObject({ method: 'GRAPH', from: 16, to: 6 });
    const projected = await projection.apply([...sample, new Float32Array(16)]);
    for (const [index, vector] of sample.entries()) {
      expect(dot(projected[index]!, mapped(learned, vector))).toBeCloseTo(1, 5);
      expect(dot(projected[index]!, projected[index]!)).toBeCloseTo(1, 5);
    }
    expect([...projected.at(-1)!]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('is named after the graph alone', async () => {
    const [first, second] = [
      await tried(linearGraph()),
      await GraphProjection.tried(linearGraph(), sample.slice(3, 40)),
    ];
    opened.push(second);
    expect(second.checksum).toBe(first.checksum);
  });

  test('serves many at once, in their order', async () => {
    const projection = await tried(linearGraph());
    const all = await Promise.all(sample.map((vector) => projection.apply([vector])));
    for (const [index, [vector]] of all.entries()) {
      expect(dot(vector!, mapped(learned, sample[index]!))).toBeCloseTo(1, 5);
    }
  });

  test('answers nobody after it was stopped, rather than never', async () => {
    const projection = await GraphProjection.tried(linearGraph(), sample);
    await projection.stop();
    await expect(projection.apply(sample.slice(0, 1))).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
    });
  });

  const external = new Map([['matrix', { file: '/etc/passwd', offset: 0 }]]);
  test.each([
    ['no ONNX', Buffer.from('not a graph'), /cannot be used/],
    [
      'two outputs',
      linearGraph({
        outputs: ['projected', 'centred'].map((name) => ({
          name,
          type: 'float' as const,
          dims: ['batch', name === 'projected' ? 6 : 16],
        })),
      }),
      /1 inputs and 2 outputs/,
    ],
    [
      'another width',
      linearGraph({ inputs: [{ name: 'vectors', type: 'float', dims: ['batch', 17] }] }),
      /cannot be used/,
    ],
    [
      'logarithms of what is below zero',
      linearGraph({
        nodes: [node('MatMul', ['vectors', 'matrix'], 'product'), node('Log', ['product'], 'projected')],
      }),
      /not finite/,
    ],
    [
      'vectors that depend on those beside them',
      linearGraph({
        nodes: [
          node('ReduceMean', ['vectors'], 'middle', { axes: [0] }),
          node('Sub', ['vectors', 'middle'], 'centred'),
          node('MatMul', ['centred', 'matrix'], 'projected'),
        ],
      }),
      /depends on those beside it/,
    ],
    [
      'numbers in a file of the server',
      bytesOf(
        onnxModel(
          {
            nodes: [node('MatMul', ['vectors', 'matrix'], 'projected')],
            tensors: [constant('matrix', [16, 6], new Float32Array(96))],
            inputs: [{ name: 'vectors', type: 'float', dims: ['batch', 16] }],
            outputs: [{ name: 'projected', type: 'float', dims: ['batch', 6] }],
          },
          external,
        ),
      ),
      /lie in another file/,
    ],
  ])('is refused with %s', async (_, graph, why) => {
    await expect(GraphProjection.tried(graph, sample)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(why),
    });
  });
});
