import type { Term } from '../../prolog/term.js';
import { builtins } from '../builtins.js';
import { adornmentOf, type BindingAnalysis } from './binding.js';
import { valueBuiltins } from './builtins/builtins.js';
import type { BodyGoal, BuiltinGoal, CallGoal, Clause, DatalogProgram, SemanticGoal } from './datalog.js';
import { rowsPerKey } from './estimate.js';
import type { ExternalFacts } from './external-facts.js';
import type { Instances } from './instantiate.js';
import { type GoalKnowledge, orderGoals } from './order-goals.js';
import type { Relation } from './relation.js';
import type { RequestFacts } from './request-facts.js';
import { variablesIn } from './shared-variables.js';

/** To search this often with more arguments known is worth as much as to search once and join what comes. */
const MOST_SEARCHES = 8;

/** Solutions that a call of a predicate with rules is taken to have: nobody knows before it was called. */
const EXPECTED = {
  allKnown: 1,
  someKnown: 20,
  noneKnown: 5_000,
  builtin: 10,
  external: 10,
  wholeExternal: 1e9,
};

export interface KnowledgeOptions {
  readonly program: DatalogProgram;
  readonly analysis: BindingAnalysis;
  readonly facts: RequestFacts;
  readonly external: ExternalFacts;
}

/** What the goals of one clause need, and how many solutions they may have, given the facts of a request. */
export class ClauseKnowledge implements GoalKnowledge {
  constructor(
    readonly options: KnowledgeOptions,
    readonly clause: Clause,
    readonly instances: Instances,
    /** See AnchorNeeds. */
    readonly mustBeRetrieved: (goal: CallGoal) => boolean,
  ) {}

  variablesOf(goal: BodyGoal): Iterable<number> {
    return goal.kind === 'negation' ? [] : variablesIn(goal, (name) => this.instances.cellOf(name));
  }

  isHarmless(goal: BodyGoal): boolean {
    return goal.kind === 'builtin' && (goal.indicator === '=/2' || valueBuiltins.get(goal.indicator)!.total);
  }

  isReady(goal: BodyGoal, bound: ReadonlySet<number>): boolean {
    if (goal.kind === 'call') return this.#mayBeCalled(goal, bound);
    if (goal.kind === 'builtin') return this.#hasItsValues(goal, bound);
    return goal.kind !== 'semantic' || this.#hasItsText(goal, bound);
  }

  cost(goal: BodyGoal, bound: ReadonlySet<number>, times: number, isFirst: boolean): number {
    if (goal.kind === 'semantic') return MOST_SEARCHES / times;
    if (goal.kind === 'builtin') {
      const isTest = builtins.get(goal.indicator) !== 'many' || this.instances.areKnown(goal.source, bound);
      return isTest ? 0 : EXPECTED.builtin;
    }
    return goal.kind === 'call' ? this.#rows(goal, bound, isFirst) : 0;
  }

  #mayBeCalled({ predicate, arguments: args }: CallGoal, bound: ReadonlySet<number>): boolean {
    const { program, analysis } = this.options;
    if (!program.clauses.has(predicate)) return true;
    const adornment = adornmentOf(args, (variable) => bound.has(variable));
    return analysis.call(predicate, adornment) === undefined;
  }

  #hasItsValues({ indicator, source }: BuiltinGoal, bound: ReadonlySet<number>): boolean {
    const isKnown = argumentsOf(source).map((argument) => this.instances.areKnown(argument, bound));
    if (indicator === '=/2') return isKnown.some(Boolean);
    return valueBuiltins.get(indicator)!.modes.some((positions) => positions.every((at) => isKnown[at]));
  }

  #hasItsText({ name, source }: SemanticGoal, bound: ReadonlySet<number>): boolean {
    const [first, second] = argumentsOf(source) as [Term, Term];
    const isFirstKnown = this.instances.areKnown(first, bound);
    if (name === 'nearest') return first.kind !== 'variable' || isFirstKnown;
    return isFirstKnown && (name === 'similar' || this.instances.areKnown(second, bound));
  }

  /**
   * Facts that retrieval brings come best first, and few are wanted. To begin with them takes about page · n / m rows of n
   * where m fit the rest, to begin with the rest takes m: the former is less where m > √(page · n).
   */
  #rowsOf(goal: CallGoal, bound: ReadonlySet<number>, relation: Relation, known: readonly number[]): number {
    const { question, retrieved } = this.options.facts;
    if (known.length > 0 || !retrieved.isStreamed || relation.sentences === 0) {
      return rowsPerKey(relation, known);
    }
    const isRetrieved = question.mode === 'retrieved' || this.mustBeRetrieved(goal);
    if (!isRetrieved && !retrieved.isWhole) return relation.rows;
    const others = isRetrieved ? 0 : relation.rows - relation.sentences;
    if (retrieved.isAll) return others + retrieved.rowsOf(relation).length;
    if (this.#isLookingAhead) return Number.MAX_VALUE;
    const brought = retrieved.worthReading(relation);
    return others + (this.#lookUps(goal, bound) > brought ? 0 : Math.min(relation.sentences, brought));
  }

  /** How many facts of the goal are looked up where the goals that can be run before it are. */
  #lookUps(goal: CallGoal, bound: ReadonlySet<number>): number {
    this.#isLookingAhead = true;
    const known = new Set(bound);
    let times = 1;
    for (const each of orderGoals(this.clause.body, known, this).map((placed) => placed.goal)) {
      const isOpen =
        each === goal &&
        goal.arguments.every((argument) => 'variable' in argument && !known.has(argument.variable));
      const cost = isOpen ? Number.POSITIVE_INFINITY : this.cost(each, known, times, false);
      times *= Math.max(1, cost);
      if (each === goal) break;
      for (const variable of this.variablesOf(each)) known.add(variable);
    }
    this.#isLookingAhead = false;
    return times;
  }

  /** What retrieval brings in its order comes last then. */
  #isLookingAhead = false;

  #rows(goal: CallGoal, bound: ReadonlySet<number>, isFirst: boolean): number {
    const { predicate, arguments: args } = goal;
    const { program, facts, external } = this.options;
    const known = args.flatMap((argument, position) =>
      'constant' in argument || bound.has(argument.variable) ? [position] : [],
    );
    if (!program.clauses.has(predicate)) {
      if (external.relation(predicate) === undefined)
        return this.#rowsOf(goal, bound, facts.relation(predicate), known);
      return known.length === 0 ? EXPECTED.wholeExternal : EXPECTED.external;
    }
    if (known.length === args.length) return EXPECTED.allKnown;
    if (known.length > 0) return EXPECTED.someKnown;
    // Where everything is wanted anyway, a recursion is best followed from its own answers.
    const { recursive } = program;
    const isRecursion = recursive.has(predicate) && recursive.has(this.clause.predicate);
    return isFirst && bound.size === 0 && isRecursion ? 0 : EXPECTED.noneKnown;
  }
}

const argumentsOf = (term: Term) => (term.kind === 'compound' ? term.args : []);
