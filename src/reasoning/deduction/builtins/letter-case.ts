/*
 * Upper and lower case as the C library below SWI-Prolog has them: character by character, so that a text keeps its
 * length, and of Unicode 12. JavaScript's are of a later Unicode and may make two characters of one.
 */

/** Upper case in Greek with iota subscript, which Unicode calls title case. */
const IOTA: readonly (readonly [number, number, number])[] = [
  [0x1f80, 0x1f87, 8],
  [0x1f90, 0x1f97, 8],
  [0x1fa0, 0x1fa7, 8],
  [0x1fb3, 0x1fb3, 9],
  [0x1fc3, 0x1fc3, 9],
  [0x1ff3, 0x1ff3, 9],
];

/** Circled letters, and letters that have had a case only since Unicode 13. */
const UNCHANGED: readonly (readonly [number, number])[] = [
  [0x19b, 0x19b],
  [0x264, 0x264],
  [0x1c89, 0x1c8a],
  [0x24b6, 0x24e9],
  [0x2c2f, 0x2c2f],
  [0x2c5f, 0x2c5f],
  [0xa7c0, 0xa7c1],
  [0xa7c7, 0xa7dc],
  [0xa7f5, 0xa7f6],
  [0x10570, 0x105bc],
  [0x10d50, 0x10d85],
  [0x16ea0, 0x16ed3],
];

const ASCII = /^[\0-\x7f]*$/;

export function upperCase(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : [...text].map(upperCaseOf).join('');
}

export function lowerCase(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : [...text].map(lowerCaseOf).join('');
}

function upperCaseOf(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === 'ß') return 'ẞ';
  for (const [from, to, distance] of IOTA)
    if (code >= from && code <= to) return String.fromCodePoint(code + distance);
  return kept(code) ? character : oneFor(character, character.toUpperCase());
}

function lowerCaseOf(character: string): string {
  if (character === 'İ') return 'i';
  return kept(character.codePointAt(0)!) ? character : oneFor(character, character.toLowerCase());
}

function oneFor(character: string, changed: string): string {
  return [...changed].length === 1 ? changed : character;
}

function kept(code: number): boolean {
  return UNCHANGED.some(([from, to]) => code >= from && code <= to);
}
