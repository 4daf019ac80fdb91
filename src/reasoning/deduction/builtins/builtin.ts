import type { Term } from '../../../prolog/term.js';

/** A built-in on values. Arguments are ground terms, or variables where the mode allows an output. */
export interface ValueBuiltin {
  /**
   * Each mode: positions (from 0) that must be ground when it is called; the other positions may be unbound (plain)
   * variables or ground. The first fitting mode counts.
   */
  readonly modes: readonly (readonly number[])[];
  /** Whether it raises no error whatever ground values it gets: such a test may run early. */
  readonly total: boolean;
  /**
   * Each solution as the ground values of all arguments. The caller compares them with arguments that were ground
   * already. Lazy where there can be many.
   *
   * @throws CorollaryError `EVALUATION`, as the engines' error of the same ISO term
   * @throws BuiltinTooLarge
   */
  solve(args: readonly Term[]): Iterable<readonly Term[]>;
}

const FAILED: readonly (readonly Term[])[] = [];

/** A test of ground arguments. */
export function test(arity: number, holds: (...args: Term[]) => boolean): ValueBuiltin {
  return {
    modes: [positions(arity)],
    total: false,
    solve: (args) => (holds(...args) ? [args] : FAILED),
  };
}

/** A test that raises no error whatever it gets. */
export function totalTest(arity: number, holds: (...args: Term[]) => boolean): ValueBuiltin {
  return { ...test(arity, holds), total: true };
}

/**
 * A function of all arguments but the last; undefined when it has no value. `expected` is the last argument, a variable
 * when there is none yet: most look at it only to refuse it.
 */
export function computed(
  inputs: number,
  value: (args: readonly Term[], expected: Term) => Term | undefined,
): ValueBuiltin {
  return {
    modes: [positions(inputs)],
    total: false,
    solve(args) {
      const result = value(args, args[inputs]!);
      return result === undefined ? FAILED : [[...args.slice(0, inputs), result]];
    },
  };
}

/** One solution, or none when undefined. */
export function once(
  modes: readonly (readonly number[])[],
  solve: (args: readonly Term[]) => readonly Term[] | undefined,
): ValueBuiltin {
  return {
    modes,
    total: false,
    solve(args) {
      const solution = solve(args);
      return solution === undefined ? FAILED : [solution];
    },
  };
}

/** Any number of solutions. */
export function many(
  modes: readonly (readonly number[])[],
  solve: (args: readonly Term[]) => Iterable<readonly Term[]>,
): ValueBuiltin {
  return { modes, total: false, solve };
}

const positions = (count: number) => Array.from({ length: count }, (_, position) => position);
