import { read, type Source, Step } from './step.js';

/** Compares two known values: the same term has the same number. */
export class SameStep extends Step {
  constructor(
    readonly frame: Int32Array,
    readonly left: Source,
    readonly right: Source,
    /** False: they must differ. */
    readonly isSame: boolean,
  ) {
    super();
  }

  run(): boolean {
    const same = read(this.left, this.frame) === read(this.right, this.frame);
    return same === this.isSame && this.next.run();
  }
}

/** Gives a variable a known value. */
export class AssignStep extends Step {
  constructor(
    readonly frame: Int32Array,
    readonly cell: number,
    readonly value: Source,
  ) {
    super();
  }

  run(): boolean {
    this.frame[this.cell] = read(this.value, this.frame);
    return this.next.run();
  }
}
