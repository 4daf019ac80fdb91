// Runs the shipped model as the engine does: tokenizer, onnxruntime, masked mean, unit length.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const MOST_TOKENS = 512;

/** The folder of the shipped model, or another that is named by the environment. */
const folder = process.env.MODEL
  ? pathToFileURL(`${resolve(process.env.MODEL)}/`)
  : new URL('../', import.meta.url);

export const modelFile = (name) => new URL(name, folder);

export const sha256 = (name) =>
  createHash('sha256')
    .update(readFileSync(modelFile(name)))
    .digest('hex');

/** An embedder on one core: texts in, unit vectors (Float32Array) out. */
export async function loadModel() {
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(modelFile('tokenizer.json'), 'utf8')), {});
  const session = await InferenceSession.create(readFileSync(modelFile('model.onnx')), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });

  async function embedBatch(texts) {
    const ids = texts.map((text) => tokenizer.encode(text).ids.slice(0, MOST_TOKENS));
    const width = Math.max(1, ...ids.map((row) => row.length));
    const inputIds = new BigInt64Array(texts.length * width);
    const mask = new BigInt64Array(texts.length * width);
    ids.forEach((row, i) => {
      row.forEach((id, j) => {
        inputIds[i * width + j] = BigInt(id);
        mask[i * width + j] = 1n;
      });
    });
    const shape = [texts.length, width];
    const { token_embeddings: output } = await session.run({
      input_ids: new Tensor('int64', inputIds, shape),
      attention_mask: new Tensor('int64', mask, shape),
    });
    const dimensions = output.dims[2];
    return ids.map((row, i) => {
      const vector = new Float32Array(dimensions);
      for (let j = 0; j < row.length; j++) {
        const at = (i * width + j) * dimensions;
        for (let d = 0; d < dimensions; d++) vector[d] += output.data[at + d];
      }
      const length = Math.hypot(...vector) || 1;
      return vector.map((value) => value / length);
    });
  }

  return {
    tokenizer,
    async embed(texts) {
      const vectors = [];
      for (let at = 0; at < texts.length; at += 32)
        vectors.push(...(await embedBatch(texts.slice(at, at + 32))));
      return vectors;
    },
  };
}

export function cosine(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The first so many numbers of unit vectors, made unit length again. */
export function shortened(vectors, dimensions) {
  if (vectors[0].length === dimensions) return vectors;
  return vectors.map((vector) => {
    const start = vector.slice(0, dimensions);
    const length = Math.hypot(...start) || 1;
    return start.map((value) => value / length);
  });
}
