import { normalised } from './pooling.js';

/**
 * Each row of unit length, in a copy; zeros stay.
 * @param rows [rows, width] row-major
 * @throws Error when a number is not finite.
 */
export function unitRows(rows: Float32Array, width: number): Float32Array {
  const unit = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += width) unit.set(normalised(rows.subarray(at, at + width)), at);
  return unit;
}
