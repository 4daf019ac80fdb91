import { endianness } from 'node:os';

const swaps = endianness() === 'BE';

/** A vector as little-endian float32 in base64. */
export function vectorText(vector: Float32Array): string {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return (swaps ? Buffer.from(bytes).swap32() : bytes).toString('base64');
}

/** The inverse; undefined for text that is not canonical base64 of whole float32 numbers. */
export function vectorFromText(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Buffer reads over what is not base64.
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== text) return undefined;
  if (swaps) bytes.swap32();
  // A copy, since small Buffers begin anywhere in a pool.
  return new Float32Array(new Uint8Array(bytes).buffer);
}
