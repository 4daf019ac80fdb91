/** So many searches of a space are remembered. */
const REMEMBERED = 256;
/** With fewer nobody knows what is usual. */
const ENOUGH = 64;
/** This part of the searches counts as unusual, those whose nearest is farthest. */
const UNUSUAL = 0.02;
/** What is usual is reckoned anew after so many searches. */
const RECKONED_EVERY = 16;

/**
 * How near the nearest vector of a search of one space usually is, by the latest searches. A graph that is searched narrowly may
 * lose its way, most of all between clusters that lie far from each other, and end far from all that is near: what it found is
 * then farther than usual, and is looked for again more widely.
 */
export class UsualNearness {
  /** Cosines, in a ring. */
  readonly #nearest = new Float64Array(REMEMBERED);
  #count = 0;
  #least = 1;

  /** Enough searches were seen to say what is usual. */
  get isKnown(): boolean {
    return this.#count >= ENOUGH;
  }

  /** @param nearest its cosine */
  isUsual(nearest: number): boolean {
    return nearest >= this.#least;
  }

  /** @param nearest the cosine of the nearest that was found, after all attempts */
  add(nearest: number): void {
    this.#nearest[this.#count % REMEMBERED] = nearest;
    this.#count += 1;
    if (this.#count < ENOUGH || this.#count % RECKONED_EVERY !== 0) return;
    const known = this.#nearest.slice(0, Math.min(this.#count, REMEMBERED)).sort();
    this.#least = known[Math.floor(UNUSUAL * known.length)]!;
  }
}
