import type { DeductionHost } from './deduction.js';
import { LimitReached } from './limit-reached.js';

/** Steps between two questions to the host whether to go on. */
const STEPS = 4_096;
/** And bytes: large terms take long to make. */
const BYTES = 256 * 1024;

/** Counts the steps and bytes of one request. A step is a row or an answer that was tried. */
export class WorkMeter {
  #left = STEPS;
  #steps = 0;
  #bytes = 0;
  #pauseAt = BYTES;

  constructor(
    readonly host: Pick<DeductionHost, 'tick'>,
    readonly mostSteps: number,
    readonly mostBytes: number,
  ) {}

  /** Steps so far. */
  get total(): number {
    return this.#steps + STEPS - this.#left;
  }

  /** @throws LimitReached */
  step(): void {
    this.#left -= 1;
    if (this.#left < 0) this.#pause();
  }

  /** More memory is held. @throws LimitReached */
  grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.mostBytes) throw new LimitReached('MEMORY');
    if (this.#bytes < this.#pauseAt) return;
    this.#pauseAt = this.#bytes + BYTES;
    this.#askHost();
  }

  #pause(): void {
    this.#steps += STEPS;
    this.#left = STEPS;
    if (this.#steps > this.mostSteps) throw new LimitReached('INFERENCES');
    this.#askHost();
  }

  #askHost(): void {
    const word = this.host.tick();
    if (word !== 'go') throw new LimitReached(word.toUpperCase() as 'TIME' | 'CANCELLED' | 'MEMORY');
  }
}
