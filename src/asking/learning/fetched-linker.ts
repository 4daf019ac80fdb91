import { readTerm } from '../../prolog/reader.js';
import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import type { EntityLinker, Link, Mention, Position } from '../linking/linker.js';
import { wordsOf } from '../patterns/words.js';

/** What `namedConstants` of the API says about one text. */
export interface FetchedName {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly constant: string;
  readonly score: number;
  readonly places: readonly Position[];
}

/** Asks the API about texts; in their order. */
export type FetchNames = (texts: readonly string[]) => Promise<readonly (readonly FetchedName[])[]>;

/** Texts of one request: it has a limit. */
const TEXTS_AT_ONCE = 500;

/** An entity linker for texts that were asked for beforehand: it knows nothing of any other. */
export class FetchedLinker implements EntityLinker {
  readonly #mentions = new Map<string, readonly Mention[]>();
  readonly #positions = new Map<string, readonly Position[]>();

  private constructor() {}

  static async of(texts: Iterable<string>, fetch: FetchNames): Promise<FetchedLinker> {
    const linker = new FetchedLinker();
    const all = [...new Set(texts)];
    for (let at = 0; at < all.length; at += TEXTS_AT_ONCE) {
      const part = all.slice(at, at + TEXTS_AT_ONCE);
      const found = await fetch(part);
      for (const [index, names] of found.entries()) linker.#take(part[index]!, names);
    }
    return linker;
  }

  link(text: string, at?: readonly Position[]): readonly Link[] {
    const words = wordsOf(text);
    const mentions = this.#mentions.get(keyOf(words.map((word) => word.text))) ?? [];
    const links = mentions.filter(({ from, to }) => from === 0 && to === words.length);
    const all = links.flatMap((mention) => mention.links);
    return at === undefined
      ? all
      : all.filter(({ value }) => at.some((place) => this.occursAt(value, place)));
  }

  mentions(words: readonly string[]): readonly Mention[] {
    return this.#mentions.get(keyOf(words)) ?? [];
  }

  occursAt(value: Term, { predicate, arity, argument }: Position): boolean {
    return (this.#positions.get(writeTerm(value)) ?? []).some(
      (place) => place.predicate === predicate && place.arity === arity && place.argument === argument,
    );
  }

  #take(text: string, names: readonly FetchedName[]): void {
    const bySpan = new Map<string, { from: number; to: number; links: Link[] }>();
    for (const { from, to, text: said, constant, score, places } of names) {
      const value = readTerm(constant).term;
      this.#positions.set(writeTerm(value), places);
      const mention = bySpan.get(`${from} ${to}`) ?? { from, to, links: [] };
      bySpan.set(`${from} ${to}`, mention);
      mention.links.push({ value, text: said, score, kind: 'NORMALISED', positions: places });
    }
    this.#mentions.set(keyOf(wordsOf(text).map((word) => word.text)), [...bySpan.values()]);
  }
}

const keyOf = (words: readonly string[]) => words.join('\n');
