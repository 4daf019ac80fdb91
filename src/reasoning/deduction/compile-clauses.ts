import { type Compound, compound, indicatorOf, type Term, variable } from '../../prolog/term.js';
import { isGround, variablesOf } from '../../prolog/variables.js';
import { builtins, metaPredicates } from '../builtins.js';
import { type AggregateCall, aggregateOf } from './aggregate-call.js';
import { valueBuiltins } from './builtins/builtins.js';
import { unknownFunction, unknownFunctionOf } from './builtins/unknown-function.js';
import type { AggregateGoal, Argument, BodyGoal, Clause, NegationGoal, Shape } from './datalog.js';
import { withSharedVariables } from './shared-variables.js';

/** Why a clause cannot be evaluated by deduction, for a person: "it …". */
export class NeedsProlog extends Error {}

export interface ClauseSource {
  /** Number of the rule; -1 for a question. */
  readonly rule: number;
  readonly confidence: number;
  readonly head: Term;
  readonly body: Term;
}

/** Alternatives of one body beyond this many are left to Prolog. */
const MOST_ALTERNATIVES = 64;
const MOST_NESTING = 100;

/** A goal, or the goals of a branch that was taken: its score is a product of its own. */
type Part = BodyGoal | readonly Part[];

/**
 * The clauses that a rule stands for, one for each way through its disjunctions.
 * `isDefined` names the predicates that the knowledge base defines by rules or facts.
 * @throws NeedsProlog
 */
export function compileClauses(
  { rule, confidence, head, body }: ClauseSource,
  isDefined: (indicator: string) => boolean,
): Clause[] {
  const compiler = new BodyCompiler(isDefined, [...new Set([...variablesOf(head), ...variablesOf(body)])]);
  const headArguments = (head.kind === 'compound' ? head.args : []).map((argument) => {
    if (argument.kind === 'variable' || isGround(argument)) return compiler.argument(argument);
    throw new NeedsProlog('builds or takes apart a structure in its head');
  });
  const alternatives = compiler.alternatives(body, 0);
  return alternatives.map((parts) => {
    const goals: BodyGoal[] = [];
    const shape = flatten(parts, goals);
    return {
      rule,
      confidence,
      predicate: indicatorOf(head)!,
      head: headArguments,
      body: withSharedVariables(goals, headArguments, (name) => compiler.number(name)),
      shape,
      variables: compiler.variables,
    };
  });
}

/** Appends the goals of `parts`, and tells how their scores are put together. */
function flatten(parts: readonly Part[], goals: BodyGoal[]): Shape {
  const shape: (number | Shape)[] = [];
  for (const part of parts) {
    if (!('kind' in part)) {
      const inner = flatten(part, goals);
      if (inner.length === 1) shape.push(inner[0]!);
      else if (inner.length > 1) shape.push(inner);
      continue;
    }
    if (part.kind === 'call' || part.kind === 'semantic') shape.push(goals.length);
    goals.push(part);
  }
  return shape;
}

function goalsIn(parts: readonly Part[]): number {
  const goals: BodyGoal[] = [];
  flatten(parts, goals);
  return goals.length;
}

class BodyCompiler {
  readonly #numbers: Map<string, number>;
  constructor(
    readonly isDefined: (indicator: string) => boolean,
    readonly variables: string[],
  ) {
    this.#numbers = new Map(variables.map((name, number) => [name, number]));
  }

  number(name: string): number {
    return this.#numbers.get(name)!;
  }

  argument(term: Term): Argument {
    return term.kind === 'variable' ? { variable: this.number(term.name) } : { constant: term };
  }

  /** Each way to make `body` true. */
  alternatives(body: Term, depth: number): Part[][] {
    if (depth > MOST_NESTING) throw new NeedsProlog('nests goals too deeply');
    let found: Part[][] = [[]];
    for (const goal of conjuncts(body)) {
      const ways = this.#goal(goal, depth);
      if (found.length * ways.length > MOST_ALTERNATIVES)
        throw new NeedsProlog(`has more than ${MOST_ALTERNATIVES} alternatives`);
      found = found.flatMap((before) => ways.map((way) => [...before, ...way]));
    }
    return found;
  }

  #goal(goal: Term, depth: number): Part[][] {
    if (goal.kind === 'variable') throw new NeedsProlog('calls a goal that is known only when it runs');
    const indicator = indicatorOf(goal);
    if (indicator === undefined) throw new NeedsProlog('calls something that is no goal');
    if (indicator === 'true/0') return [[]];
    if (indicator === 'fail/0' || indicator === 'false/0') return [];
    if (indicator === '!/0') throw new NeedsProlog('cuts');
    if (goal.kind === 'compound') {
      const control = this.#control(goal, indicator, depth);
      if (control !== undefined) return control;
      const aggregate = aggregateOf(goal, indicator);
      if (aggregate !== undefined) return [[this.#aggregate(goal, aggregate, depth)]];
    }
    if (indicator === 'similar/3' || indicator === 'nearest/3' || indicator === 'similarity/3') {
      const name = indicator.slice(0, -2) as 'similar' | 'nearest' | 'similarity';
      return [[{ kind: 'semantic', name, source: goal }]];
    }
    if (metaPredicates.has(indicator)) throw new NeedsProlog(`calls goals through ${indicator}`);
    if (this.isDefined(indicator)) return [this.#call(goal, indicator)];
    if (builtins.has(indicator) && valueBuiltins.has(indicator)) {
      needsKnown(unknownFunction(indicator, goal.kind === 'compound' ? goal.args : []));
      return [[{ kind: 'builtin', indicator, source: goal }]];
    }
    if (builtins.has(indicator)) throw new NeedsProlog(`calls ${indicator}, which only Prolog evaluates`);
    // Without rules or facts: it is known, but nothing is true of it.
    return [this.#call(goal, indicator)];
  }

  #control(goal: Compound, indicator: string, depth: number): Part[][] | undefined {
    const [first, second] = goal.args as [Term, Term];
    switch (indicator) {
      case ';/2': {
        const condition = branchCondition(first);
        if (condition === undefined) {
          return [...this.#branch(first, depth), ...this.#branch(second, depth)];
        }
        return this.#ifThenElse(condition, second, depth);
      }
      case '->/2':
        return this.#ifThenElse({ condition: first, taken: second, commits: true }, fail, depth);
      case '*->/2':
        return this.#branch(compound(',', first, second), depth);
      case '\\+/1':
      case 'not/1':
        return [[this.#negation(compound('\\+', first), first, depth)]];
      case 'forall/2':
        return [[this.#negation(goal, compound(',', first, compound('\\+', second)), depth)]];
      case 'once/1':
        return this.#ifThenElse({ condition: first, taken: yes, commits: true }, fail, depth);
      case 'ignore/1':
        return this.#ifThenElse({ condition: first, taken: yes, commits: true }, yes, depth);
      case '^/2':
        return this.alternatives(second, depth + 1);
    }
    return undefined;
  }

  #ifThenElse({ condition, taken, commits }: Branch, otherwise: Term, depth: number): Part[][] {
    const whole = this.alternatives(condition, depth + 1);
    const thens = this.alternatives(taken, depth + 1);
    if (whole.length * thens.length > MOST_ALTERNATIVES)
      throw new NeedsProlog(`has more than ${MOST_ALTERNATIVES} alternatives`);
    const met = whole.flatMap((goals) => {
      const commit: Part[] = commits ? [{ kind: 'commit', variables: [], span: goalsIn(goals) }] : [];
      return thens.map((rest) => [[...commit, ...goals, ...rest]]);
    });
    if (otherwise === fail) return met;
    const negation = this.#negation(compound('\\+', condition), condition, depth);
    const unmet = this.alternatives(otherwise, depth + 1).map((rest) => [[negation, ...rest]]);
    return [...met, ...unmet];
  }

  /** Each way as a part of its own. */
  #branch(body: Term, depth: number): Part[][] {
    return this.alternatives(body, depth + 1).map((parts) => [parts]);
  }

  #negation(source: Term, inner: Term, depth: number): NegationGoal {
    return { kind: 'negation', alternatives: this.#inside(inner, depth), shared: [], source };
  }

  /** Alternatives whose scores do not count. */
  #inside(body: Term, depth: number): BodyGoal[][] {
    return this.alternatives(body, depth + 1).map((parts) => {
      const goals: BodyGoal[] = [];
      flatten(parts, goals);
      return goals;
    });
  }

  #aggregate(goal: Compound, call: AggregateCall, depth: number): AggregateGoal {
    const { form, template, witness, inner, result, existential } = call;
    if (form === 'sum' || form === 'max' || form === 'min') needsKnown(unknownFunctionOf(template));
    const free = new Set(variablesOf(inner));
    for (const name of [...variablesOf(template), ...existential]) free.delete(name);
    const isGrouped = form === 'bagof' || form === 'setof';
    return {
      kind: 'aggregate',
      form,
      alternatives: this.#inside(inner, depth),
      template,
      ...(witness === undefined ? {} : { witness }),
      result,
      shared: [],
      groups: isGrouped ? [...free].map((name) => this.number(name)) : [],
      source: goal,
    };
  }

  #call(goal: Term, predicate: string): Part[] {
    const patterns: Part[] = [];
    const args = (goal.kind === 'compound' ? goal.args : []).map((argument) => {
      if (argument.kind === 'variable' || isGround(argument)) return this.argument(argument);
      const whole = this.#fresh();
      const source = compound('=', whole, argument);
      patterns.push({ kind: 'builtin', indicator: '=/2', source, isHidden: true });
      return this.argument(whole);
    });
    return [{ kind: 'call', predicate, arguments: args, source: goal }, ...patterns];
  }

  #fresh() {
    // No variable that was read begins with a digit.
    const name = `${this.variables.length}`;
    this.#numbers.set(name, this.variables.length);
    this.variables.push(name);
    return variable(name);
  }
}

/** @throws NeedsProlog of an arithmetic function that deduction has not */
function needsKnown(unknown: string | undefined): void {
  if (unknown !== undefined) throw new NeedsProlog(`computes with ${unknown}, which only Prolog evaluates`);
}

const yes: Term = { kind: 'atom', name: 'true' };
const fail: Term = { kind: 'atom', name: 'fail' };

interface Branch {
  readonly condition: Term;
  readonly taken: Term;
  readonly commits: boolean;
}

function branchCondition(term: Term): Branch | undefined {
  const indicator = indicatorOf(term);
  if (term.kind !== 'compound' || (indicator !== '->/2' && indicator !== '*->/2')) return undefined;
  return { condition: term.args[0]!, taken: term.args[1]!, commits: indicator === '->/2' };
}

/** Goals of a conjunction, from left to right. */
function conjuncts(body: Term): Term[] {
  const found: Term[] = [];
  const pending = [body];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'compound' && next.name === ',' && next.args.length === 2) {
      pending.push(next.args[1]!, next.args[0]!);
    } else found.push(next);
  }
  return found;
}
