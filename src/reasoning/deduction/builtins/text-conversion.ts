import { atom, integer, str, type Term } from '../../../prolog/term.js';
import { once, type ValueBuiltin } from './builtin.js';
import { numberText, readNumber } from './number-text.js';
import { isNumber, mustBeInteger } from './numbers.js';
import { representationError, syntaxError, typeError } from './raise.js';
import {
  anyText,
  characterList,
  characterOf,
  codeList,
  isCode,
  isNil,
  lengthOf,
  spelledText,
  textOf,
  textOrListText,
} from './text-of.js';

type Args = readonly Term[];
type Solve = (x: Term, y: Term) => Args | undefined;

const EITHER = [[0], [1]];
const between = (solve: Solve) => once(EITHER, ([x, y]) => solve(x!, y!));
const isOpen = (term: Term) => term.kind === 'variable';

/** Built-ins that turn one kind of text into another. Where both are given, they are compared as texts. */
export const textConversion: readonly (readonly [string, ValueBuiltin])[] = [
  ['atom_length/2', once([[0]], ([text, length]) => lengthFrom(text!, length!))],
  ['string_length/2', once([[0]], ([text, length]) => lengthFrom(text!, length!))],
  ['atom_chars/2', between(atomSpelling(characterList))],
  ['atom_codes/2', between(atomSpelling(codeList))],
  ['string_chars/2', between(stringSpelling(characterList))],
  ['string_codes/2', between(stringSpelling(codeList))],
  ['number_chars/2', between(numberSpelling(characterList))],
  ['number_codes/2', between(numberSpelling(codeList))],
  ['char_code/2', between(characterCode)],
  ['atom_number/2', between(atomNumber)],
  ['number_string/2', between(numberString)],
  ['atom_string/2', between(sameText({ kind: 'atom', make: atom }, { kind: 'string', make: str }))],
  ['string_to_atom/2', between(sameText({ kind: 'string', make: str }, { kind: 'atom', make: atom }))],
];

function lengthFrom(text: Term, length: Term): Args {
  const found = lengthOf(anyText(text));
  if (!isOpen(length)) mustBeInteger(length);
  return [text, integer(found)];
}

function atomSpelling(spell: (text: string) => Term): Solve {
  return (whole, spelling) => {
    if (isOpen(whole)) return [atom(spelledText(spelling)), spelling];
    const text = textOf(whole);
    if (text === undefined) throw typeError('atom', whole);
    if (isOpen(spelling)) return [whole, spell(text)];
    const given = spelledText(spelling);
    // Strings and numbers are spelled one way only.
    if (whole.kind !== 'atom') return [whole, spell(text)];
    return given === text ? [whole, spelling] : undefined;
  };
}

function stringSpelling(spell: (text: string) => Term): Solve {
  return (whole, spelling) => {
    if (isOpen(whole)) return [str(spelledText(spelling)), spelling];
    const text = anyText(whole);
    if (isOpen(spelling)) return [whole, spell(text)];
    return textOrListText(spelling) === text ? [whole, spelling] : undefined;
  };
}

/** Blanks before a number are passed over. */
function numberSpelling(spell: (text: string) => Term): Solve {
  return (number, spelling) => {
    if (!isOpen(number) && !isNumber(number)) throw typeError('number', number);
    if (isOpen(spelling)) return isNumber(number) ? [number, spell(numberText(number))] : undefined;
    const read = readNumber(spelledText(spelling).trimStart());
    if (typeof read === 'string') throw syntaxError(read);
    return [read, spelling];
  };
}

function characterCode(character: Term, code: Term): Args {
  const known = character.kind === 'atom' ? characterOf(character) : undefined;
  if (!isOpen(character) && known === undefined) throw typeError('character', character);
  if (!isOpen(code)) {
    const value = mustBeInteger(code);
    if (BigInt.asIntN(32, value) !== value) throw representationError('int');
    if (!isCode(value)) throw typeError('character_code', code);
  }
  if (known !== undefined) return [character, integer(known.codePointAt(0)!)];
  return [atom(characterOf(code)!), code];
}

function atomNumber(whole: Term, number: Term): Args | undefined {
  if ((whole.kind === 'atom' && !isNil(whole)) || whole.kind === 'string') {
    const read = readNumber(textOf(whole)!);
    return typeof read === 'string' ? undefined : [whole, read];
  }
  if (isNumber(number)) return [atom(numberText(number)), number];
  throw isOpen(number) ? typeError('atom', whole) : typeError('number', number);
}

function numberString(number: Term, text: Term): Args | undefined {
  if (!isOpen(number) && !isNumber(number)) throw typeError('number', number);
  if (isOpen(text)) return [number, str(textOf(number)!)];
  const read = readNumber(spelledText(text));
  return typeof read === 'string' ? undefined : [read, text];
}

interface TextKind {
  readonly kind: string;
  readonly make: (text: string) => Term;
}

function sameText(left: TextKind, right: TextKind): Solve {
  return (x, y) => {
    const [xText, yText] = [textOrListText(x), textOrListText(y)];
    if (isOpen(y) && xText !== undefined) return [x, right.make(xText)];
    if (isOpen(x) && yText !== undefined) return [left.make(yText), y];
    if (xText === undefined && yText === undefined) {
      const isRight = isOpen(x) || (right.kind === 'string' && !isOpen(y));
      throw isRight ? typeError(right.kind, y) : typeError(left.kind, x);
    }
    return xText === yText ? [x, y] : undefined;
  };
}
