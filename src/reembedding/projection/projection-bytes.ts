import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CosineQuantiles } from './cosine-quantiles.js';
import { type ProjectionMethod, projectionMethods } from './projection.js';

/*
 * A projection as bytes: "CPRJ", uint32 version, uint32 length of the header, the header as JSON, then its numbers as
 * little-endian float32 (mean, matrix) or the bytes of its ONNX graph.
 */

const MAGIC = 'CPRJ';
const VERSION = 1;
const PREAMBLE = 12;

const headerShape = z.object({
  method: z.enum(projectionMethods),
  from: z.int().positive(),
  to: z.int().positive(),
  varianceKept: z.number().optional(),
  quantiles: z.array(z.tuple([z.number(), z.number()])).min(2),
});

export interface ProjectionHeader {
  readonly method: ProjectionMethod;
  readonly from: number;
  readonly to: number;
  readonly varianceKept?: number | undefined;
  readonly quantiles: CosineQuantiles;
}

export function projectionBytes(
  header: ProjectionHeader,
  ...parts: (Float32Array | Uint8Array)[]
): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const preamble = Buffer.alloc(PREAMBLE);
  preamble.write(MAGIC, 'latin1');
  preamble.writeUInt32LE(VERSION, 4);
  preamble.writeUInt32LE(text.length, 8);
  return Buffer.concat([preamble, text, ...parts.map(littleEndian)]);
}

/** The inverse. @throws Error for bytes that are no projection, or of a later version */
export function readProjectionBytes(bytes: Uint8Array): { header: ProjectionHeader; body: Uint8Array } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < PREAMBLE || buffer.toString('latin1', 0, 4) !== MAGIC) {
    throw new Error('These bytes are no stored projection');
  }
  const version = buffer.readUInt32LE(4);
  if (version !== VERSION)
    throw new Error(`A stored projection has version ${version}: this program knows ${VERSION}`);
  const end = PREAMBLE + buffer.readUInt32LE(8);
  const header = headerShape.parse(JSON.parse(buffer.toString('utf8', PREAMBLE, end)));
  return { header, body: bytes.subarray(end) };
}

/** Names what decides a projection's vectors. How cosines are read afterwards does not. */
export function checksumOf(
  method: ProjectionMethod,
  from: number,
  to: number,
  ...parts: (Float32Array | Uint8Array)[]
): string {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, method, from, to]));
  for (const part of parts) hash.update(littleEndian(part));
  return hash.digest('hex');
}

/** Every processor that Node 20 runs ONNX on is little-endian already. */
function littleEndian(part: Float32Array | Uint8Array): Uint8Array {
  return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}
