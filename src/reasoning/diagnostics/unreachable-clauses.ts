import { compound, indicatorOf, type Term } from '../../prolog/term.js';
import { match } from '../../prolog/unify.js';
import { isGround } from '../../prolog/variables.js';
import { writeTerm } from '../../prolog/writer.js';
import { withPlainVariables } from '../plain-variables.js';
import type { Rule } from '../rule.js';
import { TermShapes } from './term-shapes.js';

/** A clause that changes no answer; `because` is the clause above that makes it so, absent when it is the clause itself. */
export interface UnreachableClause {
  readonly rule: Rule;
  readonly kind: 'repeats' | 'covered' | 'behind a cut' | 'fails';
  readonly because?: Rule;
}

/** Clauses with variables in their heads, above, that a clause is held against: more are not looked at. */
const MOST_GENERAL = 50;

/** Of one shape: seldom is there more than one. */
const MOST_ALIKE = 8;

/** Clauses of one module that are certain to add nothing to what the clauses above them give. */
export function unreachableClauses(rules: readonly Rule[]): UnreachableClause[] {
  const predicates = new Map<string, ClausesAbove>();
  const shapes = new TermShapes();
  const found: UnreachableClause[] = [];
  for (const rule of rules) {
    const indicator = indicatorOf(rule.head)!;
    const above = predicates.get(indicator) ?? new ClausesAbove(shapes);
    predicates.set(indicator, above);
    const reason = firstFails(rule.body) ? { kind: 'fails' as const } : above.cover(rule);
    if (reason === undefined) above.add(rule);
    else found.push({ rule, ...reason });
  }
  return found;
}

class ClausesAbove {
  /** By their shape. */
  readonly #same = new Map<number, Rule[]>();
  /** Clauses without a body and without variables, by the shape of their heads. */
  readonly #groundFacts = new Map<number, Rule[]>();
  readonly #generalFacts: Rule[] = [];
  readonly #cutting: Rule[] = [];

  constructor(readonly shapes: TermShapes) {}

  cover(rule: Rule): Omit<UnreachableClause, 'rule'> | undefined {
    const alike = this.#same.get(this.shapes.of(rule.head, rule.body)) ?? [];
    const same = alike.find((other) => other.confidence >= rule.confidence && textOf(other) === textOf(rule));
    if (same !== undefined) return { kind: 'repeats', because: same };
    const covers = (other: Rule) => match(other.head, rule.head) !== undefined;
    const cutting = this.#cutting.find(covers);
    if (cutting !== undefined) return { kind: 'behind a cut', because: cutting };
    const ground = this.#groundFacts.get(this.shapes.of(rule.head)) ?? [];
    const covering = (other: Rule) => other.confidence >= rule.confidence && covers(other);
    const fact = ground.find(covering) ?? this.#generalFacts.find(covering);
    return fact === undefined ? undefined : { kind: 'covered', because: fact };
  }

  add(rule: Rule): void {
    append(this.#same, this.shapes.of(rule.head, rule.body), rule);
    if (indicatorOf(firstGoal(rule.body)) === '!/0' && this.#cutting.length < MOST_GENERAL) {
      this.#cutting.push(rule);
    }
    if (indicatorOf(rule.body) !== 'true/0') return;
    if (isGround(rule.head)) append(this.#groundFacts, this.shapes.of(rule.head), rule);
    else if (this.#generalFacts.length < MOST_GENERAL) this.#generalFacts.push(rule);
  }
}

function append(rules: Map<number, Rule[]>, shape: number, rule: Rule): void {
  const known = rules.get(shape);
  if (known === undefined) rules.set(shape, [rule]);
  else if (known.length < MOST_ALIKE) known.push(rule);
}

const textOf = ({ head, body }: Rule) => writeTerm(withPlainVariables(compound(':-', head, body)));

function firstGoal(body: Term): Term {
  let first = body;
  while (first.kind === 'compound' && first.name === ',' && first.args.length === 2) first = first.args[0]!;
  return first;
}

function firstFails(body: Term): boolean {
  const indicator = indicatorOf(firstGoal(body));
  return indicator === 'fail/0' || indicator === 'false/0';
}
