import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import type { Chart } from './chart.js';
import { IMPOSSIBLE } from './log-sum.js';
import type { NumberedTree } from './tree-chart.js';

/** A piece and the words that it has, in a tree of a question. */
export interface SpannedTree extends NumberedTree {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly SpannedTree[];
  /** The words [from, to) of each constant. */
  readonly names: readonly NameSpan[];
}

export interface NameSpan {
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

/**
 * Draws trees from a chart, each as often as its share of the chart's sum says. The first is found by taking the likeliest
 * way at every turn. The same chart gives the same trees.
 */
export function sampledTrees(chart: Chart, draws: number): SpannedTree[] {
  if (chart.sum <= IMPOSSIBLE) return [];
  const trees: SpannedTree[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const random = randomNumbers(draw);
    trees.push(new Sampler(chart, draw === 0 ? undefined : random).tree());
  }
  return trees;
}

class Sampler {
  constructor(
    readonly chart: Chart,
    readonly random: (() => number) | undefined,
  ) {}

  tree(): SpannedTree {
    const { chart } = this;
    const { whole } = chart.model;
    const piece = this.#choose(whole, (each) => chart.total[each * chart.cells + chart.length]!);
    return this.#covered(piece, 0, chart.length, undefined);
  }

  #covered(piece: number, from: number, to: number, level: number | undefined): SpannedTree {
    const { chart } = this;
    const { model, cells } = chart;
    const at = piece * cells + chart.cell(from, to);
    const levels = chart.covered.map((_, index) => index);
    const chosen = level ?? this.#choose(levels, (each) => chart.covered[each]![at]!);
    if (chosen > 0) {
      const part = this.#part(piece, 0, from, to, chosen - 1);
      return { piece, from, to, parts: [part], constants: [], names: [] };
    }
    const parts: SpannedTree[] = [];
    const constants: Term[] = [];
    const names: { from: number; to: number; score: number }[] = [];
    const holes = model.holes[piece]!;
    let places = (1 << model.arity[piece]!) - 1;
    let end = to;
    // Leaving all words to a part is for the levels above: here at the outermost run only.
    for (let isOutermost = true; places !== 0; isOutermost = false) {
      const [place, start] = this.#last(piece, places, from, end, isOutermost);
      if (place >= 0) {
        if (place < holes) parts[place] = this.#part(piece, place, start, end, undefined);
        else {
          const name = this.#name(piece, place, start, end);
          constants[place - holes] = name.name.value;
          names[place - holes] = { from: start, to: end, score: name.name.score };
        }
        places ^= 1 << place;
      }
      end = start;
    }
    return { piece, from, to, parts, constants, names };
  }

  /** What ends with the words: a place and where it begins, or -1 and the last word. */
  #last(
    piece: number,
    places: number,
    from: number,
    to: number,
    isOutermost: boolean,
  ): readonly [place: number, at: number] {
    const { chart } = this;
    const { model, cells } = chart;
    const ways: [number, number][] = [];
    const weights: number[] = [];
    const before = chart.stateOf(piece, places, from, to - 1);
    if (before > IMPOSSIBLE) {
      ways.push([-1, to - 1]);
      weights.push(before + chart.own(piece, to - 1, to));
    }
    const isSingle = chart.canBeSilent(piece) && isOutermost;
    for (let place = 0; place < model.arity[piece]!; place++) {
      if ((places & (1 << place)) === 0) continue;
      const rest = places ^ (1 << place);
      for (let at = from; at < to; at++) {
        if (at === from && (rest !== 0 || (isSingle && place < model.holes[piece]!))) continue;
        const state = chart.stateOf(piece, rest, from, at);
        const filled = chart.filled[(model.firstPlace[piece]! + place) * cells + chart.cell(at, to)]!;
        if (state <= IMPOSSIBLE || filled <= IMPOSSIBLE) continue;
        ways.push([place, at]);
        weights.push(state + filled);
      }
    }
    const index = this.#choose([...ways.keys()], (each) => weights[each]!);
    return ways[index]!;
  }

  #part(piece: number, hole: number, from: number, to: number, level: number | undefined): SpannedTree {
    const { chart } = this;
    const { model, cells } = chart;
    const place = model.firstPlace[piece]! + hole;
    const cell = chart.cell(from, to);
    const sums = level === undefined ? chart.total : chart.covered[level]!;
    const choices = [...model.parts[place]!.keys()];
    const choice = this.#choose(choices, (each) => {
      const sum = sums[model.parts[place]![each]! * cells + cell]!;
      return sum <= IMPOSSIBLE ? sum : sum + model.weights[model.partWeights[place]![each]!]!;
    });
    return this.#covered(model.parts[place]![choice]!, from, to, level);
  }

  #name(piece: number, place: number, from: number, to: number) {
    const number = this.chart.model.firstPlace[piece]! + place;
    const names = (this.chart.namesAt.get(this.chart.cell(from, to)) ?? []).filter(
      (each) => each.place === number,
    );
    return this.#choose(names, ({ weight }) => weight);
  }

  #choose<Item>(items: readonly Item[], weightOf: (item: Item) => number): Item {
    const weights = items.map(weightOf);
    const highest = Math.max(...weights);
    if (this.random === undefined) return items[weights.indexOf(highest)]!;
    const factors = weights.map((weight) => Math.exp(weight - highest));
    let left = this.random() * factors.reduce((sum, factor) => sum + factor, 0);
    for (let index = 0; index < items.length; index++) {
      left -= factors[index]!;
      if (left < 0) return items[index]!;
    }
    return items[weights.indexOf(highest)]!;
  }
}

/** In [0, 1): mulberry32, which is small and mixes well enough for this. */
function randomNumbers(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same for trees of the same pieces and constants, whatever words they have. */
export function keyOfTree({ piece, parts, constants }: NumberedTree): string {
  return `${piece}(${parts.map(keyOfTree).join()};${constants.map((each) => writeTerm(each)).join()})`;
}
