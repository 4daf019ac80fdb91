import { type Term, variable } from '../../../prolog/term.js';
import { match } from '../../../prolog/unify.js';
import { variablesOf } from '../../../prolog/variables.js';
import type { ValueBuiltin } from '../builtins/builtin.js';
import { type Cursor, type Place, requeueLater } from '../cursor.js';
import type { Instances } from '../instantiate.js';
import type { Space } from '../space.js';
import type { WorkMeter } from '../work-meter.js';
import { Step } from './step.js';

/** Any built-in, on terms. */
export class BuiltinStep extends Step {
  constructor(
    readonly frame: Int32Array,
    readonly builtin: ValueBuiltin,
    readonly args: readonly Term[],
    readonly instances: Instances,
    /** Variables that have values before the call. */
    readonly known: ReadonlySet<number>,
    /** Of each argument: whether all of its variables are known. */
    readonly isKnown: readonly boolean[],
    readonly meter: WorkMeter,
    /** Where solutions may be put off; undefined where all are wanted at once. */
    readonly place: Place | undefined,
  ) {
    super();
  }

  run(): boolean {
    const isKnown = (cell: number) => this.known.has(cell);
    const given = this.args.map((argument, i) =>
      this.isKnown[i] ? this.instances.of(argument, isKnown) : variable(`_${i}`),
    );
    const solutions = this.builtin.solve(given)[Symbol.iterator]();
    const left = this.goOn(solutions, given);
    if (left === 'stopped') return true;
    if (left === 'tired') {
      const { space, score, size } = this.place!;
      this.meter.grow(1_000 + this.frame.byteLength);
      space.putOff(new SolutionCursor(this, this.frame.slice(), given, solutions), score(), size());
    }
    return false;
  }

  /** Takes one solution after the other. */
  goOn(solutions: Iterator<readonly Term[]>, given: readonly Term[]): 'done' | 'stopped' | 'tired' {
    for (;;) {
      if (this.place?.space.isTired) return 'tired';
      const next = solutions.next();
      if (next.done) return 'done';
      this.meter.step();
      if (this.#take(next.value, given) && this.next.run()) return 'stopped';
    }
  }

  #take(solution: readonly Term[], given: readonly Term[]): boolean {
    const { instances, frame } = this;
    const { constants } = instances;
    for (const [i, argument] of this.args.entries()) {
      const value = solution[i]!;
      if (this.isKnown[i]) {
        if (value !== given[i] && constants.intern(value) !== constants.intern(given[i]!)) return false;
        continue;
      }
      const pattern = instances.of(argument, (cell) => this.known.has(cell));
      const bindings = match(pattern, value);
      if (bindings === undefined) return false;
      for (const [name, term] of bindings) {
        const cell = instances.cellOf(name);
        const number = constants.intern(term);
        // A variable that stands in two arguments must be given the same value by both.
        if (this.#isGivenBefore(name, i) && frame[cell] !== number) return false;
        frame[cell] = number;
      }
    }
    return true;
  }

  #isGivenBefore(name: string, at: number): boolean {
    return this.args.slice(0, at).some((argument, i) => !this.isKnown[i] && holds(argument, name));
  }
}

/** The rest of a built-in's solutions, which may be endless. */
class SolutionCursor implements Cursor {
  constructor(
    readonly step: BuiltinStep,
    readonly frame: Int32Array,
    readonly given: readonly Term[],
    readonly solutions: Iterator<readonly Term[]>,
  ) {}

  resume(space: Space, tuple: number): void {
    this.step.frame.set(this.frame);
    if (this.step.goOn(this.solutions, this.given) === 'tired') requeueLater(space, tuple);
  }
}

function holds(term: Term, name: string): boolean {
  return variablesOf(term).includes(name);
}
