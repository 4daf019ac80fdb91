import type { Term } from '../../prolog/term.js';
import type { Position } from '../linking/linker.js';
import type { GrammarModel, NumberedWords } from './grammar-model.js';
import { IMPOSSIBLE, logAdd } from './log-sum.js';

/** Words [from, to) as the name of a constant. */
export interface NamedConstant {
  readonly from: number;
  readonly to: number;
  readonly value: Term;
  readonly positions: readonly Position[];
  /** In (0, 1]: how surely the words mean it. */
  readonly score: number;
}

/** Pieces in a row for each of which nothing is said. */
const LEVELS = 3;

/**
 * All ways to put a question together from pieces, and the sum of their weights: each piece covers a run of words, its parts
 * and names runs within, in any order; the other words of its run are its own. This is the hybrid tree of Lu, Ng, Lee and
 * Zettlemoyer (2008), "A generative model for parsing natural language to meaning representations", with the log-linear
 * weights of Lu (2014), "Semantic parsing with relaxed hybrid trees"; sums are those of the inside algorithm.
 *
 * A cell is a run of words [from, to), numbered `from * (length + 1) + to`. Sums are logarithms.
 */
export class Chart {
  readonly length: number;
  /** Cells a row. */
  readonly width: number;
  readonly cells: number;
  /** By piece and cell: the piece covers these words. Level 0 says something, level 1 leaves all words to its part, .. */
  readonly covered: readonly Float64Array[];
  readonly total: Float64Array;
  /** By place and cell: something fills the place with these words. For each level, and all together. */
  readonly filledAt: readonly Float64Array[];
  readonly filled: Float64Array;
  /** By piece; by the set of places that are filled, and cell. Without the ways that leave all words to one part: `own`. */
  readonly state: readonly Float64Array[];
  /** By piece and word: weights of the words before it, as the piece's own. */
  readonly ownBefore: Float64Array;
  /** exp of the weights of parts, by place. */
  readonly partFactors: readonly Float64Array[];
  /** By place, of slots, and cell. */
  readonly namesAt: ReadonlyMap<
    number,
    readonly { readonly place: number; readonly name: NamedConstant; readonly weight: number }[]
  >;

  constructor(
    readonly model: GrammarModel,
    readonly words: NumberedWords,
    readonly names: readonly NamedConstant[],
  ) {
    const { pieces, places, arity } = model;
    const length = words.words.length;
    this.length = length;
    this.width = length + 1;
    this.cells = this.width * this.width;
    const sums = (rows: number) => new Float64Array(rows * this.cells).fill(IMPOSSIBLE);
    this.covered = Array.from({ length: LEVELS }, () => sums(pieces.length));
    this.total = sums(pieces.length);
    this.filledAt = Array.from({ length: LEVELS - 1 }, () => sums(places));
    this.filled = sums(places);
    this.state = pieces.map((_, piece) =>
      arity[piece]! === 0 ? new Float64Array(0) : sums(1 << arity[piece]!),
    );
    this.ownBefore = new Float64Array(pieces.length * this.width);
    for (let piece = 0; piece < pieces.length; piece++) {
      let sum = 0;
      for (let at = 0; at < length; at++) {
        model.wordWeights(piece, words.words[at]!, words.starts[at]!, (weight) => {
          sum += model.weights[weight]!;
        });
        this.ownBefore[piece * this.width + at + 1] = sum;
      }
    }
    this.partFactors = model.partWeights.map((weights) =>
      Float64Array.from(weights, (weight) => Math.exp(model.weights[weight]!)),
    );
    this.namesAt = this.#placeNames();
    this.#fill();
  }

  cell(from: number, to: number): number {
    return from * this.width + to;
  }

  /** The sum over everything that the question may be. */
  get sum(): number {
    let sum = IMPOSSIBLE;
    if (this.length === 0) return sum;
    for (const piece of this.model.whole) sum = logAdd(sum, this.total[piece * this.cells + this.length]!);
    return sum;
  }

  own(piece: number, from: number, to: number): number {
    const row = piece * this.width;
    return this.ownBefore[row + to]! - this.ownBefore[row + from]!;
  }

  /** The piece has these words, and `places` of its places are filled among them. */
  stateOf(piece: number, places: number, from: number, to: number): number {
    if (places === 0) return this.own(piece, from, to);
    return from === to ? IMPOSSIBLE : this.state[piece]![places * this.cells + from * this.width + to]!;
  }

  /** As `stateOf`, but for the way that leaves all words to one part. */
  withoutSilence(piece: number, places: number, from: number, to: number): number {
    const { model, cells, width } = this;
    let sum = this.stateOf(piece, places, from, to - 1);
    if (sum > IMPOSSIBLE) sum += this.own(piece, to - 1, to);
    const arity = model.arity[piece]!;
    const holes = model.holes[piece]!;
    for (let place = 0; place < arity; place++) {
      if ((places & (1 << place)) === 0) continue;
      const rest = places ^ (1 << place);
      const row = (model.firstPlace[piece]! + place) * cells;
      for (let at = place < holes ? from + 1 : from; at < to; at++) {
        const filled = this.filled[row + at * width + to]!;
        if (filled <= IMPOSSIBLE) continue;
        const before = this.stateOf(piece, rest, from, at);
        if (before > IMPOSSIBLE) sum = logAdd(sum, before + filled);
      }
    }
    return sum;
  }

  /** Whether a piece may leave all its words to its one part. */
  canBeSilent(piece: number): boolean {
    return this.model.arity[piece] === 1 && this.model.holes[piece] === 1;
  }

  #placeNames() {
    const { model } = this;
    const found = new Map<number, { place: number; name: NamedConstant; weight: number }[]>();
    for (const name of this.names) {
      for (let place = 0; place < model.places; place++) {
        if (model.slotWeights[place]! < 0 || !model.takesAt(place, name.positions)) continue;
        let weight = Math.log(name.score);
        model.nameWeights(place, this.words.words, name.from, name.to, (each) => {
          weight += model.weights[each]!;
        });
        const cell = this.cell(name.from, name.to);
        const here = found.get(cell);
        if (here === undefined) found.set(cell, [{ place, name, weight }]);
        else here.push({ place, name, weight });
      }
    }
    return found;
  }

  #fill(): void {
    const { model, length, cells } = this;
    const pieces = model.pieces.length;
    for (let span = 1; span <= length; span++) {
      for (let from = 0; from + span <= length; from++) {
        const to = from + span;
        const cell = this.cell(from, to);
        for (const { place, weight } of this.namesAt.get(cell) ?? []) {
          const at = place * cells + cell;
          this.filled[at] = logAdd(this.filled[at]!, weight);
        }
        for (let piece = 0; piece < pieces; piece++) {
          const arity = model.arity[piece]!;
          if (arity === 0) {
            this.covered[0]![piece * cells + cell] = this.own(piece, from, to);
            continue;
          }
          const full = (1 << arity) - 1;
          const state = this.state[piece]!;
          for (let places = 1; places <= full; places++) {
            state[places * cells + cell] = this.withoutSilence(piece, places, from, to);
          }
          this.covered[0]![piece * cells + cell] = state[full * cells + cell]!;
        }
        for (let level = 0; level + 1 < LEVELS; level++) {
          this.#fillHoles(this.covered[level]!, this.filledAt[level]!, cell, true);
          for (let piece = 0; piece < pieces; piece++) {
            if (!this.canBeSilent(piece)) continue;
            const filled = this.filledAt[level]![model.firstPlace[piece]! * cells + cell]!;
            if (filled <= IMPOSSIBLE) continue;
            this.covered[level + 1]![piece * cells + cell] =
              filled + model.weights[model.silentWeights[piece]!]!;
          }
        }
        for (let piece = 0; piece < pieces; piece++) {
          const at = piece * cells + cell;
          this.total[at] = this.covered.reduce((sum, level) => logAdd(sum, level[at]!), IMPOSSIBLE);
        }
        this.#fillHoles(this.total, this.filled, cell, false);
        for (let piece = 0; piece < pieces; piece++) {
          const state = this.state[piece]!;
          for (let hole = 0; hole < model.holes[piece]!; hole++) {
            const filled = this.filled[(model.firstPlace[piece]! + hole) * cells + cell]!;
            const at = (1 << hole) * cells + cell;
            state[at] = logAdd(state[at]!, filled);
          }
        }
      }
    }
  }

  /** Sums over the pieces that may stand in each hole, worked out with factors: logarithms of a sum each would take longest. */
  #fillHoles(covered: Float64Array, filled: Float64Array, cell: number, silentOnly: boolean): void {
    const { model, cells } = this;
    const pieces = model.pieces.length;
    let highest = IMPOSSIBLE;
    for (let piece = 0; piece < pieces; piece++) highest = Math.max(highest, covered[piece * cells + cell]!);
    if (highest <= IMPOSSIBLE) return;
    const factors = scratch(pieces);
    for (let piece = 0; piece < pieces; piece++)
      factors[piece] = Math.exp(covered[piece * cells + cell]! - highest);
    for (let piece = 0; piece < pieces; piece++) {
      if (silentOnly && !this.canBeSilent(piece)) continue;
      for (let hole = 0; hole < model.holes[piece]!; hole++) {
        const place = model.firstPlace[piece]! + hole;
        const parts = model.parts[place]!;
        const weights = this.partFactors[place]!;
        let sum = 0;
        for (let at = 0; at < parts.length; at++) sum += factors[parts[at]!]! * weights[at]!;
        if (sum > 0) filled[place * cells + cell] = highest + Math.log(sum);
      }
    }
  }
}

let shared = new Float64Array(0);

/** Room that the next call may overwrite. */
function scratch(length: number): Float64Array {
  if (shared.length < length) shared = new Float64Array(length);
  return shared;
}
