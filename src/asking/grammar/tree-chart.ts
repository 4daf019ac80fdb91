import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import type { Chart, NamedConstant } from './chart.js';
import { IMPOSSIBLE, logAdd } from './log-sum.js';

/** A tree of pieces by their numbers. */
export interface NumberedTree {
  readonly piece: number;
  readonly parts: readonly NumberedTree[];
  readonly constants: readonly Term[];
}

/** One piece of the tree, its parts as indices of earlier ones. */
export interface TreeNode {
  readonly piece: number;
  readonly parts: readonly number[];
  /** For each hole: which of the pieces that may stand there stands there; -1 for one that may not. */
  readonly choices: readonly number[];
  readonly constants: readonly string[];
  readonly state: Float64Array;
  readonly covered: readonly Float64Array[];
  readonly total: Float64Array;
}

/** The sum over all ways in which a question's words may be shared out to one tree of pieces: a chart of nothing else. */
export class TreeChart {
  readonly nodes: TreeNode[] = [];

  constructor(
    readonly chart: Chart,
    tree: NumberedTree,
  ) {
    this.#add(tree);
    for (const node of this.nodes) this.#fill(node);
  }

  /** The logarithm of the sum; `IMPOSSIBLE` when the tree can't be said so. */
  get sum(): number {
    return this.chart.length === 0 ? IMPOSSIBLE : this.nodes.at(-1)!.total[this.chart.length]!;
  }

  stateOf(node: TreeNode, places: number, from: number, to: number): number {
    if (places === 0) return this.chart.own(node.piece, from, to);
    return from === to ? IMPOSSIBLE : node.state[places * this.chart.cells + this.chart.cell(from, to)]!;
  }

  /** The weight of what fills a place with these words. */
  filling(node: TreeNode, place: number, from: number, to: number): number {
    const { chart } = this;
    const { model } = chart;
    const number = model.firstPlace[node.piece]! + place;
    const holes = model.holes[node.piece]!;
    const cell = chart.cell(from, to);
    if (place < holes) {
      const choice = node.choices[place]!;
      if (choice < 0) return IMPOSSIBLE;
      const part = this.nodes[node.parts[place]!]!.total[cell]!;
      return part <= IMPOSSIBLE ? part : part + this.#partWeight(number, choice);
    }
    let sum = IMPOSSIBLE;
    for (const { weight } of this.namesFor(node, place, cell)) sum = logAdd(sum, weight);
    return sum;
  }

  /** The names that may fill a slot with the tree's constant. */
  namesFor(node: TreeNode, place: number, cell: number): { name: NamedConstant; weight: number }[] {
    const { model } = this.chart;
    const number = model.firstPlace[node.piece]! + place;
    const wanted = node.constants[place - model.holes[node.piece]!]!;
    const names = this.chart.namesAt.get(cell) ?? [];
    return names.filter(({ place: at, name }) => at === number && writeTerm(name.value) === wanted);
  }

  withoutSilence(node: TreeNode, places: number, from: number, to: number): number {
    const { chart } = this;
    let sum = this.stateOf(node, places, from, to - 1);
    if (sum > IMPOSSIBLE) sum += chart.own(node.piece, to - 1, to);
    this.eachLast(node, places, from, to, (_place, _at, weight) => {
      sum = logAdd(sum, weight);
    });
    return sum;
  }

  /** Every way in which the last of the filled places ends with the words. */
  eachLast(
    node: TreeNode,
    places: number,
    from: number,
    to: number,
    take: (place: number, at: number, weight: number) => void,
  ): void {
    const { model } = this.chart;
    const holes = model.holes[node.piece]!;
    for (let place = 0; place < model.arity[node.piece]!; place++) {
      if ((places & (1 << place)) === 0) continue;
      for (let at = place < holes ? from + 1 : from; at < to; at++) {
        const before = this.stateOf(node, places ^ (1 << place), from, at);
        if (before <= IMPOSSIBLE) continue;
        const filled = this.filling(node, place, at, to);
        if (filled > IMPOSSIBLE) take(place, at, before + filled);
      }
    }
  }

  #partWeight(place: number, choice: number): number {
    const { model } = this.chart;
    return model.weights[model.partWeights[place]![choice]!]!;
  }

  #add(tree: NumberedTree): number {
    const { model, cells } = this.chart;
    const parts = tree.parts.map((part) => this.#add(part));
    const first = model.firstPlace[tree.piece]!;
    const choices = tree.parts.map((part, hole) => model.parts[first + hole]!.indexOf(part.piece));
    const sums = (rows: number) => new Float64Array(rows * cells).fill(IMPOSSIBLE);
    return (
      this.nodes.push({
        piece: tree.piece,
        parts,
        choices,
        constants: tree.constants.map((constant) => writeTerm(constant)),
        state: sums(1 << model.arity[tree.piece]!),
        covered: this.chart.covered.map(() => sums(1)),
        total: sums(1),
      }) - 1
    );
  }

  #fill(node: TreeNode): void {
    const { chart } = this;
    const { model, cells } = chart;
    const arity = model.arity[node.piece]!;
    const full = (1 << arity) - 1;
    for (let span = 1; span <= chart.length; span++) {
      for (let from = 0; from + span <= chart.length; from++) {
        const to = from + span;
        const cell = chart.cell(from, to);
        for (let places = 1; places <= full; places++) {
          node.state[places * cells + cell] = this.withoutSilence(node, places, from, to);
        }
        node.covered[0]![cell] = this.stateOf(node, full, from, to);
        if (chart.canBeSilent(node.piece) && node.choices[0]! >= 0) {
          const part = this.nodes[node.parts[0]!]!;
          const weight =
            this.#partWeight(model.firstPlace[node.piece]!, node.choices[0]!) +
            model.weights[model.silentWeights[node.piece]!]!;
          for (let level = 1; level < node.covered.length; level++) {
            const covered = part.covered[level - 1]![cell]!;
            if (covered > IMPOSSIBLE) node.covered[level]![cell] = covered + weight;
          }
        }
        node.total[cell] = node.covered.reduce((sum, level) => logAdd(sum, level[cell]!), IMPOSSIBLE);
        for (let hole = 0; hole < model.holes[node.piece]!; hole++) {
          const at = (1 << hole) * cells + cell;
          node.state[at] = logAdd(node.state[at]!, this.filling(node, hole, from, to));
        }
      }
    }
  }
}
