import { digitValue } from './characters.js';
import { LexicalFault } from './syntax-fault.js';

/** Text between quotes, with its escapes resolved, and the offset behind it. */
export interface Scanned {
  readonly value: string;
  readonly end: number;
}

const NEWLINE = 10;
const BACKSLASH = 92;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  s: ' ',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
};

/**
 * Scans quoted text whose opening quote stands at `offset`.
 *
 * @throws LexicalFault at the quote when it is never closed, or at the first escape that means nothing
 */
export function scanQuoted(text: string, offset: number): Scanned {
  const quote = text.charCodeAt(offset);
  let pieces = '';
  let from = offset + 1;
  let at = from;
  let fault: LexicalFault | undefined;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) break;
      pieces += text.slice(from, at + 1);
      at += 2;
      from = at;
    } else if (code === BACKSLASH) {
      pieces += text.slice(from, at);
      try {
        const escaped = scanEscape(text, at);
        pieces += escaped.value;
        at = escaped.end;
      } catch (error) {
        if (!(error instanceof LexicalFault)) throw error;
        fault ??= error;
        at = error.resume;
      }
      from = at;
    } else if (at >= text.length) {
      throw unclosed(text, offset);
    } else if (code >= 0xd800 && code < 0xe000) {
      const isWhole = text.codePointAt(at)! > 0xffff;
      if (!isWhole) fault ??= new LexicalFault('half of a surrogate pair is not a character', at);
      at += isWhole ? 2 : 1;
    } else at++;
  }
  if (fault !== undefined) throw new LexicalFault(fault.message, fault.offset, at + 1);
  const value = from === offset + 1 ? text.slice(from, at) : pieces + text.slice(from, at);
  return { value, end: at + 1 };
}

/** Reading goes on with the next line, or with the full stop that ends the line of the lost quote. */
function unclosed(text: string, offset: number): LexicalFault {
  const newline = text.indexOf('\n', offset);
  const end = newline < 0 ? text.length : newline;
  let last = end - 1;
  while (last > offset && text.charCodeAt(last) <= 32) last--;
  const resume = last > offset && text[last] === '.' ? last : Math.max(end, offset + 1);
  return new LexicalFault(`the text that ${text[offset]} opens is never closed`, offset, resume);
}

/**
 * Scans the escape whose backslash stands at `offset`; its value is empty for a continued line (`\` at its
 * end) and for `\c`.
 */
export function scanEscape(text: string, offset: number): Scanned {
  const letter = text[offset + 1] ?? '';
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { value: simple, end: offset + 2 };
  const code = text.charCodeAt(offset + 1);
  if (code >= 48 && code <= 55) return numericEscape(text, offset, offset + 1, 8);
  switch (letter) {
    case 'x':
      return numericEscape(text, offset, offset + 2, 16);
    case 'u':
      return fixedEscape(text, offset, 4);
    case 'U':
      return fixedEscape(text, offset, 8);
    case '\n':
      return { value: '', end: skip(text, offset + 2, ' \t') };
    case '\r':
      if (text.charCodeAt(offset + 2) === NEWLINE) return { value: '', end: skip(text, offset + 3, ' \t') };
      break;
    case 'c':
      return { value: '', end: skip(text, offset + 2, ' \t\r\n') };
  }
  throw new LexicalFault(
    `\\${String.fromCodePoint(text.codePointAt(offset + 1) ?? 32)} is not an escape`,
    offset,
  );
}

function skip(text: string, offset: number, characters: string): number {
  let at = offset;
  while (at < text.length && characters.includes(text[at]!)) at++;
  return at;
}

/** `\x41\` and `\101\`; the closing backslash may be left out, as in SWI-Prolog. */
function numericEscape(text: string, offset: number, digits: number, base: number): Scanned {
  let at = digits;
  let code = 0;
  for (let digit = digitValue(text.charCodeAt(at)); digit < base; digit = digitValue(text.charCodeAt(at))) {
    code = Math.min(code * base + digit, 0x110000);
    at++;
  }
  if (at === digits) throw new LexicalFault('\\x must be followed by hexadecimal digits', offset);
  const end = text.charCodeAt(at) === BACKSLASH ? at + 1 : at;
  return { value: character(code, offset, end), end };
}

function fixedEscape(text: string, offset: number, length: number): Scanned {
  const end = offset + 2 + length;
  let code = 0;
  for (let at = offset + 2; at < end; at++) {
    const digit = digitValue(text.charCodeAt(at));
    if (digit >= 16)
      throw new LexicalFault(
        `\\${text[offset + 1]} must be followed by ${length} hexadecimal digits`,
        offset,
      );
    code = code * 16 + digit;
  }
  return { value: character(code, offset, end), end };
}

function character(code: number, offset: number, end: number): string {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw new LexicalFault('the escape names no Unicode character', offset, end);
  }
  return String.fromCodePoint(code);
}
