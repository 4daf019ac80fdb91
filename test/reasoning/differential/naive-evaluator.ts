import { compareTerms } from '../../../src/prolog/compare.js';
import { listItems } from '../../../src/prolog/list-items.js';
import { readProgram, readTerm } from '../../../src/prolog/reader.js';
import { atom, indicatorOf, integer, list, type Term, variable } from '../../../src/prolog/term.js';
import { equalTerms, match } from '../../../src/prolog/unify.js';
import { type Bindings, isGround, substitute, variablesOf } from '../../../src/prolog/variables.js';
import { writeTerm } from '../../../src/prolog/writer.js';

/*
 * Stratified Datalog with confidences as its definitions say: bottom-up, stratum by stratum, every rule over
 * everything known again and again until nothing changes. It is slow on purpose, shares no code with src/reasoning,
 * and is what the evaluators are held to.
 */

export interface NaiveFact {
  /** Ids below 0 are suppositions. */
  readonly id: number;
  readonly prolog: string;
  readonly confidence: number;
  readonly hasSentence?: boolean;
}

export interface NaiveQuestion {
  readonly facts: readonly NaiveFact[];
  /** Source of a rule module. */
  readonly rules: string;
  readonly goal: string;
  readonly scoring: 'PRODUCT' | 'MINIMUM';
  readonly anchors?: {
    readonly scope: 'ANCHORED' | 'RETRIEVED' | 'ALL';
    readonly similarities: ReadonlyMap<number, number>;
  };
}

export interface NaiveAnswer {
  /** Canonical text of the list of values of the goal's named variables. */
  readonly values: string;
  readonly score: number;
  /** Nodes of the smallest proof with that score. */
  readonly size: number;
}

/** A part of a proof. Without a score it counts 1 and is not multiplied: a built-in, a negation, an aggregate. */
interface Part {
  readonly anchored: boolean;
  readonly score?: number;
  readonly size: number;
}

interface Solution {
  readonly bindings: Bindings;
  readonly parts: readonly Part[];
}

/** What is known of one ground atom: its best proof without a retrieved fact, and its best one with. */
interface Known {
  readonly term: Term;
  plain?: Scored;
  anchored?: Scored;
}

type Scored = Required<Part>;

interface Rule {
  readonly head: Term;
  readonly body: Term;
  readonly confidence: number;
}

/** Best first: by score, then by size, then by the standard order of the values. */
export function naiveAnswers(question: NaiveQuestion): NaiveAnswer[] {
  return new NaiveEvaluator(question).answers(question.goal);
}

/** The goals of a rule's body, one level of conjunction taken apart. */
export class NaiveEvaluator {
  readonly #known = new Map<string, Map<string, Known>>();
  readonly #rules: readonly Rule[];
  readonly #combine: (scores: readonly number[]) => number;

  constructor({ facts, rules, scoring, anchors }: NaiveQuestion) {
    this.#rules = readRules(rules);
    this.#combine = (scores) =>
      scores.length === 0
        ? 1
        : scores.reduce((left, right) => (scoring === 'PRODUCT' ? left * right : Math.min(left, right)));
    for (const fact of facts) {
      const part = factPart(fact, anchors);
      if (part !== undefined) this.#learn(readTerm(fact.prolog).term, part);
    }
    this.#anchoredOnly = anchors?.scope === 'ANCHORED';
    for (const stratum of strataOf(this.#rules)) this.#complete(stratum);
  }

  readonly #anchoredOnly: boolean;

  answers(text: string): NaiveAnswer[] {
    const { term, variables } = readTerm(text);
    const named = variables.filter((name) => !name.startsWith('_')).map(variable);
    const best = new Map<string, Scored>();
    for (const { bindings, parts } of this.#solutions(term, new Map())) {
      const [only] = parts;
      const isOneCall = parts.length === 1 && only!.score !== undefined && !isControl(term);
      const whole = isOneCall ? (only as Scored) : this.#whole(1, parts);
      if (this.#anchoredOnly && !whole.anchored) continue;
      const values = writeTerm(substitute(list(named), bindings));
      if (isBetter(whole, best.get(values))) best.set(values, whole);
    }
    return [...best]
      .map(([values, { score, size }]) => ({ values, score, size }))
      .sort(
        (a, b) =>
          b.score - a.score ||
          a.size - b.size ||
          compareTerms(readTerm(a.values).term, readTerm(b.values).term),
      );
  }

  /** Derives until nothing changes any more. */
  #complete(rules: readonly Rule[]): void {
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const { head, body, confidence } of rules) {
        for (const { bindings, parts } of [...this.#solutions(body, new Map())]) {
          const derived = substitute(head, bindings);
          if (!isGround(derived))
            throw new Error(`${writeTerm(derived)} is not ground: the rule is not safe`);
          if (this.#learn(derived, this.#whole(confidence, parts))) hasChanged = true;
        }
      }
    }
  }

  #learn(term: Term, part: Scored): boolean {
    const indicator = indicatorOf(term)!;
    const predicate = this.#known.get(indicator) ?? new Map<string, Known>();
    this.#known.set(indicator, predicate);
    const key = writeTerm(term);
    const known = predicate.get(key) ?? { term };
    predicate.set(key, known);
    const which = part.anchored ? 'anchored' : 'plain';
    if (!isBetter(part, known[which])) return false;
    known[which] = part;
    return true;
  }

  /** A node over its parts: scores from left to right, beginning with the rule's confidence. */
  #whole(confidence: number, parts: readonly Part[]): Scored {
    const scores = parts.flatMap(({ score }) => (score === undefined ? [] : [score]));
    return {
      anchored: parts.some(({ anchored }) => anchored),
      score: this.#combine(confidence === 1 ? scores : [confidence, ...scores]),
      size: parts.reduce((sum, { size }) => sum + size, 1),
    };
  }

  /** A branch that was taken: a product of its own, and no node. */
  *#branch(goal: Term, bindings: Bindings): Generator<Solution> {
    for (const { bindings: after, parts } of this.#solutions(goal, bindings)) {
      const { anchored, score, size } = this.#whole(1, parts);
      yield { bindings: after, parts: [{ anchored, score, size: size - 1 }] };
    }
  }

  *#solutions(goal: Term, bindings: Bindings): Generator<Solution> {
    const indicator = indicatorOf(goal)!;
    const args = goal.kind === 'compound' ? goal.args : [];
    const [first, second, third] = args as [Term, Term, Term];
    const holds = { bindings, parts: [oneNode] };
    switch (indicator) {
      case 'true/0':
        yield { bindings, parts: [] };
        return;
      case 'fail/0':
        return;
      case ',/2':
        for (const left of this.#solutions(first, bindings)) {
          for (const right of this.#solutions(second, left.bindings)) {
            yield { bindings: right.bindings, parts: [...left.parts, ...right.parts] };
          }
        }
        return;
      case ';/2':
        if (indicatorOf(first) === '->/2') yield* this.#ifThenElse(first, second, bindings);
        else {
          yield* this.#branch(first, bindings);
          yield* this.#branch(second, bindings);
        }
        return;
      case '\\+/1':
        if (!this.#isTrue(first, bindings)) yield holds;
        return;
      case 'findall/3':
        yield* unified(third, list(this.#instances(first, second, bindings)), bindings);
        return;
      case 'setof/3':
        yield* this.#setof(first, second, third, bindings);
        return;
      case 'aggregate_all/3': {
        const result = aggregate(first, (template) => this.#instances(template, second, bindings));
        if (result !== undefined) yield* unified(third, result, bindings);
        return;
      }
      case 'between/3': {
        const high = numberOf(second, bindings);
        for (let n = numberOf(first, bindings); n <= high; n++) yield* unified(third, integer(n), bindings);
        return;
      }
      case 'member/2':
        for (const item of listItems(substitute(second, bindings))!) yield* unified(first, item, bindings);
        return;
      case 'is/2':
        yield* unified(first, integer(numberOf(second, bindings)), bindings);
        return;
      case '=/2': {
        const [left, right] = [substitute(first, bindings), substitute(second, bindings)];
        yield* isGround(right) ? unified(left, right, bindings) : unified(right, left, bindings);
        return;
      }
    }
    if (indicator in tests) {
      if (tests[indicator]!(substitute(first, bindings), substitute(second, bindings))) yield holds;
      return;
    }
    yield* this.#calls(indicator, goal, bindings);
  }

  *#calls(indicator: string, goal: Term, bindings: Bindings): Generator<Solution> {
    const pattern = substitute(goal, bindings);
    for (const { term, plain, anchored } of [...(this.#known.get(indicator)?.values() ?? [])]) {
      const added = match(pattern, term);
      if (added === undefined) continue;
      const after = new Map([...bindings, ...added]);
      if (plain !== undefined) yield { bindings: after, parts: [plain] };
      if (anchored !== undefined) yield { bindings: after, parts: [anchored] };
    }
  }

  /** The condition is a test without a choice. */
  *#ifThenElse(branch: Term, otherwise: Term, bindings: Bindings): Generator<Solution> {
    const [condition, then] = (branch as Term & { args: [Term, Term] }).args;
    if (this.#isTrue(condition, bindings)) {
      const both: Term = { kind: 'compound', name: ',', args: [condition, then] };
      yield* this.#branch(both, bindings);
    } else {
      const both: Term = {
        kind: 'compound',
        name: ',',
        args: [{ kind: 'compound', name: '\\+', args: [condition] }, otherwise],
      };
      yield* this.#branch(both, bindings);
    }
  }

  #isTrue(goal: Term, bindings: Bindings): boolean {
    for (const _ of this.#solutions(goal, bindings)) return true;
    return false;
  }

  /** The template for each solution of the goal, as often as it has different values for the goal's variables. */
  #instances(template: Term, goal: Term, bindings: Bindings): Term[] {
    return this.#distinct(goal, bindings).map((after) => substitute(template, after));
  }

  /** Evidence does not count here: an atom that is known in two ways is true once. */
  #distinct(goal: Term, bindings: Bindings): Bindings[] {
    const found = new Map<string, Bindings>();
    for (const { bindings: after } of this.#solutions(goal, bindings)) {
      const key = writeTerm(substitute(goal, after));
      if (!found.has(key)) found.set(key, after);
    }
    return [...found.values()];
  }

  /** One solution for each group: the values of the goal's free variables that are neither in the template nor `V^`. */
  *#setof(template: Term, quantified: Term, result: Term, bindings: Bindings): Generator<Solution> {
    const hidden = new Set(variablesOf(substitute(template, bindings)));
    let goal = quantified;
    for (; goal.kind === 'compound' && indicatorOf(goal) === '^/2'; goal = goal.args[1]!) {
      for (const name of variablesOf(goal.args[0]!)) hidden.add(name);
    }
    const grouping = list(
      variablesOf(substitute(goal, bindings))
        .filter((name) => !hidden.has(name))
        .map(variable),
    );
    const groups = new Map<string, { values: Term; items: Term[] }>();
    for (const after of this.#distinct(goal, bindings)) {
      const values = substitute(grouping, after);
      const group = groups.get(writeTerm(values)) ?? { values, items: [] };
      groups.set(writeTerm(values), group);
      group.items.push(substitute(template, after));
    }
    for (const { values, items } of groups.values()) {
      const inGroup = match(grouping, values, bindings)!;
      yield* unified(result, list(sorted(items)), inGroup);
    }
  }
}

const oneNode: Part = { anchored: false, size: 1 };

const isBetter = (part: Scored, than: Scored | undefined): boolean =>
  than === undefined || part.score > than.score || (part.score === than.score && part.size < than.size);

/** Control constructs make a node of their own when they are the question. */
const isControl = (goal: Term): boolean => indicatorOf(goal) === ',/2' || indicatorOf(goal) === ';/2';

function* unified(pattern: Term, value: Term, bindings: Bindings): Generator<Solution> {
  const added = match(substitute(pattern, bindings), value);
  if (added !== undefined) yield { bindings: new Map([...bindings, ...added]), parts: [oneNode] };
}

/** A fact's score in a scope; undefined when it does not count as true there. */
function factPart(
  { id, confidence, hasSentence }: NaiveFact,
  anchors: NaiveQuestion['anchors'],
): Scored | undefined {
  const plain = { anchored: false, score: confidence, size: 1 };
  if (anchors === undefined || id < 0) return plain;
  const { scope, similarities } = anchors;
  const similarity = similarities.get(id);
  if (similarity !== undefined) return { anchored: true, score: confidence * similarity, size: 1 };
  if (scope === 'RETRIEVED') return undefined;
  if (scope === 'ANCHORED' || hasSentence !== true) return plain;
  return { ...plain, score: confidence * Math.min(1, ...similarities.values()) };
}

function readRules(source: string): Rule[] {
  const { clauses, errors } = readProgram(source);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return clauses.flatMap(({ term }) => {
    if (indicatorOf(term) === ':-/1') return [];
    let clause = term;
    let confidence = 1;
    if (clause.kind === 'compound' && indicatorOf(clause) === '::/2') {
      const weight = clause.args[0]!;
      confidence = weight.kind === 'float' ? weight.value : 1;
      clause = clause.args[1]!;
    }
    if (clause.kind === 'compound' && indicatorOf(clause) === ':-/2') {
      return [{ head: clause.args[0]!, body: clause.args[1]!, confidence }];
    }
    return [{ head: clause, body: atom('true'), confidence }];
  });
}

/** The rules by strata: a stratum is not below what it calls, and above what it negates or aggregates over. */
function strataOf(rules: readonly Rule[]): Rule[][] {
  const stratum = new Map(rules.map(({ head }) => [indicatorOf(head)!, 0]));
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const { head, body } of rules) {
      const own = indicatorOf(head)!;
      for (const { indicator, above } of callsOf(body, 0)) {
        const least = (stratum.get(indicator) ?? 0) + above;
        if (!stratum.has(indicator) || stratum.get(own)! >= least) continue;
        if (least > rules.length) throw new Error(`${own} depends on its own negation`);
        stratum.set(own, least);
        hasChanged = true;
      }
    }
  }
  const strata: Rule[][] = [];
  for (const rule of rules) {
    const at = stratum.get(indicatorOf(rule.head)!)!;
    strata[at] ??= [];
    strata[at].push(rule);
  }
  return [...strata].map((stratum) => stratum ?? []);
}

function* callsOf(goal: Term, above: 0 | 1): Generator<{ indicator: string; above: 0 | 1 }> {
  const indicator = indicatorOf(goal) ?? '';
  if (goal.kind !== 'compound') yield { indicator, above };
  else if ([',/2', ';/2', '->/2'].includes(indicator))
    for (const part of goal.args) yield* callsOf(part, above);
  else if (indicator === '^/2') yield* callsOf(goal.args[1]!, above);
  else if (indicator === '\\+/1') yield* callsOf(goal.args[0]!, 1);
  else if (['findall/3', 'setof/3', 'aggregate_all/3'].includes(indicator)) yield* callsOf(goal.args[1]!, 1);
  else yield { indicator, above };
}

function aggregate(form: Term, instances: (template: Term) => Term[]): Term | undefined {
  if (form.kind === 'atom' && form.name === 'count') return integer(instances(form).length);
  if (form.kind !== 'compound') throw new Error(`no aggregate: ${writeTerm(form)}`);
  const found = instances(form.args[0]!);
  const numbers = () => found.map((term) => numberOf(term, new Map()));
  switch (form.name) {
    case 'sum':
      return integer(numbers().reduce((sum, value) => sum + value, 0n));
    case 'max':
      return found.length === 0 ? undefined : integer(numbers().reduce((a, b) => (a > b ? a : b)));
    case 'min':
      return found.length === 0 ? undefined : integer(numbers().reduce((a, b) => (a < b ? a : b)));
    case 'set':
      return list(sorted(found));
    default:
      throw new Error(`no aggregate: ${writeTerm(form)}`);
  }
}

/** In the standard order of terms, each once. */
function sorted(terms: readonly Term[]): Term[] {
  const distinct = new Map(terms.map((term) => [writeTerm(term), term]));
  return [...distinct.values()].sort(compareTerms);
}

function numberOf(expression: Term, bindings: Bindings): bigint {
  const term = substitute(expression, bindings);
  if (term.kind === 'integer') return term.value;
  if (term.kind !== 'compound') throw new Error(`no number: ${writeTerm(term)}`);
  const [left, right] = term.args.map((argument) => numberOf(argument, bindings)) as [bigint, bigint];
  switch (indicatorOf(term)) {
    case '+/2':
      return left + right;
    case '-/2':
      return left - right;
    case '*/2':
      return left * right;
    default:
      throw new Error(`no number: ${writeTerm(term)}`);
  }
}

type Test = (left: Term, right: Term) => boolean;
const compared =
  (accepts: (left: bigint, right: bigint) => boolean): Test =>
  (left, right) =>
    accepts(numberOf(left, new Map()), numberOf(right, new Map()));

const tests: Readonly<Record<string, Test>> = {
  '==/2': equalTerms,
  '\\==/2': (left, right) => !equalTerms(left, right),
  '@</2': (left, right) => compareTerms(left, right) < 0,
  '@>=/2': (left, right) => compareTerms(left, right) >= 0,
  '</2': compared((left, right) => left < right),
  '>/2': compared((left, right) => left > right),
  '=</2': compared((left, right) => left <= right),
  '>=/2': compared((left, right) => left >= right),
  '=:=/2': compared((left, right) => left === right),
  '=\\=/2': compared((left, right) => left !== right),
};
