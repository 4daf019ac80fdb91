/** What a character can be part of; the classes of ISO 6.5, widened to Unicode as SWI-Prolog does. */
export const OTHER = 0;
export const LAYOUT = 1;
/** Continues a name or variable, starts neither: digits, combining marks, `²`. */
export const DIGIT = 2;
/** Starts a name: lower case, title case (as in SWI-Prolog), and letters without case. */
export const LETTER = 3;
/** Starts a variable: upper case, `_`. */
export const CAPITAL = 4;
export const SYMBOL = 5;
/** A character that is a token by itself: brackets, `,`, `|`, `!`, `;`. */
export const SOLO = 6;

const ascii = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) ascii[code] = LAYOUT;
  else if (/[0-9]/.test(character)) ascii[code] = DIGIT;
  else if (/[a-z]/.test(character)) ascii[code] = LETTER;
  else if (/[A-Z_]/.test(character)) ascii[code] = CAPITAL;
  else if ('#$&*+-./:<=>?@^~\\'.includes(character)) ascii[code] = SYMBOL;
  else if ('()[]{},|!;'.includes(character)) ascii[code] = SOLO;
}

const UNICODE: readonly (readonly [RegExp, number])[] = [
  [/[\p{Zs}\p{Zl}\p{Zp}\u0085\ufeff]/u, LAYOUT],
  [/\p{Lu}/u, CAPITAL],
  [/\p{XID_Start}/u, LETTER],
  [/[\p{XID_Continue}\p{No}]/u, DIGIT],
  [/[\p{S}\p{Po}\p{Pd}\p{Pc}]/u, SYMBOL],
];

/** One more than the class of each code point up to U+FFFF that has been asked for; 0 for the others. */
const known = new Uint8Array(0x10000);

/** The class of a code point; OTHER where it cannot stand outside quotes, and for NaN, the end. */
export function classOf(code: number): number {
  if (code < 128) return ascii[code]!;
  if (Number.isNaN(code)) return OTHER;
  if (code > 0xffff) return classInUnicode(code);
  const kind = known[code]!;
  if (kind > 0) return kind - 1;
  known[code] = classInUnicode(code) + 1;
  return known[code] - 1;
}

function classInUnicode(code: number): number {
  const character = String.fromCodePoint(code);
  for (const [pattern, kind] of UNICODE) if (pattern.test(character)) return kind;
  return OTHER;
}

/** The offset behind the run of letters, digits and `_` that begins at `offset`. */
export function endOfName(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      const kind = ascii[code]!;
      if (kind < DIGIT || kind > CAPITAL) return at;
      at++;
    } else if (code >= 128) {
      const point = text.codePointAt(at)!;
      const kind = classOf(point);
      if (kind < DIGIT || kind > CAPITAL) return at;
      at += point > 0xffff ? 2 : 1;
    } else return at;
  }
}

/** The offset behind the run of symbol characters that begins at `offset`. */
export function endOfSymbols(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      if (ascii[code] !== SYMBOL) return at;
      at++;
    } else if (code >= 128) {
      const point = text.codePointAt(at)!;
      if (classOf(point) !== SYMBOL) return at;
      at += point > 0xffff ? 2 : 1;
    } else return at;
  }
}

/** The value of a digit in a base up to 36; 99 for anything else. */
export function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 122) return code - 87;
  if (code >= 65 && code <= 90) return code - 55;
  return 99;
}

export function isDecimalDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
