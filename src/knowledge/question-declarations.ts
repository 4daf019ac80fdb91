import { listItems } from '../prolog/list-items.js';
import type { Position } from '../prolog/position.js';
import type { ReadTerm } from '../prolog/reader.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { variablesOf } from '../prolog/variables.js';
import { displayTerm } from '../prolog/writer.js';
import type { PieceFault } from './piece-declarations.js';
import { type TemplatePart, templateParts } from './template.js';

/*
 * What rule modules declare so that questions in plain language find their goals:
 *
 *   :- question("who owns {Service}?", owned_by(Service, Team), [answer(Team)]).
 *   :- question("which incidents hit {Service} because of {meaning}?", (hits(I, Service), summary(I, _)), [answer(I)]).
 *   :- phrase("the team of {Person}", works_in(Person, Team), Team).
 *   :- alias(main_db, ['main database', "the big one"]).
 *   :- alias_predicate(also_called/2).
 *
 * A slot in a capital is a variable of the goal. One that begins with a small letter is none: what stands there is
 * meaning, which is searched for while the goal is proved (HYBRID).
 */

/** `:- question(Text, Goal, Answers)`; without `Answers` every named variable that is no slot answers. */
export interface QuestionDeclaration extends Position {
  readonly text: string;
  readonly parts: readonly TemplatePart[];
  readonly goal: Term;
  /** Variables of the goal that answer the question; none for one that is answered by yes. */
  readonly answers: readonly string[];
  readonly clause: ReadTerm;
}

/** `:- phrase(Text, Goal, Variable)`: words for what `Variable` may be, to fill the slot of a question or another phrase. */
export interface PhraseDeclaration extends Position {
  readonly text: string;
  readonly parts: readonly TemplatePart[];
  readonly goal: Term;
  readonly variable: string;
  readonly clause: ReadTerm;
}

/** `:- alias(Constant, Names)`: how people call a constant. */
export interface AliasDeclaration extends Position {
  readonly constant: Term;
  readonly names: readonly string[];
}

/** `:- alias_predicate(Name/2)`: its facts give a constant and a name of it. */
export interface AliasPredicateDeclaration extends Position {
  readonly indicator: string;
}

export interface QuestionFault extends Position {
  readonly code: 'BAD_QUESTION' | 'BAD_PHRASE' | 'BAD_ALIAS';
  readonly message: string;
}

/** In characters: no question is longer. */
const LONGEST_PATTERN = 1_000;
/** As many slots as one pattern may have: each is searched for. */
const MOST_SLOTS = 8;

/** A slot that no variable of the goal stands for: what is said there is searched for by meaning. */
export function isMeaningSlot(name: string): boolean {
  return /^\p{Ll}/u.test(name);
}

type Found<Declaration> = Declaration | QuestionFault;

export const isFault = (found: object): found is DeclarationFaultOf => 'code' in found;

type DeclarationFaultOf = QuestionFault | PieceFault;

/** Of a directive question/2 or question/3. */
export function questionDeclaration(args: readonly Term[], clause: ReadTerm): Found<QuestionDeclaration> {
  const [text, goal, answers] = args as readonly [Term, Term, Term | undefined];
  const pattern = patternOf('BAD_QUESTION', text, goal, clause);
  if ('code' in pattern) return pattern;
  const { slots } = pattern;
  if (answers === undefined) {
    const rest = pattern.variables.filter((name) => !slots.includes(name) && clause.variables.includes(name));
    return { ...pattern.declaration, answers: rest.filter((name) => !name.startsWith('_')) };
  }
  const at = (term: Term) => clause.positionOf(term) ?? clause.start;
  const bad = (message: string, term: Term): QuestionFault => ({
    code: 'BAD_QUESTION',
    message,
    ...at(term),
  });
  const named: string[] = [];
  for (const item of listItems(answers) ?? [answers]) {
    const isAnswer = item.kind === 'compound' && item.name === 'answer' && item.args.length === 1;
    const variable = isAnswer ? item.args[0]! : undefined;
    if (variable?.kind !== 'variable')
      return bad(
        `what answers a question is written [answer(Team)], or [] where yes does, not ${displayTerm(item)}`,
        item,
      );
    const { name } = variable;
    if (!pattern.variables.includes(name) || !clause.variables.includes(name))
      return bad(
        `answer(${clause.variables.includes(name) ? name : '_'}) is no variable of the goal, ${namedAmong(pattern.variables, clause)}`,
        item,
      );
    if (slots.includes(name))
      return bad(`answer(${name}) is a slot of the question: it is known, so it answers nothing`, item);
    named.push(name);
  }
  return { ...pattern.declaration, answers: [...new Set(named)] };
}

/** Of a directive phrase/3. */
export function phraseDeclaration(args: readonly Term[], clause: ReadTerm): Found<PhraseDeclaration> {
  const [text, goal, variable] = args as readonly [Term, Term, Term];
  const pattern = patternOf('BAD_PHRASE', text, goal, clause);
  if ('code' in pattern) return pattern;
  const isOfGoal = variable.kind === 'variable' && pattern.variables.includes(variable.name);
  if (!isOfGoal || pattern.slots.includes(variable.name)) {
    const message = `a phrase stands for a variable of its goal that is no slot, as in phrase("the team of {Person}", works_in(Person, Team), Team), not for ${displayTerm(variable)}`;
    return { code: 'BAD_PHRASE', message, ...(clause.positionOf(variable) ?? clause.start) };
  }
  return { ...pattern.declaration, variable: variable.name };
}

interface Pattern {
  readonly declaration: Omit<QuestionDeclaration, 'answers'>;
  readonly slots: readonly string[];
  readonly variables: readonly string[];
}

function patternOf(
  code: 'BAD_QUESTION' | 'BAD_PHRASE',
  text: Term,
  goal: Term,
  clause: ReadTerm,
): Pattern | QuestionFault {
  const at = (term: Term) => clause.positionOf(term) ?? clause.start;
  const bad = (message: string, term: Term): QuestionFault => ({ code, message, ...at(term) });
  const source = plain(text);
  if (source === undefined)
    return bad(`a pattern is a text such as "who owns {Service}?", not ${displayTerm(text)}`, text);
  if (source.length > LONGEST_PATTERN)
    return bad(`a pattern has at most ${LONGEST_PATTERN} characters, not ${source.length}`, text);
  if (indicatorOf(goal) === undefined)
    return bad(`a pattern's goal is such as owned_by(Service, Team), not ${displayTerm(goal)}`, goal);
  const parts = templateParts(source);
  const slots = parts.flatMap((part) => ('variable' in part ? [part.variable] : []));
  const variables = variablesOf(goal);
  const words = parts.map((part) => ('text' in part ? part.text : '')).join(' ');
  if (!/[\p{L}\p{N}]/u.test(words))
    return bad('a pattern needs words beside its slots: it would fit everything', text);
  if (slots.length > MOST_SLOTS) return bad(`a pattern has at most ${MOST_SLOTS} slots`, text);
  const twice = slots.find((name, i) => slots.indexOf(name) !== i);
  if (twice !== undefined) return bad(`{${twice}} stands in the pattern twice`, text);
  for (const slot of slots) {
    if (isMeaningSlot(slot)) continue;
    if (!variables.includes(slot))
      return bad(
        `{${slot}} is no variable of ${displayTerm(goal)}, ${namedAmong(variables, clause)}; write {{ for a brace, and a small letter, {${small(slot)}}, for words that are searched for by meaning`,
        text,
      );
  }
  const meanings = slots.filter(isMeaningSlot);
  if (meanings.length > 1)
    return bad(`a pattern has one slot for meaning at most, not ${meanings.join(' and ')}`, text);
  return { declaration: { text: source, parts, goal, clause, ...at(text) }, slots, variables };
}

function namedAmong(variables: readonly string[], clause: ReadTerm): string {
  const named = variables.filter((name) => clause.variables.includes(name));
  return named.length === 0 ? 'which has no named variables' : `which has ${named.join(', ')}`;
}

const small = (name: string) => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;

/** Of a directive alias/2. */
export function aliasDeclaration(args: readonly Term[], clause: ReadTerm): Found<AliasDeclaration> {
  const [constant, names] = args as readonly [Term, Term];
  const at = (term: Term) => clause.positionOf(term) ?? clause.start;
  const bad = (message: string, term: Term): QuestionFault => ({ code: 'BAD_ALIAS', message, ...at(term) });
  if (constant.kind === 'variable' || constant.kind === 'compound')
    return bad(
      `an alias is for an atom, a string or a number, as in alias(main_db, ['main database']), not ${displayTerm(constant)}`,
      constant,
    );
  const items = listItems(names) ?? [names];
  const texts: string[] = [];
  for (const item of items) {
    const name = plain(item);
    if (name === undefined || !/[\p{L}\p{N}]/u.test(name))
      return bad(`a name is an atom or a string with a letter or digit, not ${displayTerm(item)}`, item);
    texts.push(name);
  }
  if (texts.length === 0) return bad('an alias without names says nothing', names);
  return { constant, names: texts, ...at(constant) };
}

/** Of a directive alias_predicate/1: p/2, or a list of such. */
export function aliasPredicateDeclarations(
  given: Term,
  clause: ReadTerm,
): Found<AliasPredicateDeclaration>[] {
  return (listItems(given) ?? [given]).map((item) => {
    const position = clause.positionOf(item) ?? clause.start;
    const [name, arity] = item.kind === 'compound' && item.name === '/' ? item.args : [];
    if (name?.kind === 'atom' && arity?.kind === 'integer' && arity.value === 2n)
      return { indicator: `${name.name}/2`, ...position };
    const message = `alias_predicate names predicates of a constant and a name of it, as in :- alias_predicate(also_called/2), not ${displayTerm(item)}`;
    return { code: 'BAD_ALIAS' as const, message, ...position };
  });
}

function plain(term: Term): string | undefined {
  if (term.kind === 'string') return term.value;
  return term.kind === 'atom' && term.name !== '[]' ? term.name : undefined;
}
