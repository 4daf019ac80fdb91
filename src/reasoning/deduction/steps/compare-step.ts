import type { Term } from '../../../prolog/term.js';
import { compareNumbers, evaluate } from '../builtins/arithmetic.js';
import type { ConstantTable } from '../constants.js';
import { read, type Source, Step } from './step.js';

export type Comparison = '<' | '>' | '=<' | '>=' | '=:=' | '=\\=';

/** Either side of a comparison: a value as it is, or an expression. */
export type Side = Source | { readonly expression: Term };

/** Compares numbers. */
export class CompareStep extends Step {
  constructor(
    readonly frame: Int32Array,
    readonly comparison: Comparison,
    readonly left: Side,
    readonly right: Side,
    readonly constants: ConstantTable,
    readonly lookUp: (name: string) => Term,
  ) {
    super();
  }

  run(): boolean {
    return this.#holds() && this.next.run();
  }

  #holds(): boolean {
    const left = this.#fast(this.left);
    const right = this.#fast(this.right);
    // Both are numbers that a double holds exactly, so doubles compare as the numbers do.
    const order =
      !Number.isNaN(left) && !Number.isNaN(right)
        ? left - right
        : compareNumbers(this.#value(this.left), this.#value(this.right));
    switch (this.comparison) {
      case '<':
        return order < 0;
      case '>':
        return order > 0;
      case '=<':
        return order <= 0;
      case '>=':
        return order >= 0;
      case '=:=':
        return order === 0;
      case '=\\=':
        return order !== 0;
    }
  }

  #fast(side: Side): number {
    return 'expression' in side ? Number.NaN : this.constants.numberOf(read(side, this.frame));
  }

  #value(side: Side): Term {
    const term = 'expression' in side ? side.expression : this.constants.term(read(side, this.frame));
    return evaluate(term, this.lookUp);
  }
}

/** `X is Expression`. */
export class ArithmeticStep extends Step {
  constructor(
    readonly frame: Int32Array,
    /** The cell that takes the value, or what the value must be. */
    readonly result: { readonly cell: number } | Source,
    readonly isGiven: boolean,
    readonly expression: Term,
    readonly constants: ConstantTable,
    readonly lookUp: (name: string) => Term,
  ) {
    super();
  }

  run(): boolean {
    const value = this.constants.intern(evaluate(this.expression, this.lookUp));
    if (this.isGiven) this.frame[this.result.cell] = value;
    else if (read(this.result as Source, this.frame) !== value) return false;
    return this.next.run();
  }
}
