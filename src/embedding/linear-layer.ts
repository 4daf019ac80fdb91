import { readFile } from 'node:fs/promises';
import type { TokenEmbeddings } from './pooling.js';
import { safetensorsOf } from './safetensors.js';
import { torchStoragesOf } from './torch-file.js';

/** y = W·x + b. */
export interface LinearLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row-major, as PyTorch keeps it. */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/**
 * A layer from a file: .safetensors with tensors `weight` and `bias` (a name may have a module's before it), or
 * PyTorch's own format with the weight saved before the bias.
 * @param inputs how many numbers it takes.
 * @throws Error that says what is wrong with the file.
 */
export async function readLinearLayer(path: string, inputs: number): Promise<LinearLayer> {
  const file = await readFile(path);
  const [weight, bias] = path.endsWith('.safetensors') ? fromSafetensors(file) : torchStoragesOf(file);
  if (weight === undefined || bias === undefined) throw new Error('it has no weight and bias');
  if (bias.length === 0 || weight.length !== bias.length * inputs)
    throw new Error(`it has ${weight.length} weights and a bias of ${bias.length}, for ${inputs} inputs`);
  if (![...weight, ...bias].every(Number.isFinite)) throw new Error('it has a number that is not finite');
  return { inputs, outputs: bias.length, weight, bias };
}

function fromSafetensors(file: Uint8Array): (Float32Array | undefined)[] {
  const tensors = [...safetensorsOf(file)];
  return ['weight', 'bias'].map(
    (end) => tensors.find(([name]) => name === end || name.endsWith(`.${end}`))?.[1].data,
  );
}

/**
 * y of each of `count` tokens from `first` on, places counted through all texts of the batch.
 * @returns [count, outputs]
 */
export function applied(
  { inputs, outputs, weight, bias }: LinearLayer,
  { data }: TokenEmbeddings,
  first: number,
  count: number,
): Float32Array {
  const y = new Float32Array(count * outputs);
  // Four tokens for each weight that is fetched: the weights are more than fits the cache.
  const x = new Float64Array(4 * inputs);
  for (let t = 0; t < count; t += 4) {
    const together = Math.min(4, count - t);
    x.fill(0).set(data.subarray((first + t) * inputs, (first + t + together) * inputs));
    for (let o = 0; o < outputs; o++) {
      const row = o * inputs;
      let a = bias[o]!;
      let [b, c, d] = [a, a, a];
      for (let i = 0; i < inputs; i++) {
        const w = weight[row + i]!;
        a += w * x[i]!;
        b += w * x[i + inputs]!;
        c += w * x[i + 2 * inputs]!;
        d += w * x[i + 3 * inputs]!;
      }
      const at = t * outputs + o;
      y[at] = a;
      if (together > 1) y[at + outputs] = b;
      if (together > 2) y[at + 2 * outputs] = c;
      if (together > 3) y[at + 3 * outputs] = d;
    }
  }
  return y;
}
