import { templateParts } from '../../knowledge/template.js';
import { compound, type Term, variable } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import { conjunction } from '../grammar/piece.js';
import type { ArgumentType } from '../linking/argument-types.js';
import type { QuestionPattern } from './pattern.js';

/** `:- phrase("the team of {Person}", works_in(Person, Team), Team).` */
export interface PhrasePattern {
  readonly text: string;
  readonly goal: Term;
  /** What the phrase is words for. */
  readonly variable: string;
}

/** Of a variable of a goal. */
export type TypeOf = (goal: Term, variable: string) => ArgumentType;

/** Phrases within phrases within a question, at most. */
const MOST_DEEP = 2;
/** Patterns of one knowledge base that are put together, at most; those of fewer phrases come first. */
const MOST_COMPOSED = 2_000;

/**
 * Puts phrases into the slots of questions: "who leads {Team}?" and "the team of {Person}" are "who leads the team of
 * {Person}?", its goal both goals with the phrase's variable in the slot. Only where facts have values for both at one
 * argument: else no answer could be found.
 */
export function composedPatterns(
  questions: readonly QuestionPattern[],
  phrases: readonly PhrasePattern[],
  typeOf: TypeOf,
): QuestionPattern[] {
  const composed: QuestionPattern[] = [];
  let level: readonly QuestionPattern[] = questions;
  for (let depth = 0; depth < MOST_DEEP; depth++) {
    const next: QuestionPattern[] = [];
    for (const question of level) {
      for (const slot of slotsOf(question.text)) {
        if (typeOf(question.goal, slot).kind === 'TEXT') continue;
        for (const phrase of phrases) {
          if (composed.length + next.length >= MOST_COMPOSED) return [...composed, ...next];
          next.push(withPhrase(question, slot, phrase));
        }
      }
    }
    composed.push(...next);
    level = next;
  }
  return composed;
}

/** Slots for constants: what begins with a small letter is meaning, which no phrase stands for. */
function slotsOf(text: string): string[] {
  return templateParts(text).flatMap((part) =>
    'variable' in part && !/^\p{Ll}/u.test(part.variable) ? [part.variable] : [],
  );
}

function withPhrase(question: QuestionPattern, slot: string, phrase: PhrasePattern): QuestionPattern {
  const taken = new Set([...variablesOf(question.goal), ...slotsOf(question.text)]);
  const names = new Map([[phrase.variable, slot]]);
  for (const name of new Set([...variablesOf(phrase.goal), ...slotsOf(phrase.text)])) {
    if (name === phrase.variable) continue;
    const free = freeName(name, taken);
    taken.add(free);
    names.set(name, free);
  }
  const said = rewritten(phrase.text, (name) => `{${names.get(name) ?? name}}`);
  return {
    ...question,
    text: rewritten(question.text, (name) => (name === slot ? said : `{${name}}`)),
    // The phrase first: it binds what the question asks about.
    goal: conjunction([renamed(phrase.goal, names), question.goal]),
    composed: true,
  };
}

function renamed(term: Term, names: ReadonlyMap<string, string>): Term {
  if (term.kind === 'variable') return variable(names.get(term.name)!);
  return term.kind === 'compound'
    ? compound(term.name, ...term.args.map((each) => renamed(each, names)))
    : term;
}

function rewritten(text: string, slot: (name: string) => string): string {
  return templateParts(text)
    .map((part) =>
      'text' in part ? part.text.replaceAll('{', '{{').replaceAll('}', '}}') : slot(part.variable),
    )
    .join('');
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}${number}`)) number++;
  return `${name}${number}`;
}
