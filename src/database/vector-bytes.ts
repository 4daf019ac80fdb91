import type { Capabilities } from './database.js';

type VectorType = Capabilities['vectorType'];

const HEADER = 4;
const WIDTH = { vector: 4, halfvec: 2 } as const;

/**
 * pgvector's binary layout, as `vector_recv` and `halfvec_recv` read it: int16 dimensions, int16 0, then big-endian
 * components of 4 or 2 bytes. Give it as a parameter with a cast: sql`${vectorBytes(v, type)}::halfvec`.
 */
export function vectorBytes(vector: Float32Array, type: VectorType): Uint8Array {
  const bytes = new Uint8Array(HEADER + vector.length * WIDTH[type]);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, vector.length);
  if (type === 'vector') {
    for (let at = 0; at < vector.length; at++) view.setFloat32(HEADER + 4 * at, vector[at]!);
  } else {
    for (let at = 0; at < vector.length; at++) view.setUint16(HEADER + 2 * at, halfFloat(vector[at]!));
  }
  return bytes;
}

/** The inverse of `vectorBytes`, for what `vector_send(embedding)` or `halfvec_send(embedding)` selects. */
export function vectorFromBytes(bytes: Uint8Array, type: VectorType): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = view.getUint16(0);
  const read =
    type === 'vector'
      ? (at: number) => view.getFloat32(HEADER + 4 * at)
      : (at: number) => fromHalfFloat(view.getUint16(HEADER + 2 * at));
  return Float32Array.from({ length: dimensions }, (_, at) => read(at));
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** IEEE 754 binary16, rounded to nearest, ties to even; too large becomes infinite, as in the hardware. */
function halfFloat(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and more
  if (magnitude >= 0x38800000) {
    // Exponents differ by 112; adding half of the last place (less one when even) carries where it should.
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Subnormal: whole multiples of 2^-24.
  float[0] = Math.abs(value);
  const multiple = float[0] * 2 ** 24;
  const floor = Math.floor(multiple);
  const rest = multiple - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return sign | (up ? floor + 1 : floor);
}

function fromHalfFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
