/**
 * Uniform in [-1, 1), by the mulberry32 generator.
 * @param from where to begin: the numbers from any place on can be had without those before.
 */
export function randomNumbers(count: number, seed: number, from = 0): Float32Array {
  const step = 0x6d2b79f5;
  const numbers = new Float32Array(count);
  let state = (seed + Math.imul(from, step)) | 0;
  for (let i = 0; i < count; i++) {
    state = (state + step) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    numbers[i] = ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  }
  return numbers;
}

/** A seed of its own for every name (FNV-1a). */
export function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}
