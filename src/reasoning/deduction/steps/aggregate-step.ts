import { compareTerms } from '../../../prolog/compare.js';
import { compound, integer, list, type Term } from '../../../prolog/term.js';
import { match } from '../../../prolog/unify.js';
import { compareNumbers, evaluate } from '../builtins/arithmetic.js';
import type { AggregateGoal } from '../datalog.js';
import type { Instances } from '../instantiate.js';
import type { WorkMeter } from '../work-meter.js';
import { Step } from './step.js';

/** Bytes that a collected solution is reckoned at. */
const SOLUTION_BYTES = 100;

/** Collects the solutions of its alternatives, each of which ends with its CollectStep. */
export class AggregateStep extends Step {
  alternatives: readonly Step[] = [];
  readonly collect: CollectStep;

  constructor(
    readonly frame: Int32Array,
    readonly goal: AggregateGoal,
    readonly instances: Instances,
    /** Variables that have values before. */
    readonly known: ReadonlySet<number>,
    readonly meter: WorkMeter,
  ) {
    super();
    this.collect = new CollectStep(goal, instances, this.#groups(), meter);
  }

  run(): boolean {
    const { collect, goal } = this;
    // Solutions of what this step is part of must not get in each other's way.
    const outer = collect.begin();
    for (const alternative of this.alternatives) alternative.run();
    const solutions = collect.end(outer);
    if (goal.form === 'bagof' || goal.form === 'setof') return this.#grouped(solutions);
    const result = resultOf(goal, solutions);
    return result !== undefined && this.#give(result) && this.next.run();
  }

  #groups(): number[] {
    return this.goal.groups.filter((cell) => !this.known.has(cell));
  }

  /** Once for each combination of the free variables' values, in their standard order. */
  #grouped(solutions: readonly Solution[]): boolean {
    const groups = new Map<string, Solution[]>();
    for (const solution of solutions) {
      const key = solution.group.join();
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [solution]);
      else group.push(solution);
    }
    const cells = this.#groups();
    const { constants } = this.instances;
    const ordered = [...groups.values()].sort(([a], [b]) => {
      for (let i = 0; i < cells.length; i++) {
        const order = compareTerms(constants.term(a!.group[i]!), constants.term(b!.group[i]!));
        if (order !== 0) return order;
      }
      return 0;
    });
    for (const group of ordered) {
      for (const [i, cell] of cells.entries()) this.frame[cell] = group[0]!.group[i]!;
      const items = group.map(({ value }) => value);
      const known = new Set([...this.known, ...cells]);
      if (
        this.#give(list(this.goal.form === 'setof' ? sortedUnique(items) : items), known) &&
        this.next.run()
      )
        return true;
    }
    return false;
  }

  #give(result: Term, known: ReadonlySet<number> = this.known): boolean {
    const { instances, frame } = this;
    const bindings = match(
      instances.of(this.goal.result, (cell) => known.has(cell)),
      result,
    );
    if (bindings === undefined) return false;
    for (const [name, term] of bindings) frame[instances.cellOf(name)] = instances.constants.intern(term);
    return true;
  }
}

interface Solution {
  readonly value: Term;
  readonly witness: Term | undefined;
  /** Values of the free variables. */
  readonly group: readonly number[];
}

/** The end of an aggregate's goal: keeps what it found, and asks for more. */
export class CollectStep extends Step {
  #solutions: Solution[] = [];

  constructor(
    readonly goal: AggregateGoal,
    readonly instances: Instances,
    readonly groups: readonly number[],
    readonly meter: WorkMeter,
  ) {
    super();
  }

  begin(): Solution[] {
    const outer = this.#solutions;
    this.#solutions = [];
    return outer;
  }

  end(outer: Solution[]): Solution[] {
    const solutions = this.#solutions;
    this.#solutions = outer;
    return solutions;
  }

  run(): boolean {
    const { goal, instances, groups } = this;
    this.meter.grow(SOLUTION_BYTES);
    this.#solutions.push({
      value: instances.of(goal.template),
      witness: goal.witness === undefined ? undefined : instances.of(goal.witness),
      group: groups.map((cell) => instances.frame[cell]!),
    });
    return false;
  }
}

/** Undefined where the aggregate fails: the greatest of nothing. */
function resultOf({ form, witness }: AggregateGoal, solutions: readonly Solution[]): Term | undefined {
  switch (form) {
    case 'count':
      return integer(solutions.length);
    case 'sum':
      return solutions.reduce<Term>((sum, { value }) => evaluate(compound('+', sum, value)), integer(0));
    case 'max':
    case 'min': {
      const best = extreme(form, solutions);
      if (best === undefined) return undefined;
      return witness === undefined ? best.number : compound(form, best.number, best.witness!);
    }
    case 'set':
      return list(sortedUnique(solutions.map(({ value }) => value)));
    default:
      return list(solutions.map(({ value }) => value));
  }
}

function extreme(
  form: 'max' | 'min',
  solutions: readonly Solution[],
): { number: Term; witness: Term | undefined } | undefined {
  let best: { number: Term; witness: Term | undefined } | undefined;
  for (const { value, witness } of solutions) {
    const number = evaluate(value);
    const order = best === undefined ? 0 : compareNumbers(number, best.number);
    if (best === undefined || (form === 'max' ? order > 0 : order < 0)) best = { number, witness };
  }
  return best;
}

function sortedUnique(items: readonly Term[]): Term[] {
  const sorted = [...items].sort(compareTerms);
  return sorted.filter((item, i) => i === 0 || compareTerms(sorted[i - 1]!, item) !== 0);
}
