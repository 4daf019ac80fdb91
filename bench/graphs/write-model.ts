import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Graph, onnxModel, type Place } from './onnx.js';
import type { Stream } from './protobuf.js';

/** onnxruntime maps external data into memory only where it begins at a page. */
const page = 4096;
/** Smaller tensors stay in the model file: shapes must be known before the weights are read. */
const smallBelow = 1024;

/**
 * Writes a model file of any size; only one chunk of one tensor is in memory at a time.
 * @param data the name of a file beside it that takes the weights; without it all is one file, of 2 GB at most.
 */
export async function writeModel(path: string, graph: Graph, data?: string): Promise<void> {
  const places = new Map<string, Place>();
  if (data !== undefined) {
    const large = graph.tensors.filter((tensor) => tensor.data.length >= smallBelow);
    let offset = 0;
    for (const tensor of large) {
      places.set(tensor.name, { file: data, offset });
      offset += Math.ceil(tensor.data.length / page) * page;
    }
    await writeStreams(
      join(dirname(path), data),
      large.map((tensor) => ({ stream: tensor.data, at: places.get(tensor.name)!.offset })),
    );
  }
  await writeStreams(path, [{ stream: onnxModel(graph, places), at: 0 }]);
}

async function writeStreams(path: string, parts: readonly { stream: Stream; at: number }[]): Promise<void> {
  await using file = await open(path, 'w');
  for (const { stream, at } of parts) {
    let position = at;
    for (const chunk of stream.chunks()) {
      await file.write(chunk, 0, chunk.length, position);
      position += chunk.length;
    }
  }
}
