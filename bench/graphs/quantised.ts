/** A linear layer's weights [rows, columns] in 8 bits, symmetric, with a scale for each column. */
export interface QuantisedByColumn {
  readonly bytes: Int8Array;
  readonly scales: Float32Array;
}

/** What onnxruntime's dynamic quantiser makes with `per_channel` and QInt8. */
export function quantisedByColumn(weights: Float32Array, columns: number): QuantisedByColumn {
  const greatest = new Float32Array(columns);
  for (let row = 0; row < weights.length; row += columns) {
    for (let c = 0; c < columns; c++) {
      const size = Math.abs(weights[row + c]!);
      if (size > greatest[c]!) greatest[c] = size;
    }
  }
  const scales = greatest.map((size) => (size === 0 ? 1 : size / 127));
  const perUnit = Float64Array.from(scales, (scale) => 1 / scale);
  const bytes = new Int8Array(weights.length);
  for (let row = 0; row < weights.length; row += columns) {
    for (let c = 0; c < columns; c++) bytes[row + c] = rounded(weights[row + c]! * perUnit[c]!);
  }
  return { bytes, scales };
}

/** Numbers of at most `bound` in size, in 8 bits with one scale: [count] → [count]. */
export function quantisedWithin(numbers: Float32Array, bound: number): Int8Array {
  const bytes = new Int8Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) bytes[i] = rounded((numbers[i]! / bound) * 127);
  return bytes;
}

/** Of a number above -128; several times as fast as Math.round, which half a billion weights feel. */
function rounded(x: number): number {
  return ((x + 128.5) | 0) - 128;
}
