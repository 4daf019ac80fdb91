/** An answer that holds no vectors of the model; the message goes on from "the endpoint …". */
export class WrongAnswer extends Error {}

export interface VectorShape {
  /** Of the whole vector. */
  readonly modelDimensions: number;
  /** Of the vector that is wanted: the first so many. */
  readonly dimensions: number;
  readonly normalise: boolean;
}

const greatest = 3.4028234663852886e38;
/** Below it a float64's square vanishes, and with it the direction. */
const shortest = 1e-100;

/**
 * A vector out of JSON: [modelDimensions], or [dimensions] from an endpoint that cuts it itself → [dimensions] float32,
 * of unit length if the model's are.
 * @throws WrongAnswer for another size, anything that is not a finite number, and all zeros, which no text has
 */
export function checkedVector(row: unknown, shape: VectorShape): Float32Array {
  const { modelDimensions, dimensions, normalise } = shape;
  if (!Array.isArray(row)) throw new WrongAnswer(`gave ${named(row)} where a vector should be`);
  if (row.length !== modelDimensions && row.length !== dimensions) {
    const wanted = modelDimensions === dimensions ? `${dimensions}` : `${modelDimensions} or ${dimensions}`;
    throw new WrongAnswer(`gave a vector of ${row.length} numbers, not ${wanted}`);
  }
  let squares = 0;
  for (let d = 0; d < row.length; d++) {
    const x: unknown = row[d];
    if (typeof x !== 'number' || !(Math.abs(x) <= greatest))
      throw new WrongAnswer(`gave a vector with ${named(x)} at place ${d}`);
    if (d < dimensions) squares += x * x;
  }
  const length = Math.sqrt(squares);
  if (length < shortest) throw new WrongAnswer('gave a vector of zeros');
  const scale = normalise ? 1 / length : 1;
  const vector = new Float32Array(dimensions);
  for (let d = 0; d < dimensions; d++) vector[d] = (row[d] as number) * scale;
  return vector;
}

function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null || typeof value === 'number' ? String(value) : `${aOrAn(typeOf(value))}`;
}

const typeOf = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
const aOrAn = (noun: string) => (noun === 'object' ? `an ${noun}` : `a ${noun}`);
