import { listItems } from '../../../prolog/list-items.js';
import { atom, list, str, type Term } from '../../../prolog/term.js';
import { many, once, type ValueBuiltin } from './builtin.js';
import { checkElements, checkLength } from './builtin-too-large.js';
import { lowerCase, upperCase } from './letter-case.js';
import { isNumber } from './numbers.js';
import { domainError, typeError } from './raise.js';
import { anyText, atomicText, charactersOf, isCell, isNil, textOf } from './text-of.js';

type Args = readonly Term[];
type Make = (text: string) => Term;

const isOpen = (term: Term) => term.kind === 'variable';

/** Built-ins that put texts together or take them apart at a separator, and change letters. */
export const textBuilding: readonly (readonly [string, ValueBuiltin])[] = [
  ['atom_concat/3', concatenation(atom)],
  ['string_concat/3', concatenation(str)],
  ['atomic_list_concat/2', once([[0]], ([items]) => [items!, atom(joined(items!, ''))])],
  [
    'atomic_list_concat/3',
    once(
      [
        [0, 1],
        [1, 2],
      ],
      ([items, separator, whole]) => joinedOrSplit(items!, separator!, whole!),
    ),
  ],
  ['split_string/4', once([[0, 1, 2]], splitString)],
  ['string_lower/2', lettersChanged('string', str, lowerCase)],
  ['string_upper/2', lettersChanged('string', str, upperCase)],
  ['downcase_atom/2', lettersChanged('atom', atom, lowerCase)],
  ['upcase_atom/2', lettersChanged('atom', atom, upperCase)],
];

function concatenation(make: Make): ValueBuiltin {
  return many([[0, 1], [2]], ([left, right, whole]) => concatenated(left!, right!, whole!, make));
}

function* concatenated(left: Term, right: Term, whole: Term, make: Make): Iterable<Args> {
  const prefix = isOpen(left) ? undefined : atomicText(left);
  const suffix = isOpen(right) ? undefined : atomicText(right);
  const text = isOpen(whole) ? undefined : atomicText(whole);
  if (prefix !== undefined && suffix !== undefined) {
    checkLength(prefix.length + suffix.length);
    if (text === undefined) yield [left, right, make(prefix + suffix)];
    else if (text === prefix + suffix) yield [left, right, whole];
  } else if (prefix !== undefined) {
    if (text!.startsWith(prefix)) yield [left, make(text!.slice(prefix.length)), whole];
  } else if (suffix !== undefined) {
    if (text!.endsWith(suffix)) yield [make(text!.slice(0, text!.length - suffix.length)), right, whole];
  } else {
    let at = 0;
    yield [make(''), make(text!), whole];
    for (const character of text!) {
      at += character.length;
      yield [make(text!.slice(0, at)), make(text!.slice(at)), whole];
    }
  }
}

function separatorText(separator: Term): string {
  const text = textOf(separator);
  if (text === undefined) throw typeError('text', separator);
  return text;
}

function joined(items: Term, separator: string): string {
  const texts: string[] = [];
  let length = 0;
  let rest = items;
  for (; rest.kind === 'compound' && isCell(rest); rest = rest.args[1]!) {
    const text = textOf(rest.args[0]!);
    if (text === undefined) throw typeError('text', rest.args[0]!);
    length += text.length + separator.length;
    checkLength(length);
    texts.push(text);
  }
  if (!isNil(rest)) throw typeError('list', rest);
  return texts.join(separator);
}

function joinedOrSplit(items: Term, separator: Term, whole: Term): Args {
  const between = separatorText(separator);
  if (!isOpen(items)) return [items, separator, atom(joined(items, between))];
  if (between === '') throw domainError('non_empty_atom', separator);
  const parts = atomicText(whole).split(between);
  checkElements(parts.length);
  return [list(parts.map(atom)), separator, whole];
}

function splitString(args: Args): Args | undefined {
  const [whole, separators, padding, expected] = args as readonly [Term, Term, Term, Term];
  const [text, between, around] = [noNumber(whole), noNumber(separators), noNumber(padding)];
  if (!isOpen(expected) && listItems(expected) === undefined) throw typeError('list', expected);
  const parts = partsOf(charactersOf(text), new Set(between), new Set(around));
  checkElements(parts.length);
  return [whole, separators, padding, list(parts.map(str))];
}

function noNumber(term: Term): string {
  if (isNumber(term)) throw typeError('text', term);
  return anyText(term);
}

/**
 * The whole and then every part is freed from padding. Padding before a part is passed over even where it is a separator
 * too, unless it is the first thing; so separators that are padding count as one where they stand side by side.
 */
function partsOf(
  characters: readonly string[],
  separators: ReadonlySet<string>,
  padding: ReadonlySet<string>,
): string[] {
  const parts: string[] = [];
  let end = characters.length;
  while (end > 0 && padding.has(characters[end - 1]!)) end--;
  const behindPadding = (at: number): number => {
    while (at < end && padding.has(characters[at]!)) at++;
    return at;
  };
  let from = behindPadding(0);
  for (;;) {
    if (from < end && !separators.has(characters[from]!)) from = behindPadding(from);
    let stop = from;
    while (stop < end && !separators.has(characters[stop]!)) stop++;
    let last = stop;
    while (last > from && padding.has(characters[last - 1]!)) last--;
    parts.push(characters.slice(from, last).join(''));
    if (stop >= end) return parts;
    from = padding.has(characters[stop]!) ? behindPadding(stop + 1) : stop + 1;
  }
}

function lettersChanged(kind: string, make: Make, change: (text: string) => string): ValueBuiltin {
  return once([[0]], ([whole, expected]) => {
    const text = atomicText(whole!);
    const changed = change(text);
    if (isOpen(expected!)) return [whole!, make(changed)];
    const given = textOf(expected!);
    if (given === undefined) throw typeError(kind, expected!);
    return given === changed ? [whole!, expected!] : undefined;
  });
}
