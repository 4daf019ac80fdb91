import { listItems } from '../../../prolog/list-items.js';
import { atom, CONS, integer, list, type Term } from '../../../prolog/term.js';
import { checkElements } from './builtin-too-large.js';
import { numberText } from './number-text.js';
import { typeError } from './raise.js';

/** The text of an atom, string or number; undefined for `[]`, which is no atom to SWI-Prolog, and for compounds. */
export function textOf(term: Term): string | undefined {
  switch (term.kind) {
    case 'atom':
      return isNil(term) ? undefined : term.name;
    case 'string':
      return term.value;
    case 'integer':
    case 'float':
      return numberText(term);
    default:
      return undefined;
  }
}

/** As `textOf`. @throws CorollaryError when there is none */
export function atomicText(term: Term): string {
  const text = textOf(term);
  if (text === undefined) throw typeError(isNil(term) ? 'atom' : 'atomic', term);
  return text;
}

/** As `textOf`, and the text of a list of characters or of a list of codes. */
export function textOrListText(term: Term): string | undefined {
  const read = readList(term);
  return read === undefined ? textOf(term) : read.text;
}

/** As `textOrListText`. @throws CorollaryError when there is none: what is wrong with a list's element, or with the whole */
export function anyText(term: Term): string {
  const read = readList(term);
  if (read !== undefined) return textOrFault(read);
  const text = textOf(term);
  if (text === undefined) throw typeError('text', term);
  return text;
}

/** The text of a string, of a list of characters or of a list of codes. @throws CorollaryError when it is none of them */
export function spelledText(term: Term): string {
  if (term.kind === 'string') return term.value;
  const read = readList(term);
  if (read === undefined) throw typeError('list', term);
  return textOrFault(read);
}

interface ListReading {
  readonly text?: string;
  /** The element that is none, and what it should be. */
  readonly culprit?: Term;
  readonly expected?: string;
}

function textOrFault({ text, culprit, expected }: ListReading): string {
  if (text === undefined) throw typeError(expected!, culprit!);
  return text;
}

/** The first element says whether all have to be characters or codes. Undefined for what is no proper list. */
function readList(term: Term): ListReading | undefined {
  if (term.kind !== 'compound' && !isNil(term)) return undefined;
  const items = listItems(term);
  if (items === undefined) return undefined;
  const [first] = items;
  const kind = first?.kind === 'atom' && characterOf(first) !== undefined ? 'atom' : 'integer';
  const expected = kind === 'atom' ? 'character' : 'character_code';
  const characters: string[] = [];
  for (const item of items) {
    const character = item.kind === kind ? characterOf(item) : undefined;
    if (character === undefined) return { culprit: item, expected };
    characters.push(character);
  }
  return { text: characters.join('') };
}

/** The character that an atom of one is, or that a code stands for. */
export function characterOf(term: Term): string | undefined {
  if (term.kind === 'atom') return isOneCharacter(term.name) ? term.name : undefined;
  if (term.kind !== 'integer' || !isCode(term.value)) return undefined;
  return String.fromCodePoint(Number(term.value));
}

export function isCode(value: bigint): boolean {
  return value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);
}

export function isNil(term: Term): boolean {
  return term.kind === 'atom' && term.name === '[]';
}

export function isCell(term: Term): boolean {
  return term.kind === 'compound' && term.name === CONS && term.args.length === 2;
}

/** Whether some characters take two units, so that positions in the text are not those in the string. */
export function hasPairs(text: string): boolean {
  return /[\ud800-\udbff][\udc00-\udfff]/.test(text);
}

/** In characters, as Prolog counts. */
export function lengthOf(text: string): number {
  return hasPairs(text) ? [...text].length : text.length;
}

export function charactersOf(text: string): readonly string[] {
  return hasPairs(text) ? [...text] : text.split('');
}

export function characterList(text: string): Term {
  checkElements(text.length);
  return list(charactersOf(text).map(atom));
}

export function codeList(text: string): Term {
  checkElements(text.length);
  return list(charactersOf(text).map((character) => integer(character.codePointAt(0)!)));
}
