import { type InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * What a decoder that was exported to write text wants beside its tokens: keys and values of earlier ones, of which there
 * are none. [batch, heads, 0, width] for each input whose name begins with `prefix`; heads and width are the graph's.
 */
export function emptyCache(
  { inputMetadata }: Pick<InferenceSession, 'inputMetadata'>,
  prefix: string | undefined,
  batch: number,
): Record<string, Tensor> {
  if (prefix === undefined) return {};
  const cache = inputMetadata.filter(({ name }) => name.startsWith(prefix));
  return Object.fromEntries(
    cache.map((input) => {
      if (!input.isTensor) throw new Error(`its input ${input.name} is no tensor`);
      const [, ...rest] = input.shape;
      const dims = [batch, ...rest.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : 0))];
      const data = input.type === 'float16' ? new Uint16Array() : new Float32Array();
      return [input.name, new Tensor(input.type, data, dims)];
    }),
  );
}
