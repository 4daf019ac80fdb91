import {
  atomText,
  displayAtomText,
  floatText,
  integerText,
  runTogether,
  stringText,
  variableText,
} from './atom-text.js';
import {
  ARGUMENT_PRIORITY,
  COMMA_PRIORITY,
  infixOperator,
  MAX_PRIORITY,
  type Operator,
  prefixOperator,
} from './operators.js';
import { type Atom, CONS, type Compound, type Term } from './term.js';

/**
 * Canonical text: everything in functional notation and quoted where any reader needs it, so that it is read
 * back as the same term whatever the operator table.
 *
 * @throws RangeError for a float that is not finite or a variable whose name is none
 */
export function writeTerm(term: Term): string {
  let out = '';
  const pending: (Term | string)[] = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') out += next;
    else if (next.kind !== 'compound') out += simpleText(next, atomText);
    else if (isCell(next)) {
      out += '[';
      pushElements(next, ',', pending, (element) => pending.push(element));
    } else {
      out += `${atomText(next.name)}(`;
      pushArguments(next, ',', pending, (argument) => pending.push(argument));
    }
  }
  return out;
}

/** Canonical text of a clause with its full stop and a new line. */
export function writeClause(term: Term): string {
  const text = writeTerm(term);
  return runTogether(text, '.') ? `${text} .\n` : `${text}.\n`;
}

/**
 * Text for people: operators between their operands, no more brackets than needed. This reader reads it back
 * as the same term. A variable that no text can name, or a float that is not finite, is shown as it is.
 */
export function displayTerm(term: Term): string {
  return new Display().show(term);
}

function isCell(term: Compound): boolean {
  return term.name === CONS && term.args.length === 2;
}

function simpleText(term: Exclude<Term, Compound>, textOfAtom: (name: string) => string): string {
  switch (term.kind) {
    case 'atom':
      return textOfAtom(term.name);
    case 'integer':
      return integerText(term);
    case 'float':
      return floatText(term);
    case 'string':
      return stringText(term.value);
    case 'variable':
      return variableText(term);
  }
}

/** Pushes a list's elements and closing bracket in reverse: what is pending is written from its end. */
function pushElements<Item>(
  list: Compound,
  separator: string,
  pending: (Item | string)[],
  push: (element: Term) => void,
): void {
  const elements: Term[] = [];
  let rest: Term = list;
  while (rest.kind === 'compound' && isCell(rest)) {
    elements.push(rest.args[0]!);
    rest = rest.args[1]!;
  }
  pending.push(']');
  if (rest.kind !== 'atom' || rest.name !== '[]') {
    push(rest);
    pending.push('|');
  }
  for (let at = elements.length - 1; at >= 0; at--) {
    push(elements[at]!);
    if (at > 0) pending.push(separator);
  }
}

function pushArguments<Item>(
  term: Compound,
  separator: string,
  pending: (Item | string)[],
  push: (argument: Term) => void,
): void {
  pending.push(')');
  for (let at = term.args.length - 1; at >= 0; at--) {
    push(term.args[at]!);
    if (at > 0) pending.push(separator);
  }
}

/** A term that stands where none of a higher priority than `limit` may; `isOperand` when beside an operator. */
interface Place {
  readonly term: Term;
  readonly limit: number;
  readonly isOperand: boolean;
}

class Display {
  #out = '';
  /** The piece written last: what follows may need a space to stay apart from it. */
  #last = '';
  /** A prefix operator was written last: `(` would make it a functor, a digit the sign of a number. */
  #isBehindPrefix = false;
  readonly #pending: (Place | string)[] = [];

  show(term: Term): string {
    this.#push(term, MAX_PRIORITY, false);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      if (typeof next === 'string') this.#write(next);
      else if (next.term.kind === 'compound') this.#compound(next.term, next);
      else if (next.term.kind === 'atom') this.#atom(next.term, next.isOperand);
      else this.#write(shownText(next.term));
    }
    return this.#out;
  }

  #write(text: string): void {
    if (runTogether(this.#last, text) || (this.#isBehindPrefix && /^[(0-9]/.test(text))) this.#out += ' ';
    this.#out += text;
    this.#last = text;
    this.#isBehindPrefix = false;
  }

  #push(term: Term, limit: number, isOperand: boolean): void {
    this.#pending.push({ term, limit, isOperand });
  }

  /** An operator that stands alone beside another is bracketed: `(-)-(-)`. */
  #atom(term: Atom, isOperand: boolean): void {
    const text = displayAtomText(term.name);
    const isOperator = prefixOperator(term.name) !== undefined || infixOperator(term.name) !== undefined;
    this.#write(isOperand && isOperator ? `(${text})` : text);
  }

  #compound(term: Compound, place: Place): void {
    const { name, args } = term;
    if (isCell(term)) {
      this.#write('[');
      pushElements(term, ', ', this.#pending, (element) => this.#push(element, ARGUMENT_PRIORITY, false));
      return;
    }
    if (name === '{}' && args.length === 1) {
      this.#write('{');
      this.#pending.push('}');
      this.#push(args[0]!, MAX_PRIORITY, false);
      return;
    }
    const infix = args.length === 2 ? infixOperator(name) : undefined;
    if (infix !== undefined) {
      this.#infix(term, infix, place.limit);
      return;
    }
    const prefix = args.length === 1 ? prefixOperator(name) : undefined;
    if (prefix !== undefined && !isNumber(args[0]!)) {
      this.#prefix(term, prefix, place.limit);
      return;
    }
    this.#write(displayAtomText(name));
    this.#out += '(';
    this.#last = '(';
    pushArguments(term, ', ', this.#pending, (argument) => this.#push(argument, ARGUMENT_PRIORITY, false));
  }

  #infix(term: Compound, operator: Operator, limit: number): void {
    const [left, right] = term.args as readonly [Term, Term];
    const needsBrackets = operator.priority > limit;
    if (needsBrackets) {
      this.#write('(');
      this.#pending.push(')');
    }
    this.#push(right, operator.right, true);
    this.#pending.push(infixText(term.name, operator));
    this.#push(left, operator.left, true);
  }

  #prefix(term: Compound, operator: Operator, limit: number): void {
    if (operator.priority > limit) {
      this.#write('(');
      this.#pending.push(')');
    }
    const text = displayAtomText(term.name);
    this.#write(operator.priority > 200 ? `${text} ` : text);
    this.#isBehindPrefix = operator.priority <= 200;
    this.#push(term.args[0]!, operator.right, true);
  }
}

function isNumber(term: Term): boolean {
  return term.kind === 'integer' || term.kind === 'float';
}

/** `a, b` and `a :- b`; arithmetic, `:` and `/` without spaces; comparisons and words with them. */
function infixText(name: string, { priority }: Operator): string {
  if (priority === COMMA_PRIORITY) return ', ';
  const text = name === '|' ? '|' : displayAtomText(name);
  const isWord = /^[a-z]/.test(name);
  const isSpaced = isWord || priority >= 700;
  return isSpaced ? ` ${text} ` : text;
}

function shownText(term: Exclude<Term, Compound>): string {
  if (term.kind === 'float' && !Number.isFinite(term.value))
    return Number.isNaN(term.value) ? 'nan' : term.value > 0 ? 'inf' : '-inf';
  if (term.kind === 'variable') return term.name;
  return simpleText(term, displayAtomText);
}
