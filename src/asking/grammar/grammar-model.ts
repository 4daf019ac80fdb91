import { indicatorOf, type Term } from '../../prolog/term.js';
import type { Position } from '../linking/linker.js';
import {
  type Grammar,
  type GrammarPiece,
  isWhole,
  type Kinship,
  START_LENGTH,
  weightName,
} from './grammar.js';

/** A question as the model sees it: numbers of its words and their beginnings, 0 for unknown ones, -1 for no beginning. */
export interface NumberedWords {
  readonly words: Int32Array;
  readonly starts: Int32Array;
}

/**
 * A grammar laid out for computing: pieces by number, weights in one array. A place is a hole or a slot; the places of a
 * piece follow one another, its holes first.
 */
export class GrammarModel {
  readonly pieces: readonly GrammarPiece[];
  readonly weights: Float64Array;
  /** By number of the piece: its first place, its holes, its holes and slots. */
  readonly firstPlace: Int32Array;
  readonly holes: Int32Array;
  readonly arity: Int32Array;
  readonly whole: readonly number[];
  readonly places: number;
  /** By place, of holes: the pieces that may stand there, and the weight of each. */
  readonly parts: readonly Int32Array[];
  readonly partWeights: readonly Int32Array[];
  readonly silentWeights: Int32Array;
  /** By place, of slots; -1 for holes. */
  readonly slotWeights: Int32Array;
  readonly takes: readonly ReadonlySet<string>[];
  readonly #names: string[] = [];
  readonly #wordNumbers = new Map<string, number>();
  readonly #startNumbers = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  /** Weights that a piece's words have: its own and its predicates'. First index of a block, by piece. */
  readonly #wordBlocks: readonly Int32Array[];
  readonly #startBlocks: Int32Array;
  readonly #nameBlock: number;
  readonly #lengthBlock: number;

  /**
   * @param vocabulary words that weights may speak of; by default those that the grammar's weights do
   */
  constructor(grammar: Pick<Grammar, 'pieces' | 'weights'>, vocabulary = vocabularyOf(grammar.weights)) {
    const { pieces } = grammar;
    this.pieces = pieces;
    for (const word of vocabulary.words) this.#wordNumbers.set(word, this.#wordNumbers.size + 1);
    for (const start of vocabulary.starts) this.#startNumbers.set(start, this.#startNumbers.size + 1);
    this.holes = Int32Array.from(pieces, ({ holes }) => holes.length);
    this.arity = Int32Array.from(pieces, ({ holes, slots }) => holes.length + slots.length);
    this.firstPlace = new Int32Array(pieces.length);
    let places = 0;
    this.arity.forEach((arity, piece) => {
      this.firstPlace[piece] = places;
      places += arity;
    });
    this.places = places;
    this.whole = pieces.flatMap((piece, index) => (isWhole(piece) ? [index] : []));
    const predicates = pieces.map(({ goal }) => predicatesOf(goal));
    const blockOf = new Map<string, number>();
    const block = (of: string) => {
      let first = blockOf.get(of);
      if (first === undefined) {
        first = this.#weight(weightName.unknown(of));
        blockOf.set(of, first);
        for (const word of this.#wordNumbers.keys()) this.#weight(weightName.word(of, word));
      }
      return first;
    };
    this.#wordBlocks = pieces.map(({ id }, index) =>
      Int32Array.from([block(id), ...predicates[index]!.map(block)]),
    );
    this.#startBlocks = Int32Array.from(pieces, ({ id }) => {
      const first = this.#weight(weightName.start(id, ''));
      for (const start of this.#startNumbers.keys()) this.#weight(weightName.start(id, start));
      return first;
    });
    this.#nameBlock = this.#weight(weightName.nameUnknown);
    for (const word of this.#wordNumbers.keys()) this.#weight(weightName.nameWord(word));
    this.#lengthBlock = this.#weight(weightName.nameLength(0));
    for (let words = 1; words <= 4; words++) this.#weight(weightName.nameLength(words));
    this.silentWeights = Int32Array.from(pieces, ({ id }) => this.#weight(weightName.silent(id)));
    const slotWeights = new Int32Array(places).fill(-1);
    const takes: ReadonlySet<string>[] = Array.from({ length: places }, () => new Set());
    pieces.forEach(({ id, holes, takes: taken }, piece) => {
      taken.forEach((positions, slot) => {
        const place = this.firstPlace[piece]! + holes.length + slot;
        slotWeights[place] = this.#weight(weightName.slot(id, slot));
        takes[place] = new Set(positions.map(positionKey));
      });
    });
    this.slotWeights = slotWeights;
    this.takes = takes;
    const kin = new Kin(pieces);
    const parts: Int32Array[] = [];
    const partWeights: Int32Array[] = [];
    pieces.forEach(({ id, holes }, piece) => {
      for (let at = 0; at < this.arity[piece]!; at++) {
        const fitting = at < holes.length ? kin.partsOf(piece, at) : [];
        parts.push(Int32Array.from(fitting, ({ part }) => part));
        partWeights.push(
          Int32Array.from(fitting, ({ part, kinship }) =>
            this.#weight(
              kinship === 'seen' ? weightName.part(id, at, pieces[part]!.id) : weightName.unseenPart(kinship),
            ),
          ),
        );
      }
    });
    this.parts = parts;
    this.partWeights = partWeights;
    this.weights = new Float64Array(this.#names.length);
    for (const [name, value] of grammar.weights) {
      const number = this.#numbers.get(name);
      if (number !== undefined) this.weights[number] = value;
    }
  }

  /** Every weight that is not nearly nothing, by name. */
  namedWeights(least: number): Map<string, number> {
    const named = new Map<string, number>();
    this.#names.forEach((name, number) => {
      const value = this.weights[number]!;
      if (Math.abs(value) >= least) named.set(name, value);
    });
    return named;
  }

  numbered(words: readonly string[]): NumberedWords {
    return {
      words: Int32Array.from(words, (word) => this.#wordNumbers.get(word) ?? 0),
      starts: Int32Array.from(words, (word) => {
        const start = startOf(word);
        return start === undefined ? -1 : (this.#startNumbers.get(start) ?? 0);
      }),
    };
  }

  /** The weights that count where a piece takes a word as its own. */
  wordWeights(piece: number, word: number, start: number, take: (weight: number) => void): void {
    for (const block of this.#wordBlocks[piece]!) take(block + word);
    if (start >= 0) take(this.#startBlocks[piece]! + start);
  }

  /** The weights that count where a slot takes the name of a constant. */
  nameWeights(
    place: number,
    words: Int32Array,
    from: number,
    to: number,
    take: (weight: number) => void,
  ): void {
    take(this.slotWeights[place]!);
    take(this.#lengthBlock + Math.min(to - from, 4));
    for (let at = from; at < to; at++) take(this.#nameBlock + words[at]!);
  }

  /** Whether a slot takes a constant that stands there in facts. */
  takesAt(place: number, positions: readonly Position[]): boolean {
    const taken = this.takes[place]!;
    return taken.size === 0 || positions.some((position) => taken.has(positionKey(position)));
  }

  #weight(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}

/** What stands for words that begin like this one: nothing for a short word. In Chinese one sign does, as four letters do elsewhere. */
export function startOf(word: string): string | undefined {
  if (han.test(word)) return word.length > 1 ? word.slice(0, 1) : undefined;
  return word.length >= START_LENGTH ? word.slice(0, START_LENGTH) : undefined;
}

const han = /^\p{Script=Han}/u;

export const positionKey = ({ predicate, arity, argument }: Position): string =>
  `${predicate}/${arity}-${argument}`;

/** Words and beginnings that weights speak of. */
export interface Vocabulary {
  readonly words: ReadonlySet<string>;
  readonly starts: ReadonlySet<string>;
}

function vocabularyOf(weights: ReadonlyMap<string, number>): Vocabulary {
  const words = new Set<string>();
  const starts = new Set<string>();
  for (const name of weights.keys()) {
    const [kind, of, last] = name.split('\t');
    if (kind === 'word' && last) words.add(last);
    else if (kind === 'start' && last) starts.add(last);
    else if (kind === 'name_word' && of) words.add(of);
  }
  return { words, starts };
}

/** name/arity of every term within the goal that has arguments. */
function predicatesOf(goal: Term): string[] {
  const found = new Set<string>();
  const pending = [goal];
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (term.kind !== 'compound') continue;
    if (term.name !== ',') found.add(indicatorOf(term)!);
    pending.push(...term.args);
  }
  return [...found];
}

/** Which pieces may stand in which holes: those that did, and those that are like them. */
class Kin {
  readonly #pieces: readonly GrammarPiece[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #kinds: readonly string[];
  /** Pieces that were seen in some hole of this kind. */
  readonly #inKindOfHole = new Map<string, Set<number>>();

  constructor(pieces: readonly GrammarPiece[]) {
    this.#pieces = pieces;
    this.#numbers = new Map(pieces.map(({ id }, index) => [id, index]));
    this.#kinds = pieces.map(({ goal, answer }) => kindOf(goal, answer));
    pieces.forEach((piece) => {
      piece.holes.forEach((_, hole) => {
        const kind = holeKind(piece, hole);
        const seen = this.#inKindOfHole.get(kind) ?? new Set();
        this.#inKindOfHole.set(kind, seen);
        for (const part of this.#seen(piece, hole)) seen.add(part);
      });
    });
  }

  partsOf(piece: number, hole: number): { part: number; kinship: Kinship | 'seen' }[] {
    const whose = this.#pieces[piece]!;
    const seen = new Set(this.#seen(whose, hole));
    const kinds = new Set([...seen].map((part) => this.#kinds[part]!));
    const alike = this.#inKindOfHole.get(holeKind(whose, hole))!;
    const found: { part: number; kinship: Kinship | 'seen' }[] = [];
    this.#pieces.forEach((part, number) => {
      if (isWhole(part)) return;
      const byHole = alike.has(number);
      const byPart = kinds.has(this.#kinds[number]!);
      if (seen.has(number)) found.push({ part: number, kinship: 'seen' });
      else if (byHole || byPart)
        found.push({ part: number, kinship: byHole ? (byPart ? 'both' : 'hole') : 'part' });
    });
    return found;
  }

  #seen(piece: GrammarPiece, hole: number): number[] {
    return (piece.parts[hole] ?? []).flatMap((id) => this.#numbers.get(id) ?? []);
  }
}

function holeKind(piece: GrammarPiece, hole: number): string {
  const { on } = piece.holes[hole]!;
  return `${kindOf(piece.goal, on)}${on === piece.answer ? ' itself' : ''}`;
}

/** The arguments that a variable of a goal is. */
function kindOf(goal: Term, name: string): string {
  const found = new Set<string>();
  const pending: [Term, string][] = [[goal, '']];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [term, place] = next;
    if (term.kind === 'variable' && term.name === name) found.add(place);
    if (term.kind !== 'compound') continue;
    const { args } = term;
    args.forEach((argument, index) => {
      pending.push([argument, term.name === ',' ? place : `${indicatorOf(term)}-${index}`]);
    });
  }
  return [...found].sort().join(' ');
}
