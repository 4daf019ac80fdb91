import { normalised } from './pooling.js';

/**
 * What is too long to be read at once, in windows of `room` that overlap by an eighth, so that what one window cuts
 * apart stands together in another. At least one window; all but the last are full.
 * @param room at least 1
 */
export function windowsOf<Item>(items: readonly Item[], room: number): Item[][] {
  const step = room - Math.floor(room / 8);
  const windows: Item[][] = [];
  let from = 0;
  for (; from + room < items.length; from += step) windows.push(items.slice(from, from + room));
  windows.push(items.slice(from));
  return windows;
}

/**
 * One vector for a text that was read in windows: the mean of theirs, [width] each.
 * @param normalise makes it unit length again
 */
export function meanOfWindows(vectors: readonly Float32Array[], normalise: boolean): Float32Array {
  if (vectors.length === 1) return vectors[0]!;
  const mean = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) {
    for (let d = 0; d < mean.length; d++) mean[d]! += vector[d]! / vectors.length;
  }
  return normalise ? normalised(mean) : mean;
}

/** Numbers of several windows behind each other. */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
