import { indicatorOf, type Term } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import { metaPredicates } from '../builtins.js';

/** Something that Prolog's order of evaluation makes of a clause; `at` is the part of the clause to point to. */
export type FlowFault =
  /** Arithmetic needs a value that nothing before it can give. */
  | { readonly kind: 'unbound arithmetic'; readonly variable: string; readonly at: Term }
  /** A negation asks about a variable that has no value yet, and that occurs outside of it too. */
  | { readonly kind: 'unsafe negation'; readonly variable: string; readonly at: Term }
  /** A variable of the head has a value only when the caller gives one, and a negation asks about it. */
  | { readonly kind: 'open in negation'; readonly variable: string; readonly at: Term };

export interface FlowContext {
  /** Predicates that the knowledge base defines, by rules or facts, although a construct of that name may exist. */
  isDefined(indicator: string): boolean;
  /** Predicates whose answers have values in all arguments: facts, and no rules. */
  givesValues(indicator: string): boolean;
}

/**
 * Follows a clause from left to right as Prolog would, and keeps which variables may have a value. Only what is certain
 * is reported: a variable may have a value as soon as a goal before mentions it that could give it one.
 */
export function flowFaults(head: Term, body: Term, context: FlowContext): FlowFault[] {
  const flow = new ClauseFlow(head, context);
  try {
    flow.walk(body, 0);
  } catch (error) {
    if (error instanceof NestedTooDeeply) return flow.faults;
    throw error;
  }
  return flow.finish();
}

/** Goals within goals: what is nested more deeply is not looked at. */
const MOST_NESTING = 200;

class NestedTooDeeply extends Error {}

/** A variable without a value that a negation asks about. */
interface Open {
  readonly at: Term;
  readonly by: Asking;
  /** It is an argument of the head: the caller may have given it a value. */
  readonly isFromCaller: boolean;
}

/** People use the variables of one forall/2 again for the next: only `\+` is taken to mean the same one elsewhere. */
type Asking = 'negation' | 'forall' | 'comparison';

/** Something that was made known. */
type Step = { readonly valued: string } | { readonly opened: string; readonly open: Open };

const arithmetic = new Set(['=:=/2', '=\\=/2', '</2', '>/2', '=</2', '>=/2']);
const collecting = new Map([
  ['findall/3', { template: 0, goal: 1, results: [2] }],
  ['findall/4', { template: 0, goal: 1, results: [2, 3] }],
  ['aggregate_all/3', { template: 0, goal: 1, results: [2] }],
  ['aggregate_all/4', { template: 0, goal: 2, results: [3] }],
]);
const typeTests = new Set([
  ...['var/1', 'nonvar/1', 'ground/1', 'atom/1', 'atomic/1', 'compound/1', 'callable/1', 'is_list/1'],
  ...['number/1', 'integer/1', 'float/1', 'string/1'],
]);

class ClauseFlow {
  readonly faults: FlowFault[] = [];
  /** Variables that may have a value: those of the head, and those that a goal before has mentioned. */
  #valued = new Set<string>();
  /** Variables without a value that a negation before has asked about. */
  #open = new Map<string, Open>();
  /** Undoes the two above at the end of a branch. */
  readonly #trail: Step[] = [];
  readonly #reported = new Set<string>();
  /** Variables that are an argument of the head, and that no goal has mentioned so far but negated ones. */
  readonly #fromCaller = new Set<string>();
  /** Inside a negation or an aggregate nothing gets a value for what is outside. */
  #enclosed = 0;

  constructor(
    head: Term,
    readonly context: FlowContext,
  ) {
    const args = head.kind === 'compound' ? head.args : [];
    const inside = new Set(args.filter(({ kind }) => kind === 'compound').flatMap(variablesOf));
    for (const argument of args) {
      if (argument.kind === 'variable' && !inside.has(argument.name)) this.#fromCaller.add(argument.name);
    }
    for (const name of variablesOf(head)) this.#valued.add(name);
  }

  finish(): FlowFault[] {
    for (const [variable, { at, by }] of this.#open) {
      if (this.#fromCaller.has(variable) && by !== 'comparison')
        this.#report('open in negation', variable, at);
    }
    return this.faults;
  }

  /** False where the goal cannot succeed. */
  walk(goal: Term, depth: number): boolean {
    if (depth > MOST_NESTING) throw new NestedTooDeeply();
    for (const next of conjuncts(goal)) if (!this.#goal(next, depth)) return false;
    return true;
  }

  #goal(goal: Term, depth: number): boolean {
    const indicator = indicatorOf(goal) ?? '';
    if (goal.kind !== 'compound') {
      if (goal.kind === 'variable') this.#mention(goal);
      return indicator !== 'fail/0' && indicator !== 'false/0';
    }
    const { args } = goal;
    if (!this.context.isDefined(indicator)) {
      const [first, second] = args as readonly [Term, Term];
      switch (indicator) {
        case ';/2':
          return this.#disjunction(first, second, depth);
        case '->/2':
        case '*->/2':
          return this.walk(first, depth + 1) && this.walk(second, depth + 1);
        case '\\+/1':
        case 'not/1':
          this.#negation([first], 'negation', depth);
          return true;
        case 'forall/2':
          this.#negation([first, second], 'forall', depth);
          return true;
        case 'once/1':
        case 'call/1':
          return this.walk(first, depth + 1);
        case 'ignore/1':
          this.#branches([() => this.walk(first, depth + 1), () => true]);
          return true;
        case 'is/2':
          this.#needValues(second);
          this.#mention(first);
          return true;
        case 'bagof/3':
        case 'setof/3':
          this.#enclose(() => this.walk(unquantified(second), depth + 1));
          this.#mention(second);
          this.#mention(args[2]!);
          return true;
      }
      if (arithmetic.has(indicator)) {
        for (const side of args) this.#needValues(side);
        return true;
      }
      const collected = collecting.get(indicator);
      if (collected !== undefined) {
        this.#enclose(() => {
          const holds = this.walk(args[collected.goal]!, depth + 1);
          const template = args[collected.template]!;
          if (holds && indicatorOf(template) === 'sum/1') this.#needValues(template);
        });
        for (const position of collected.results) this.#mention(args[position]!);
        return true;
      }
      if (indicator === '\\=/2' || indicator === '\\==/2') {
        this.#ask(goal, 'comparison');
        return true;
      }
    }
    if (this.#enclosed === 0 && this.context.givesValues(indicator)) {
      for (const argument of args) if (argument.kind === 'variable') this.#give(argument.name);
    }
    this.#mention(goal);
    return true;
  }

  #disjunction(first: Term, second: Term, depth: number): boolean {
    const isConditional =
      first.kind === 'compound' &&
      first.args.length === 2 &&
      (first.name === '->' || first.name === '*->') &&
      !this.context.isDefined(`${first.name}/2`);
    const tested = isConditional ? testedVariables(first.args[0]!) : [];
    return this.#branches([
      () => this.walk(first, depth + 1),
      () => {
        // After ( nonvar(X) -> .. ; .. ) it is known whether X has a value.
        for (const name of tested) this.#value(name);
        return this.walk(second, depth + 1);
      },
    ]);
  }

  /** Each begins with what was known before; behind them, what any of them that can succeed has made known. */
  #branches(branches: readonly (() => boolean)[]): boolean {
    const before = this.#trail.length;
    const made: Step[] = [];
    let succeeds = false;
    for (const branch of branches) {
      const holds = branch();
      const undone = this.#undo(before);
      if (!holds) continue;
      succeeds = true;
      for (const step of undone) made.push(step);
    }
    for (const step of made) {
      if ('valued' in step) this.#value(step.valued);
      else this.#setOpen(step.opened, step.open);
    }
    return succeeds;
  }

  /** Runs where nothing gets a value for what is outside, and what is asked before counts for nothing. */
  #enclose(work: () => void): void {
    const before = this.#trail.length;
    const open = this.#open;
    this.#open = new Map();
    this.#enclosed++;
    work();
    this.#enclosed--;
    this.#undo(before);
    this.#open = open;
  }

  #negation(goals: readonly Term[], by: Asking, depth: number): void {
    this.#enclose(() => {
      for (const goal of goals) if (!this.walk(goal, depth + 1)) return;
    });
    for (const goal of goals) this.#ask(goal, by);
  }

  /** `goal` is asked about: it gives no values. */
  #ask(goal: Term, by: Asking): void {
    const own = occurrences(goal);
    for (const variable of own) {
      const { name } = variable;
      if (this.#valued.has(name)) continue;
      const known = this.#open.get(name);
      if (known === undefined) this.#setOpen(name, { at: variable, by, isFromCaller: false });
      else if (known.by === 'negation' && by === 'negation' && !own.has(known.at as Occurrence)) {
        this.#report('unsafe negation', name, known.at);
      }
    }
    if (this.#enclosed > 0 || this.#fromCaller.size === 0) return;
    const asked =
      by === 'comparison' && goal.kind === 'compound' ? goal.args : argumentsOfCalls(goal, this.context);
    for (const at of asked) {
      if (at.kind === 'variable' && this.#fromCaller.has(at.name)) {
        this.#setOpen(at.name, { at, by, isFromCaller: true });
      }
    }
  }

  #needValues(expression: Term): void {
    for (const variable of occurrences(expression)) {
      const { name } = variable;
      this.#fromCaller.delete(name);
      if (this.#valued.has(name)) continue;
      this.#report('unbound arithmetic', name, variable);
      this.#value(name);
    }
  }

  /** A goal that may give values to the variables of `term`. */
  #mention(term: Term): void {
    for (const { name } of occurrences(term)) {
      const open = this.#open.get(name);
      if (open?.isFromCaller === false && !this.#valued.has(name)) {
        this.#report('unsafe negation', name, open.at);
      }
      if (this.#enclosed === 0) this.#fromCaller.delete(name);
      this.#value(name);
    }
  }

  /** The variable has a value behind this goal, whatever it had before. */
  #give(name: string): void {
    const open = this.#open.get(name);
    if (open?.isFromCaller && this.#fromCaller.has(name)) this.#report('unsafe negation', name, open.at);
  }

  #report(kind: FlowFault['kind'], variable: string, at: Term): void {
    if (this.#reported.has(variable)) return;
    this.#reported.add(variable);
    this.faults.push({ kind, variable, at });
  }

  #value(name: string): void {
    if (this.#valued.has(name)) return;
    this.#valued.add(name);
    this.#trail.push({ valued: name });
  }

  #setOpen(name: string, open: Open): void {
    if (this.#open.has(name)) return;
    this.#open.set(name, open);
    this.#trail.push({ opened: name, open });
  }

  /** What was made known since, in order. */
  #undo(length: number): Step[] {
    const undone = this.#trail.splice(length);
    for (const step of undone) {
      if ('valued' in step) this.#valued.delete(step.valued);
      else this.#open.delete(step.opened);
    }
    return undone;
  }
}

/** Goals of a conjunction, from left to right. */
function* conjuncts(goal: Term): Generator<Term> {
  const pending = [goal];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'compound' && next.name === ',' && next.args.length === 2) {
      pending.push(next.args[1]!, next.args[0]!);
    } else yield next;
  }
}

type Occurrence = Term & { readonly kind: 'variable' };

/** Every occurrence of a variable, in the order of the text. */
function occurrences(term: Term): Set<Occurrence> {
  const found = new Set<Occurrence>();
  const pending = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'variable') found.add(next);
    else if (next.kind === 'compound')
      for (let i = next.args.length - 1; i >= 0; i--) pending.push(next.args[i]!);
  }
  return found;
}

/** Variables that are arguments of calls of the knowledge base's own predicates in a goal. */
function* argumentsOfCalls(goal: Term, context: FlowContext): Generator<Occurrence> {
  const pending = [goal];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind !== 'compound') continue;
    const indicator = indicatorOf(next)!;
    const isOwn = context.isDefined(indicator);
    const meta = isOwn ? undefined : metaPredicates.get(indicator);
    if (meta?.goals !== undefined) for (const position of meta.goals) pending.push(next.args[position]!);
    else if (isOwn) for (const argument of next.args) if (argument.kind === 'variable') yield argument;
  }
}

/** Variables of a condition that asks whether something has a value. */
function testedVariables(condition: Term): string[] {
  const pending = [condition];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind !== 'compound') continue;
    if (typeTests.has(indicatorOf(next)!)) return variablesOf(condition);
    for (const argument of next.args) pending.push(argument);
  }
  return [];
}

function unquantified(goal: Term): Term {
  let inner = goal;
  while (inner.kind === 'compound' && inner.name === '^' && inner.args.length === 2) inner = inner.args[1]!;
  return inner;
}
