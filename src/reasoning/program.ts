import { createHash } from 'node:crypto';
import {
  type Atom,
  atom,
  type Compound,
  compound,
  float,
  indicatorOf,
  integer,
  type Term,
} from '../prolog/term.js';
import { displayTerm, writeTerm } from '../prolog/writer.js';
import { bodyCalls } from './body-calls.js';
import { builtins } from './builtins.js';
import { type DependencyGraph, dependenciesOf } from './dependencies.js';
import { type BodyNeeds, needsOfRules } from './needed-facts.js';
import type { RuleReference, Scoring } from './reasoning.js';
import type { Rule } from './rule.js';
import { recursionOf } from './tabling.js';

/**
 * The rules of a knowledge base as an engine loads them: goals for rules/system/translate.pl, in canonical text.
 * It depends on the rules alone: new facts leave it as it is.
 */
export interface Program {
  /** Prefix of the program's predicates in an engine: the same for the same rules and scoring. */
  readonly key: string;
  /** Prefix of the knowledge base's facts. */
  readonly facts: string;
  /** Goals, each with its full stop. */
  readonly text: string;
  readonly rules: readonly RuleReference[];
  /** Predicates with rules. */
  readonly defined: ReadonlySet<string>;
  /** Predicates without rules that a `:- dynamic` names. */
  readonly declared: readonly string[];
  /** Which rules call which, for what a goal depends on. */
  readonly graph: DependencyGraph;
  /** What the rules of each predicate call, facts and built-ins too. */
  readonly needs: ReadonlyMap<string, BodyNeeds>;
  /** Predicates whose rules negate or aggregate. */
  readonly negating: ReadonlySet<string>;
}

export interface ProgramInput {
  readonly knowledgeBase: number;
  readonly rules: readonly Rule[];
  readonly declared: readonly string[];
  /** Those of the predicates with rules that have, or had, facts too. */
  readonly withFacts: readonly string[];
  readonly scoring: Scoring;
}

export function compileProgram(input: ProgramInput): Program {
  const { rules, declared, withFacts, scoring } = input;
  const graph = dependenciesOf(rules);
  const recursion = recursionOf(rules, graph);
  const facts = factsPrefix(input.knowledgeBase);
  const goalsUnder = (key: string): Term[] => {
    const ofProgram = (name: string, ...args: Term[]) => compound(name, atom(key), ...args);
    const both = withFacts.filter((indicator) => recursion.has(indicator));
    return [
      compound('assertz', ofProgram('program', atom(facts), atom(scoring.toLowerCase()))),
      ...[...recursion].map(([indicator, kind]) =>
        ofProgram('declare', ...nameAndArity(indicator), atom(kinds[kind])),
      ),
      ...[...recursion]
        .filter(([, kind]) => kind === 'tabled')
        .map(([indicator]) => ofProgram('table_predicate', ...nameAndArity(indicator))),
      ...[...declared, ...both].map((indicator) =>
        compound('fact_predicate', atom(facts), ...nameAndArity(indicator)),
      ),
      ...rules.map(({ confidence, head, body }, i) =>
        ofProgram('add_clause', integer(i), confidence === 1 ? integer(1) : float(confidence), head, body),
      ),
      ...both.map((indicator) => ofProgram('facts_too', ...nameAndArity(indicator))),
    ];
  };
  const key = `r${createHash('sha256')
    .update(programText(goalsUnder('r')))
    .digest('hex')
    .slice(0, 16)}`;
  return {
    key,
    facts,
    text: programText(goalsUnder(key)),
    rules: rules.map(referenceTo),
    defined: new Set(recursion.keys()),
    declared,
    graph,
    needs: needsOfRules(rules),
    negating: new Set(rules.filter(({ body }) => hasNegation(body)).map(({ head }) => indicatorOf(head)!)),
  };
}

const kinds = { none: 'rules', descending: 'recursive', tabled: 'tabled' } as const;

export const factsPrefix = (knowledgeBase: number): string => `k${knowledgeBase}`;

export const programText = (goals: readonly Term[]): string =>
  goals.map((goal) => `${writeTerm(goal)}.\n`).join('');

/** The table of what a goal may call, for builtin/3 of rules/system/translate.pl. */
export function builtinGoals(): Term[] {
  return [...builtins].map(([indicator, kind]) =>
    compound('assertz', compound('builtin', ...nameAndArity(indicator), atom(kind))),
  );
}

export function nameAndArity(indicator: string): [Atom, Term] {
  const slash = indicator.lastIndexOf('/');
  return [atom(indicator.slice(0, slash)), integer(Number(indicator.slice(slash + 1)))];
}

/** Whether a body says that something is not so, directly or by counting. */
export function hasNegation(body: Term): boolean {
  for (const call of bodyCalls(body, () => false)) if (call.negated || call.enclosed) return true;
  return false;
}

function referenceTo({ module, read, confidence, head, body }: Rule): RuleReference {
  const clause: Term = isTrue(body) ? head : compound(':-', head, body);
  const whole: Compound | Term = confidence === 1 ? clause : compound('::', float(confidence), clause);
  return { module, clause: displayTerm(whole), line: read.start.line };
}

const isTrue = (term: Term) => indicatorOf(term) === 'true/0';
