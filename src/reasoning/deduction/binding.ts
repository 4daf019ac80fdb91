import type { Term } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import { displayTerm } from '../../prolog/writer.js';
import { callsOf } from './body-goals.js';
import { valueBuiltins } from './builtins/builtins.js';
import type { AggregateGoal, BodyGoal, Clause, DatalogProgram } from './datalog.js';

/**
 * Which arguments have values when a predicate is called: `b` for bound, `f` for free, one for each. Bancilhon, Maier,
 * Sagiv and Ullman, "Magic sets and other strange ways to implement logic programs" (1986), call it an adornment.
 */
export type Adornment = string;

/** Ways to call predicates that one goal may lead to; a predicate may have one for each set of its arguments. */
const MOST_CALLS = 5_000;
/** They are followed by recursion. */
const DEEPEST = 300;

/**
 * Whether every goal finds the values that it needs when a body runs from left to right, and leaves none of its own
 * open: then the goals may run in any order that gives each built-in its values, and all answers are ground.
 */
export class BindingAnalysis {
  /** Undefined: it can be evaluated; else why not. */
  readonly #known = new Map<string, string | undefined>();
  /** Calls inside one another. */
  #depth = 0;

  constructor(
    readonly program: DatalogProgram,
    /** Predicates with rules that are no clauses, and why. */
    readonly reasons: ReadonlyMap<string, string>,
  ) {}

  /** Why a call of the predicate with these arguments bound is not for deduction; undefined when it is. */
  call(predicate: string, adornment: Adornment): string | undefined {
    const key = `${predicate} ${adornment}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const visited = new Set<string>();
    const reason = this.#call(predicate, adornment, visited);
    if (reason !== undefined) this.#known.set(key, reason);
    // What was taken for granted on the way round a recursion has held.
    else for (const each of visited) this.#known.set(each, undefined);
    return reason;
  }

  /** As `call`, of a clause of its own: the question of a request. */
  question(clause: Clause): string | undefined {
    return this.#clause(clause, '', new Set());
  }

  #call(predicate: string, adornment: Adornment, visited: Set<string>): string | undefined {
    const reason = this.reasons.get(predicate);
    if (reason !== undefined) return `${predicate} ${reason}`;
    const key = `${predicate} ${adornment}`;
    if (this.#known.has(key)) return this.#known.get(key);
    if (visited.has(key)) return undefined;
    if (visited.size >= MOST_CALLS) return `${predicate} is called in too many ways`;
    if (this.#depth >= DEEPEST) return `${predicate} is called through too many others`;
    visited.add(key);
    this.#depth += 1;
    try {
      for (const clause of this.program.clauses.get(predicate) ?? []) {
        const found = this.#clause(clause, adornment, visited);
        if (found !== undefined) return found;
      }
      return undefined;
    } finally {
      this.#depth -= 1;
    }
  }

  #clause(clause: Clause, adornment: Adornment, visited: Set<string>): string | undefined {
    const numbers = new Map(clause.variables.map((name, number) => [name, number]));
    const bound = new Set<number>();
    for (const [i, argument] of clause.head.entries()) {
      if (adornment[i] === 'b' && 'variable' in argument) bound.add(argument.variable);
    }
    const reason = this.#goals(clause, clause.body, bound, numbers, visited);
    if (reason !== undefined) return reason;
    for (const argument of clause.head) {
      if ('variable' in argument && !bound.has(argument.variable)) {
        const name = clause.variables[argument.variable]!;
        return `${nameOf(clause)} has answers in which ${name} has no value`;
      }
    }
    return undefined;
  }

  #goals(
    clause: Clause,
    goals: readonly BodyGoal[],
    bound: Set<number>,
    numbers: ReadonlyMap<string, number>,
    visited: Set<string>,
  ): string | undefined {
    for (const goal of goals) {
      const reason = this.#goal(clause, goal, bound, numbers, visited);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Adds the variables to `bound` that have a value after the goal. */
  #goal(
    clause: Clause,
    goal: BodyGoal,
    bound: Set<number>,
    numbers: ReadonlyMap<string, number>,
    visited: Set<string>,
  ): string | undefined {
    const bind = (term: Term) => {
      for (const name of variablesOf(term)) bound.add(numbers.get(name)!);
    };
    const isBound = (term: Term) => variablesOf(term).every((name) => bound.has(numbers.get(name)!));
    const unbound = (variables: readonly number[]) => variables.find((each) => !bound.has(each));
    const own = nameOf(clause);
    switch (goal.kind) {
      case 'call': {
        const adornment = adornmentOf(goal.arguments, (variable) => bound.has(variable));
        for (const argument of goal.arguments) if ('variable' in argument) bound.add(argument.variable);
        return this.#call(goal.predicate, adornment, visited);
      }
      case 'builtin': {
        const args = goal.source.kind === 'compound' ? goal.source.args : [];
        if (goal.indicator === '=/2') {
          const [left, right] = args as [Term, Term];
          const [isLeft, isRight] = [isBound(left), isBound(right)];
          if (!isLeft && !isRight) return `${own} unifies two values before either is known`;
          const builds = (whole: Term, part: Term) => part.kind === 'variable' && isOpen(whole);
          if (
            this.program.recursive.has(clause.predicate) &&
            ((!isLeft && builds(right, left)) || (!isRight && builds(left, right)))
          )
            return `${own} builds a structure on its way round a recursion`;
        } else {
          const mode = valueBuiltins
            .get(goal.indicator)!
            .modes.find((positions) => positions.every((position) => isBound(args[position]!)));
          if (mode === undefined)
            return `${own} calls ${displayTerm(goal.source)} before its arguments are known`;
        }
        bind(goal.source);
        return undefined;
      }
      case 'commit': {
        const open = unbound(goal.variables);
        return open === undefined
          ? undefined
          : `${own} takes the first of several solutions for ${clause.variables[open]}`;
      }
      case 'negation': {
        const open = unbound(goal.shared);
        if (open !== undefined) return `${own} negates a goal before ${clause.variables[open]} is known`;
        return this.#inside(clause, goal.alternatives, bound, numbers, visited, () => undefined);
      }
      case 'aggregate': {
        const open = unbound(goal.shared.filter((each) => !goal.groups.includes(each)));
        if (open !== undefined) return `${own} collects solutions before ${clause.variables[open]} is known`;
        const derived = isOrdered(goal) ? this.#derivedIn(goal.alternatives) : undefined;
        if (derived !== undefined)
          return `${own} lists answers of ${derived} in the order in which Prolog finds them`;
        const terms = goal.witness === undefined ? [goal.template] : [goal.template, goal.witness];
        const reason = this.#inside(clause, goal.alternatives, bound, numbers, visited, (inner) => {
          const isKnown = terms.flatMap(variablesOf).every((name) => inner.has(numbers.get(name)!));
          return isKnown && goal.groups.every((each) => inner.has(each))
            ? undefined
            : `${own} collects values that are not known`;
        });
        if (reason !== undefined) return reason;
        for (const each of goal.groups) bound.add(each);
        bind(goal.result);
        return undefined;
      }
      case 'semantic': {
        const [first, second, third] = (goal.source as Term & { kind: 'compound' }).args as [
          Term,
          Term,
          Term,
        ];
        if (goal.name !== 'nearest' && !isBound(first))
          return `${own} calls ${goal.name}/3 before its text is known`;
        if (goal.name === 'similarity' && !isBound(second))
          return `${own} calls similarity/3 before its texts are known`;
        if (goal.name === 'nearest' && first.kind === 'variable' && !isBound(first))
          return `${own} calls nearest/3 of any fact`;
        bind(first);
        bind(second);
        bind(third);
        return undefined;
      }
    }
  }

  /** A predicate with rules that is called anywhere in there. */
  #derivedIn(alternatives: readonly (readonly BodyGoal[])[]): string | undefined {
    for (const { callee } of alternatives.flatMap((goals) => [...callsOf(goals, false)])) {
      if (this.program.clauses.has(callee)) return callee;
    }
    return undefined;
  }

  #inside(
    clause: Clause,
    alternatives: readonly (readonly BodyGoal[])[],
    bound: ReadonlySet<number>,
    numbers: ReadonlyMap<string, number>,
    visited: Set<string>,
    after: (bound: ReadonlySet<number>) => string | undefined,
  ): string | undefined {
    for (const goals of alternatives) {
      const inner = new Set(bound);
      const reason = this.#goals(clause, goals, inner, numbers, visited) ?? after(inner);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}

/** Whether the outcome depends on the order of the solutions. */
export const isOrdered = ({ form, witness }: AggregateGoal): boolean =>
  form === 'findall' || form === 'bagof' || form === 'bag' || witness !== undefined;

/** `b` where an argument is a constant or a bound variable. */
export function adornmentOf(
  args: readonly ({ readonly constant: Term } | { readonly variable: number })[],
  isBound: (variable: number) => boolean,
): Adornment {
  return args.map((argument) => ('constant' in argument || isBound(argument.variable) ? 'b' : 'f')).join('');
}

const nameOf = ({ predicate, rule }: Clause) => (rule < 0 ? 'the goal' : predicate);

/** A compound term with variables. */
const isOpen = (term: Term) => term.kind === 'compound' && variablesOf(term).length > 0;
