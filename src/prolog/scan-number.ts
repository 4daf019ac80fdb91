import { digitValue, isDecimalDigit } from './characters.js';
import { scanEscape } from './scan-quoted.js';
import { LexicalFault } from './syntax-fault.js';
import { type Float, float, type Integer, integer } from './term.js';

export interface ScannedNumber {
  readonly value: Integer | Float;
  readonly end: number;
}

const QUOTE = 39;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const DOT = 46;

/** Scans the number whose first digit stands at `offset`; `negative` when a `-` stands directly before it. */
export function scanNumber(text: string, offset: number, negative: boolean): ScannedNumber {
  if (text.charCodeAt(offset) === 48) {
    const marked = scanMarked(text, offset);
    if (marked !== undefined)
      return negative ? { value: integer(-marked.value.value), end: marked.end } : marked;
  }
  const end = endOfDigits(text, offset, 10);
  const grouped = end > endOfRun(text, offset);
  const next = text.charCodeAt(end);
  if (next === QUOTE && end - offset <= 2) {
    const radix = scanRadix(text, offset, end);
    if (radix !== undefined) return negative ? { value: integer(-radix.value.value), end: radix.end } : radix;
  }
  if (!grouped) {
    if (next === 114 && isDecimalDigit(text.charCodeAt(end + 1))) {
      throw new LexicalFault('rational numbers (1r3) are not supported', offset, end + 1);
    }
    const fraction = next === DOT && isDecimalDigit(text.charCodeAt(end + 1)) ? endOfRun(text, end + 1) : end;
    const exponent = endOfExponent(text, fraction);
    if (exponent > end) return scanFloat(text, offset, exponent, negative);
  }
  return { value: integerOf(text.slice(offset, end), negative), end };
}

function scanFloat(text: string, offset: number, end: number, negative: boolean): ScannedNumber {
  if (text.startsWith('Inf', end) || text.startsWith('NaN', end)) {
    throw new LexicalFault(
      'infinite and undefined numbers (1.0Inf, 1.5NaN) are not supported',
      offset,
      end + 3,
    );
  }
  const value = Number(text.slice(offset, end));
  if (!Number.isFinite(value)) throw new LexicalFault('the number is too large for a float', offset, end);
  return { value: float(negative ? -value : value), end };
}

/** `0'c`, `0x1F`, `0o17`, `0b101`. */
function scanMarked(text: string, offset: number): { value: Integer; end: number } | undefined {
  switch (text[offset + 1]) {
    case "'":
      return scanCharacterCode(text, offset);
    case 'x':
      return scanDigits(text, offset, offset + 2, 16);
    case 'o':
      return scanDigits(text, offset, offset + 2, 8);
    case 'b':
      return scanDigits(text, offset, offset + 2, 2);
    default:
      return undefined;
  }
}

/** `0'a`, `0'\n`; the quote itself is written `0'''`, and also, as in SWI-Prolog, `0''` or `0'\'`. */
function scanCharacterCode(text: string, offset: number): { value: Integer; end: number } {
  const at = offset + 2;
  const code = text.codePointAt(at);
  if (code === undefined)
    throw new LexicalFault("expected a character after 0' but found end of text", offset, at);
  if (code === QUOTE)
    return { value: integer(QUOTE), end: text.charCodeAt(at + 1) === QUOTE ? at + 2 : at + 1 };
  if (code === BACKSLASH) {
    const escaped = scanEscape(text, at);
    if (escaped.value === '') throw new LexicalFault("expected a character after 0'", offset, escaped.end);
    return { value: integer(escaped.value.codePointAt(0)!), end: escaped.end };
  }
  if (code >= 0xd800 && code <= 0xdfff)
    throw new LexicalFault('half of a surrogate pair is not a character', at);
  return { value: integer(code), end: at + (code > 0xffff ? 2 : 1) };
}

function scanRadix(text: string, offset: number, quote: number): { value: Integer; end: number } | undefined {
  const base = Number(text.slice(offset, quote));
  if (base < 2 || base > 36 || digitValue(text.charCodeAt(quote + 1)) >= base) return undefined;
  return scanDigits(text, offset, quote + 1, base);
}

function scanDigits(
  text: string,
  offset: number,
  from: number,
  base: number,
): { value: Integer; end: number } {
  const end = endOfDigits(text, from, base);
  if (end === from)
    throw new LexicalFault(`expected digits of base ${base} after ${text.slice(offset, from)}`, offset);
  return {
    value: { kind: 'integer', value: digitsValue(text.slice(from, end).replaceAll('_', ''), base) },
    end,
  };
}

/** Digits of any base; halving keeps this far from quadratic for numbers of a million digits. */
function digitsValue(digits: string, base: number): bigint {
  if (base === 10) return BigInt(digits);
  if (base === 16) return BigInt(`0x${digits}`);
  if (base === 8) return BigInt(`0o${digits}`);
  if (base === 2) return BigInt(`0b${digits}`);
  if (digits.length <= 10) return BigInt(Number.parseInt(digits, base));
  const low = digits.length >> 1;
  const split = digits.length - low;
  return (
    digitsValue(digits.slice(0, split), base) * BigInt(base) ** BigInt(low) +
    digitsValue(digits.slice(split), base)
  );
}

function integerOf(digits: string, negative: boolean): Integer {
  const plain = digits.includes('_') ? digits.replaceAll('_', '') : digits;
  const value = plain.length < 16 ? BigInt(Number(plain)) : BigInt(plain);
  return { kind: 'integer', value: negative ? -value : value };
}

/** The offset behind digits of `base`, among which single `_` may stand between two digits. */
function endOfDigits(text: string, offset: number, base: number): number {
  let at = offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (digitValue(code) < base) at++;
    else if (code === UNDERSCORE && at > offset && digitValue(text.charCodeAt(at + 1)) < base) at += 2;
    else return at;
  }
}

function endOfRun(text: string, offset: number): number {
  let at = offset;
  while (isDecimalDigit(text.charCodeAt(at))) at++;
  return at;
}

/** The offset behind an exponent (`e10`, `E-5`) at `offset`, or `offset` when none stands there. */
function endOfExponent(text: string, offset: number): number {
  const mark = text.charCodeAt(offset);
  if (mark !== 101 && mark !== 69) return offset;
  const sign = text.charCodeAt(offset + 1);
  const digits = sign === 43 || sign === 45 ? offset + 2 : offset + 1;
  const end = endOfRun(text, digits);
  return end > digits ? end : offset;
}
