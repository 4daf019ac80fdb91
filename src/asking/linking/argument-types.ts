import { indicatorOf, type Term } from '../../prolog/term.js';
import { bodyCalls } from '../../reasoning/body-calls.js';
import type { Rule } from '../../reasoning/rule.js';
import type { Position } from './linker.js';

/**
 * What may stand for a variable of a goal, as far as the text of the rules tells.
 *
 * - CONSTANT: values that occur in facts; at some position of every group of `groups`
 * - TEXT: any words, which a semantic predicate compares by meaning
 * - ANY: not known; numbers that are compared are of this kind
 */
export interface ArgumentType {
  readonly kind: 'CONSTANT' | 'TEXT' | 'ANY';
  readonly groups: readonly (readonly Position[])[];
}

const any: ArgumentType = { kind: 'ANY', groups: [] };
const text: ArgumentType = { kind: 'TEXT', groups: [] };

/** Arguments that take any words: `similar(+Text, ?Fact, -Score)`, `similarity(+A, +B, -Score)`. */
const texts = new Set(['similar/3 0', 'similarity/3 0', 'similarity/3 1']);

/** Types of the arguments of a knowledge base's predicates, followed from rules to the facts that they rest on. */
export class ArgumentTypes {
  readonly #rules = new Map<string, Rule[]>();
  readonly #known = new Map<string, ArgumentType>();
  /** Within one question: what was worked out while another argument was open may lack what that one adds. */
  readonly #drafts = new Map<string, ArgumentType | undefined>();

  /** @param facts indicators of predicates that have facts */
  constructor(
    rules: readonly Rule[],
    readonly facts: ReadonlySet<string>,
  ) {
    for (const rule of rules) {
      const indicator = indicatorOf(rule.head)!;
      const known = this.#rules.get(indicator);
      if (known === undefined) this.#rules.set(indicator, [rule]);
      else known.push(rule);
    }
  }

  /** Of the variable of this name. */
  ofVariable(goal: Term, variable: string): ArgumentType {
    return this.#inBody(goal, variable) ?? any;
  }

  /** Of a predicate's argument, from 0. */
  ofArgument(predicate: string, arity: number, argument: number): ArgumentType {
    return this.#ofArgument(`${predicate}/${arity}`, argument) ?? any;
  }

  /** Undefined where nothing is known, or is being worked out: a recursive call says nothing new. */
  #ofArgument(indicator: string, argument: number): ArgumentType | undefined {
    const key = `${indicator} ${argument}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (texts.has(key)) return text;
    if (this.#drafts.has(key)) return this.#drafts.get(key);
    const rules = this.#rules.get(indicator) ?? [];
    const isFact = this.facts.has(indicator);
    if (rules.length === 0 && !isFact) return undefined;
    const isFirst = this.#drafts.size === 0;
    this.#drafts.set(key, undefined);
    const ways: (ArgumentType | undefined)[] = rules.map(({ head, body }) => {
      const value = head.kind === 'compound' ? head.args[argument] : undefined;
      return value?.kind === 'variable' ? this.#inBody(body, value.name) : undefined;
    });
    if (isFact) ways.push({ kind: 'CONSTANT', groups: [[positionOf(indicator, argument)]] });
    const type = anyOf(ways.filter((way) => way !== undefined));
    this.#drafts.set(key, type);
    if (!isFirst) return type;
    this.#drafts.clear();
    if (type !== undefined) this.#known.set(key, type);
    return type;
  }

  #inBody(body: Term, variable: string): ArgumentType | undefined {
    const certain: ArgumentType[] = [];
    const enclosed: ArgumentType[] = [];
    const negated: ArgumentType[] = [];
    const isDefined = (indicator: string) => this.#rules.has(indicator) || this.facts.has(indicator);
    for (const call of bodyCalls(body, isDefined)) {
      if (call.term.kind !== 'compound') continue;
      for (const [argument, value] of call.term.args.entries()) {
        if (value.kind !== 'variable' || value.name !== variable) continue;
        const type = this.#ofArgument(call.indicator, argument);
        if (type !== undefined) (call.negated ? negated : call.enclosed ? enclosed : certain).push(type);
      }
    }
    // What is only denied is still of that kind.
    return allOf(certain) ?? allOf(enclosed) ?? allOf(negated);
  }
}

/** The value has every one of these types. A text that facts hold too is a constant of theirs. */
function allOf(types: readonly ArgumentType[]): ArgumentType | undefined {
  const constants = types.filter(({ kind }) => kind === 'CONSTANT');
  if (constants.length === 0) return types.find(({ kind }) => kind === 'TEXT') ?? types[0];
  return { kind: 'CONSTANT', groups: constants.flatMap(({ groups }) => groups) };
}

/** The value has one of these types. */
function anyOf(types: readonly ArgumentType[]): ArgumentType | undefined {
  if (types.length < 2) return types[0];
  const special = types.find(({ kind }) => kind !== 'CONSTANT');
  if (special !== undefined) return special;
  const positions = new Map(
    types.flatMap(({ groups }) => groups.flat()).map((each) => [JSON.stringify(each), each]),
  );
  return { kind: 'CONSTANT', groups: [[...positions.values()]] };
}

function positionOf(indicator: string, argument: number): Position {
  const slash = indicator.lastIndexOf('/');
  return { predicate: indicator.slice(0, slash), arity: Number(indicator.slice(slash + 1)), argument };
}
