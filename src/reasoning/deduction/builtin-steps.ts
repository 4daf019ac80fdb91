import type { Term } from '../../prolog/term.js';
import { isGround } from '../../prolog/variables.js';
import { valueBuiltins } from './builtins/builtins.js';
import type { Place } from './cursor.js';
import type { BuiltinGoal } from './datalog.js';
import type { Instances } from './instantiate.js';
import { BuiltinStep } from './steps/builtin-step.js';
import { ArithmeticStep, CompareStep, type Comparison, type Side } from './steps/compare-step.js';
import { AssignStep, SameStep } from './steps/equality-step.js';
import type { Source, Step } from './steps/step.js';
import { UnifyStep } from './steps/unify-step.js';
import type { WorkMeter } from './work-meter.js';

/** Steps for the built-ins of one clause: equality and arithmetic have ways of their own, all else goes through terms. */
export class BuiltinSteps {
  constructor(
    readonly instances: Instances,
    readonly meter: WorkMeter,
  ) {}

  /** @param place where solutions may be put off, see BuiltinStep */
  step({ indicator, source }: BuiltinGoal, bound: ReadonlySet<number>, place: Place | undefined): Step {
    const args = source.kind === 'compound' ? source.args : [];
    const isKnown = args.map((argument) => this.instances.areKnown(argument, bound));
    return (
      this.#equality(indicator, args, isKnown, bound) ??
      this.#arithmetic(indicator, args, isKnown) ??
      new BuiltinStep(
        this.instances.frame,
        valueBuiltins.get(indicator)!,
        args,
        this.instances,
        bound,
        isKnown,
        this.meter,
        place,
      )
    );
  }

  #equality(
    indicator: string,
    [left, right]: readonly Term[],
    isKnown: readonly boolean[],
    bound: ReadonlySet<number>,
  ): Step | undefined {
    if (!['==/2', '\\==/2', '=/2', '\\=/2'].includes(indicator)) return undefined;
    const { instances } = this;
    const { frame } = instances;
    const [leftSource, rightSource] = [this.#simple(left!), this.#simple(right!)];
    if (leftSource !== undefined && rightSource !== undefined) {
      if (isKnown[0] && isKnown[1])
        return new SameStep(frame, leftSource, rightSource, !indicator.startsWith('\\'));
      return isKnown[0]
        ? new AssignStep(frame, rightSource.cell, leftSource)
        : new AssignStep(frame, leftSource.cell, rightSource);
    }
    if (indicator !== '=/2') return undefined;
    return isKnown[0]
      ? new UnifyStep(frame, left!, right!, instances, bound)
      : new UnifyStep(frame, right!, left!, instances, bound);
  }

  #arithmetic(
    indicator: string,
    [left, right]: readonly Term[],
    isKnown: readonly boolean[],
  ): Step | undefined {
    const { frame, constants } = this.instances;
    const lookUp = (name: string) => constants.term(frame[this.instances.cellOf(name)]!);
    const comparison = comparisons.get(indicator);
    if (comparison !== undefined) {
      return new CompareStep(frame, comparison, this.#side(left!), this.#side(right!), constants, lookUp);
    }
    const result = indicator === 'is/2' ? this.#simple(left!) : undefined;
    if (result === undefined) return undefined;
    return new ArithmeticStep(frame, result, !isKnown[0], right!, constants, lookUp);
  }

  #side(term: Term): Side {
    return this.#simple(term) ?? { expression: term };
  }

  /** A variable or a ground term; undefined for anything else. */
  #simple(term: Term): Source | undefined {
    if (term.kind === 'variable') return { cell: this.instances.cellOf(term.name), constant: -1 };
    return isGround(term) ? { cell: -1, constant: this.instances.constants.intern(term) } : undefined;
  }
}

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['</2', '<'],
  ['>/2', '>'],
  ['=</2', '=<'],
  ['>=/2', '>='],
  ['=:=/2', '=:='],
  ['=\\=/2', '=\\='],
]);
