import { z } from 'zod';
import { float32OfHalves } from './half-precision.js';

const header = z.record(
  z.string(),
  z.looseObject({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
);

/** A tensor of a file of weights, converted to float32, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The tensors of a file in the safetensors format (huggingface/safetensors, README, "Format"), by name: eight bytes with
 * the length of a JSON header, the header, the numbers.
 * @throws Error for a file that is not such, or holds other numbers than fp32 and fp16
 */
export function safetensorsOf(file: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.length < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true));
  if (length > file.length - 8) throw new Error('it is no safetensors file, or was cut off');
  const { __metadata__: _, ...rest } = JSON.parse(
    Buffer.from(file.subarray(8, 8 + length)).toString(),
  ) as Record<string, unknown>;
  const content = file.subarray(8 + length);
  return new Map(
    Object.entries(header.parse(rest)).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const width = { F32: 4, F16: 2 }[dtype];
        if (width === undefined) throw new Error(`its tensor ${name} is ${dtype}; F32 and F16 are read`);
        const count = shape.reduce((product, dim) => product * dim, 1);
        if (to > content.length || to - from !== count * width)
          throw new Error(`its tensor ${name} was cut off, or is not what its header says`);
        // A copy begins where numbers may. Buffer's own slice would be none.
        const { buffer } = Uint8Array.from(content.subarray(from, to));
        return [
          name,
          { shape, data: width === 4 ? new Float32Array(buffer) : float32OfHalves(new Uint16Array(buffer)) },
        ];
      },
    ),
  );
}
