/** Half-precision sources are off by less. */
const LENGTH_TOLERANCE = 0.01;

/** Why a vector that comes from outside cannot be one of a space of so many dimensions; undefined when it can. */
export function vectorFault(vector: Float32Array, dimensions: number): string | undefined {
  if (vector.length !== dimensions) {
    return `the vector has ${vector.length} dimensions, those of the space have ${dimensions}`;
  }
  let squares = 0;
  for (const [index, component] of vector.entries()) {
    if (!Number.isFinite(component)) return `number ${index + 1} of the vector is not finite`;
    squares += component * component;
  }
  const length = Math.sqrt(squares);
  if (length === 0 || Math.abs(length - 1) <= LENGTH_TOLERANCE) return undefined;
  return `the vector has length ${Number(length.toPrecision(4))}, not 1`;
}
