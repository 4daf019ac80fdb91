import { grownLength, longer } from './key-index.js';
import type { WorkMeter } from './work-meter.js';

/** Short runs of integers, one behind the other, each known by where it begins. */
export class Records {
  cells = new Int32Array(16);
  #length = 0;

  constructor(readonly meter: WorkMeter) {}

  /** Room for `length` cells; where it begins. */
  reserve(length: number): number {
    const start = this.#length;
    while (start + length > this.cells.length) {
      this.meter.grow((grownLength(this.cells.length) - this.cells.length) * 4);
      this.cells = longer(this.cells);
    }
    this.#length += length;
    return start;
  }
}
