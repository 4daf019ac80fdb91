import { atom, integer, str, type Term } from '../../../prolog/term.js';
import { many, type ValueBuiltin } from './builtin.js';
import { mustBeInteger } from './numbers.js';
import { domainError, representationError, typeError } from './raise.js';
import { charactersOf, hasPairs, textOf } from './text-of.js';

type Args = readonly Term[];

/** sub_atom/5 and sub_string/5: parts of a text with the numbers of characters before, in and after them. */
export const subText: readonly (readonly [string, ValueBuiltin])[] = [
  ['sub_atom/5', many([[0]], (args) => parts(args, 'atom', atom))],
  ['sub_string/5', many([[0]], (args) => parts(args, 'string', str))],
];

function* parts(args: Args, kind: 'atom' | 'string', make: (text: string) => Term): Iterable<Args> {
  const [whole, before, length, after, part] = args as readonly [Term, Term, Term, Term, Term];
  const text = textOf(whole);
  if (text === undefined) throw typeError(kind, whole);
  const [start, size, rest] = [position(before), position(length), position(after)];
  const given = part.kind === 'variable' ? undefined : textOf(part);
  if (given === undefined && part.kind !== 'variable') throw typeError(kind, part);
  const counted = new CountedText(text);
  const solution = (from: number, to: number): Args => [
    whole,
    integer(from),
    integer(to - from),
    integer(counted.length - to),
    given === undefined ? make(counted.slice(from, to)) : part,
  ];
  if (given !== undefined) {
    const partLength = new CountedText(given).length;
    if (start !== undefined) {
      if (counted.slice(start, start + partLength) === given && start + partLength <= counted.length)
        yield solution(start, start + partLength);
      return;
    }
    for (const from of counted.occurrences(given)) yield solution(from, from + partLength);
    return;
  }
  const total = counted.length;
  if (start !== undefined) {
    if (size !== undefined) {
      if (start + size <= total) yield solution(start, start + size);
    } else if (rest !== undefined) {
      if (start + rest <= total) yield solution(start, total - rest);
    } else for (let to = start; to <= total; to++) yield solution(start, to);
  } else if (size !== undefined && rest !== undefined) {
    if (size + rest <= total) yield solution(total - rest - size, total - rest);
  } else if (size !== undefined) {
    for (let from = 0; from + size <= total; from++) yield solution(from, from + size);
  } else if (rest !== undefined) {
    for (let from = 0; from + rest <= total; from++) yield solution(from, total - rest);
  } else {
    for (let from = 0; from <= total; from++) for (let to = from; to <= total; to++) yield solution(from, to);
  }
}

/** A number of characters; undefined when it is to be found. */
function position(term: Term): number | undefined {
  if (term.kind === 'variable') return undefined;
  const value = mustBeInteger(term);
  if (BigInt.asIntN(64, value) !== value) throw typeError('integer', term);
  if (value < 0n) throw domainError('not_less_than_zero', term);
  if (value > 0xffffffffn) throw representationError('size_t');
  return Number(value);
}

/** Text whose positions count characters, also where characters take two units of a string. */
class CountedText {
  readonly #characters: readonly string[] | undefined;
  readonly length: number;

  constructor(readonly text: string) {
    this.#characters = hasPairs(text) ? charactersOf(text) : undefined;
    this.length = this.#characters?.length ?? text.length;
  }

  slice(from: number, to: number): string {
    return this.#characters?.slice(from, to).join('') ?? this.text.slice(from, to);
  }

  /** Where `part` begins, overlapping ones too. */
  *occurrences(part: string): Iterable<number> {
    let counted = 0;
    let unit = 0;
    for (let at = this.text.indexOf(part); at >= 0; at = this.text.indexOf(part, at + 1)) {
      for (; unit < at; unit++) if (!isLowHalf(this.text.charCodeAt(unit))) counted++;
      if (!isLowHalf(this.text.charCodeAt(at)) || !this.#characters) yield counted;
      if (at >= this.text.length) return;
    }
  }
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
