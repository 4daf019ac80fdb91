import { CAPITAL, classOf, DIGIT, endOfName, LETTER, SYMBOL } from './characters.js';
import type { Float, Integer, Variable } from './term.js';

const PLAIN_ATOM = /^(?:[a-z][a-zA-Z0-9_]*|\[\]|\{\}|!|;)$/;
const SYMBOL_ATOM = /^[#$&*+\-./:<=>?@^~\\]+$/;

/** An atom with quotes where any reader needs them: around all but ASCII letter-digit, symbol and solo atoms. */
export function atomText(name: string): string {
  if (PLAIN_ATOM.test(name)) return name;
  if (SYMBOL_ATOM.test(name) && name !== '.' && !name.includes('/*')) return name;
  return quoted(name, "'");
}

/** As `atomText`, but names in letters of other scripts stay without quotes. */
export function displayAtomText(name: string): string {
  const first = name.codePointAt(0);
  const isName = first !== undefined && classOf(first) === LETTER && endOfName(name, 0) === name.length;
  return isName ? name : atomText(name);
}

/** A string in double quotes. */
export function stringText(value: string): string {
  return quoted(value, '"');
}

export function integerText(term: Integer): string {
  return term.value.toString();
}

/**
 * The shortest digits that read back as the same float, always with a fraction: `1.0e22`, `0.1`, `-0.0`.
 *
 * @throws RangeError for infinite and undefined values, which Prolog text has no number for
 */
export function floatText(term: Float): string {
  const { value } = term;
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no Prolog text`);
  if (Object.is(value, -0)) return '-0.0';
  const digits = String(value);
  const exponent = digits.indexOf('e');
  if (exponent < 0) return digits.includes('.') ? digits : `${digits}.0`;
  const mantissa = digits.slice(0, exponent);
  const power = digits.slice(exponent + 1).replace('+', '');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${power}`;
}

/** @throws RangeError when the name is not one that a variable can have in Prolog text */
export function variableText(term: Variable): string {
  const { name } = term;
  if (
    name === '_' ||
    name === '' ||
    classOf(name.codePointAt(0)!) !== CAPITAL ||
    endOfName(name, 0) < name.length
  ) {
    throw new RangeError(`${JSON.stringify(name)} is not a variable name`);
  }
  return name;
}

/**
 * Quotes, backslashes and what a person cannot see. SWI-Prolog refuses the embeddings and isolates of
 * bidirectional text between quotes (Boucher and Anderson, "Trojan Source", 2021).
 */
const ESCAPED = /[\\'"\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff\u202a-\u202e\u2066-\u2069]/u;
const ALL_ESCAPED = new RegExp(ESCAPED.source, 'gu');

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\\': '\\\\',
};

function quoted(text: string, quote: "'" | '"'): string {
  if (!ESCAPED.test(text)) return quote + text + quote;
  const escaped = text.replace(ALL_ESCAPED, (character) => {
    if (character === quote) return `\\${quote}`;
    if (character === "'" || character === '"') return character;
    return ESCAPES[character] ?? `\\x${character.codePointAt(0)!.toString(16)}\\`;
  });
  return quote + escaped + quote;
}

/** Whether two texts, written without a space between, would be read as one token. */
export function runTogether(left: string, right: string): boolean {
  if (left === '' || right === '') return false;
  const before = kindOfLast(left);
  const after = classOf(right.codePointAt(0)!);
  if (isNameCharacter(before)) return isNameCharacter(after) || right.startsWith("'");
  return before === SYMBOL && after === SYMBOL;
}

function kindOfLast(text: string): number {
  const low = text.charCodeAt(text.length - 1);
  const isPair = low >= 0xdc00 && low <= 0xdfff && text.length > 1;
  return classOf(isPair ? text.codePointAt(text.length - 2)! : low);
}

function isNameCharacter(kind: number): boolean {
  return kind === LETTER || kind === CAPITAL || kind === DIGIT;
}
