import type { ConstantCount } from '../../knowledge/constants.js';
import { float, integer, type Term } from '../../prolog/term.js';
import { kindsOfPlaces } from './kinds.js';
import type { EntityLinker, Link, LinkKind, Mention, Position } from './linker.js';
import { folded, keysOfName, stemmed, wordsOfName } from './name-keys.js';
import type { NamedConstant } from './named-by-meaning.js';
import { TrigramIndex } from './trigram-index.js';

/** Links of one text at most. */
const MOST_LINKS = 16;
/** Words of one span, unless the caller says otherwise. */
const MOST_WORDS = 6;

/** Words of one span with slips, and how many spans of a question are searched for slips. */
const LONGEST_WITH_SLIPS = 2;
const MOST_SLIPS = 10;

/** What a link of each kind is worth where nothing else is known; a slip counts by its share of the letters. */
const worth = { EXACT: 1, NUMBER: 1, ALIAS: 0.98, NORMALISED: 0.97, STEM: 0.93, TRIGRAM: 0.9 };

interface Constant {
  readonly value: Term;
  /** Its plain text. */
  readonly name: string;
  readonly key: string;
  readonly stem: string;
  /** In how many facts it stands at each place, by the place's number. */
  readonly places: Map<number, number>;
  /** Made when asked for, until its places change. */
  positions: readonly Position[] | undefined;
}

/**
 * The constants of a knowledge base by their names, in memory. Follows changes of facts by `count`.
 *
 * `link` and `mentions` find a text that is a name but for case, accents, signs and a plural's ending by looking it up;
 * only `link`, and the mentions of `tolerant`, look for slips, which takes longer.
 */
export class Gazetteer implements EntityLinker {
  readonly #constants = new Map<string, Constant>();
  /** By `key` and `stem`. */
  readonly #byName = new Map<string, Constant[]>();
  /** Keys of aliases to ids of constants, and how often that is said. */
  readonly #aliases = new Map<string, Map<string, number>>();
  readonly #placeNumbers = new Map<string, number>();
  readonly #places: Position[] = [];
  /** Made when the first slip is looked for. */
  #trigrams: TrigramIndex | undefined;

  /** This, but that its mentions forgive slips: some hundred times slower. */
  readonly tolerant: EntityLinker = {
    link: (text, at) => this.link(text, at),
    mentions: (words, most) => this.#mentions(words, most ?? MOST_WORDS, true),
    occursAt: (value, position) => this.occursAt(value, position),
    isOfKind: (value, position) => this.isOfKind(value, position),
  };

  /** For each place, those where mostly the same constants stand; made when asked for, and anew after some changes. */
  #kinds: ReadonlyMap<number, ReadonlySet<number>> | undefined;
  #changes = 0;

  /** How many constants there are. */
  get size(): number {
    return this.#constants.size;
  }

  count({ predicate, arity, argument, value, facts }: ConstantCount): void {
    const id = idOf(value);
    if (id === undefined) return;
    const constant = this.#constants.get(id) ?? this.#add(id, value);
    const place = this.#placeNumber({ predicate, arity, argument });
    const now = (constant.places.get(place) ?? 0) + facts;
    this.#changes++;
    // Counts of one change may come in any order: they need not be positive in between.
    if (now === 0) constant.places.delete(place);
    else constant.places.set(place, now);
    constant.positions = undefined;
    if (constant.places.size === 0) this.#delete(id, constant);
  }

  /** @param times how often it is said more, or less where negative */
  countAlias(name: string, constant: Term, times: number): void {
    const id = idOf(constant);
    if (id === undefined) return;
    const { key, stem } = keysOfName(name);
    for (const each of new Set([key, stem])) {
      if (each === '') continue;
      const ids = this.#aliases.get(each) ?? new Map<string, number>();
      const now = (ids.get(id) ?? 0) + times;
      if (now === 0) ids.delete(id);
      else ids.set(id, now);
      if (ids.size === 0) this.#aliases.delete(each);
      else this.#aliases.set(each, ids);
      if (now > 0) this.#trigrams?.add(each);
    }
  }

  clearAliases(): void {
    this.#aliases.clear();
    this.#trigrams = undefined;
  }

  link(text: string, at?: readonly Position[]): readonly Link[] {
    const words = wordsOfName(text);
    const found = this.#found(text, words.join(''), words.map(stemmed).join(''));
    const links = found.length > 0 ? found : this.#slips(text, words.join(''));
    const wanted = at && new Set(at.map((position) => this.#placeNumbers.get(placeKey(position))));
    const fitting =
      wanted === undefined
        ? links
        : links.filter(({ value, kind }) => kind === 'NUMBER' || this.#isAt(value, wanted));
    return fitting.slice(0, MOST_LINKS);
  }

  mentions(words: readonly string[], most = MOST_WORDS): readonly Mention[] {
    return this.#mentions(words, most, false);
  }

  occursAt(value: Term, position: Position): boolean {
    const place = this.#placeNumbers.get(placeKey(position));
    const places = this.#constants.get(idOf(value) ?? '')?.places;
    return place !== undefined && (places?.get(place) ?? 0) > 0;
  }

  isOfKind(value: Term, position: Position): boolean {
    const place = this.#placeNumbers.get(placeKey(position));
    // Numbers are shared by what has nothing else in common.
    if (place === undefined || value.kind === 'integer' || value.kind === 'float') return false;
    if (this.#kinds === undefined || this.#changes > this.size / 50) {
      this.#kinds = kindsOfPlaces(
        [...this.#constants.values()]
          .filter(({ value: { kind } }) => kind === 'atom' || kind === 'string')
          .map(({ places }) => places),
      );
      this.#changes = 0;
    }
    return this.#isAt(value, this.#kinds.get(place) ?? new Set());
  }

  /** Those that stand at some position of every group, but numbers; undefined where there are more than `most`. */
  standingAt(groups: readonly (readonly Position[])[], most: number): readonly NamedConstant[] | undefined {
    const wanted = groups.map(
      (group) => new Set(group.map((position) => this.#placeNumbers.get(placeKey(position)))),
    );
    const found: NamedConstant[] = [];
    for (const constant of this.#constants.values()) {
      if (constant.key === '' || !wanted.every((places) => this.#isAt(constant.value, places))) continue;
      if (found.length === most) return undefined;
      found.push({ value: constant.value, name: constant.name, positions: this.#positions(constant) });
    }
    return found;
  }

  #isAt(value: Term, places: ReadonlySet<number | undefined>): boolean {
    const constant = this.#constants.get(idOf(value) ?? '');
    if (constant === undefined) return false;
    for (const [place, facts] of constant.places) if (facts > 0 && places.has(place)) return true;
    return false;
  }

  #mentions(words: readonly string[], most: number, isTolerant: boolean): Mention[] {
    const keys = words.map(folded);
    const stems = keys.map(stemmed);
    const mentions: Mention[] = [];
    let slipsLeft = isTolerant ? MOST_SLIPS : 0;
    for (let from = 0; from < words.length; from++) {
      if (keys[from] === '') continue;
      const here: Mention[] = [];
      let [key, stem] = ['', ''];
      for (let to = from + 1; to <= Math.min(words.length, from + most); to++) {
        if (keys[to - 1] === '') continue;
        key += keys[to - 1]!;
        stem += stems[to - 1]!;
        const isKnown =
          this.#byName.has(key) ||
          this.#byName.has(stem) ||
          this.#aliases.has(key) ||
          this.#aliases.has(stem);
        const isNumber = to === from + 1 && startsWithDigit.test(words[from]!);
        const links = isKnown || isNumber ? this.#found(words.slice(from, to).join(' '), key, stem) : [];
        if (links.length > 0) here.push({ from, to, links });
        else if (slipsLeft > 0 && to - from <= LONGEST_WITH_SLIPS && key.length > 3) {
          slipsLeft--;
          const slips = this.#slips(words.slice(from, to).join(' '), key);
          if (slips.length > 0) here.push({ from, to, links: slips });
        }
      }
      mentions.push(...here.reverse());
    }
    return mentions;
  }

  /** Constants of this name, best first. */
  #found(text: string, key: string, stem: string): Link[] {
    const links = new Map<string, Link>();
    const keep = (link: Link) => {
      const id = idOf(link.value)!;
      const known = links.get(id);
      if (known === undefined || known.score < link.score) links.set(id, link);
    };
    for (const [i, value] of numbersOf(text).entries()) {
      const constant = this.#constants.get(idOf(value)!);
      // 42 is meant as an integer, unless facts have 42.0.
      if (i > 0 && constant === undefined) continue;
      keep({ value, text, score: worth.NUMBER, kind: 'NUMBER', positions: this.#positions(constant) });
    }
    if (key !== '') {
      for (const at of key === stem ? [key] : [key, stem]) {
        for (const constant of this.#byName.get(at) ?? []) {
          const isExact = constant.name === text;
          const kind: LinkKind = isExact ? 'EXACT' : 'NORMALISED';
          const score = isExact ? worth.EXACT : constant.key === key ? worth.NORMALISED : worth.STEM;
          keep({ value: constant.value, text, score, kind, positions: this.#positions(constant) });
        }
        for (const [id, times] of this.#aliases.get(at) ?? []) {
          const constant = times > 0 ? this.#constants.get(id) : undefined;
          if (constant === undefined) continue;
          const score = at === key ? worth.ALIAS : worth.STEM;
          keep({ value: constant.value, text, score, kind: 'ALIAS', positions: this.#positions(constant) });
        }
      }
    }
    return [...links.values()].sort((a, b) => b.score - a.score || b.positions.length - a.positions.length);
  }

  /** Constants whose name is the text but for a slip. */
  #slips(text: string, key: string): Link[] {
    if (key.length < 4 || /^\d+$/.test(key)) return [];
    const links: Link[] = [];
    for (const { name, edits } of this.#trigramIndex().near(key)) {
      const score = worth.TRIGRAM * (1 - edits / key.length);
      for (const { value, positions } of this.#found(text, name, name)) {
        if (links.every((link) => link.value !== value))
          links.push({ value, text, score, kind: 'TRIGRAM', positions });
      }
      if (links.length >= MOST_LINKS) break;
    }
    return links;
  }

  #trigramIndex(): TrigramIndex {
    if (this.#trigrams === undefined) {
      this.#trigrams = new TrigramIndex();
      for (const { key } of this.#constants.values()) if (key !== '') this.#trigrams.add(key);
      for (const key of this.#aliases.keys()) this.#trigrams.add(key);
    }
    return this.#trigrams;
  }

  #positions(constant: Constant | undefined): readonly Position[] {
    if (constant === undefined) return [];
    constant.positions ??= [...constant.places].flatMap(([place, facts]) =>
      facts > 0 ? [this.#places[place]!] : [],
    );
    return constant.positions;
  }

  #placeNumber(position: Position): number {
    const key = placeKey(position);
    const known = this.#placeNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#places.push(position) - 1;
    this.#placeNumbers.set(key, number);
    return number;
  }

  #add(id: string, value: Term): Constant {
    const name = plainName(value);
    const constant: Constant = { value, name, ...keysOfName(name), places: new Map(), positions: undefined };
    this.#constants.set(id, constant);
    // Digits are read as numbers, not looked up as names; but an atom may be of digits.
    if (value.kind === 'integer' || value.kind === 'float' || constant.key === '') return constant;
    for (const key of new Set([constant.key, constant.stem])) {
      const known = this.#byName.get(key);
      if (known === undefined) this.#byName.set(key, [constant]);
      else known.push(constant);
    }
    this.#trigrams?.add(constant.key);
    return constant;
  }

  #delete(id: string, constant: Constant): void {
    this.#constants.delete(id);
    for (const key of new Set([constant.key, constant.stem])) {
      const rest = (this.#byName.get(key) ?? []).filter((each) => each !== constant);
      if (rest.length === 0) this.#byName.delete(key);
      else this.#byName.set(key, rest);
    }
    if (!this.#byName.has(constant.key)) this.#trigrams?.delete(constant.key);
  }
}

const startsWithDigit = /^[+-]?\.?\d/;

/** The numbers that a text may mean: 1,312 and 1312, 2.50 and 2.5. */
function numbersOf(text: string): Term[] {
  if (!startsWithDigit.test(text)) return [];
  const bare = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  if (/^[+-]?\d{1,300}$/.test(bare)) {
    const value = BigInt(bare.replace(/^\+/, ''));
    return [integer(value), float(Number(value))];
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(bare) && Number.isFinite(Number(bare)) ? [float(Number(bare))] : [];
}

/** The same for the same constant. */
function idOf(value: Term): string | undefined {
  switch (value.kind) {
    case 'atom':
      return `a${value.name}`;
    case 'string':
      return `s${value.value}`;
    case 'integer':
      return `i${value.value}`;
    case 'float':
      return `f${value.value}`;
    default:
      return undefined;
  }
}

function plainName(value: Term): string {
  if (value.kind === 'atom') return value.name;
  if (value.kind === 'string' || value.kind === 'integer' || value.kind === 'float')
    return String(value.value);
  return '';
}

function placeKey({ predicate, arity, argument }: Position): string {
  return `${predicate}/${arity}/${argument}`;
}
