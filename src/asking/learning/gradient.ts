import type { Chart } from '../grammar/chart.js';
import { IMPOSSIBLE } from '../grammar/log-sum.js';
import type { TreeChart } from '../grammar/tree-chart.js';

/** How often a weight counts, on average over all ways to put a question together; several calls of one weight add up. */
export type TakeExpectation = (weight: number, amount: number) => void;

/** What happens less often than this is left out. */
const NEGLIGIBLE = 1e-6;

/** Expected counts of weights in a chart: the outside algorithm, by going back through what the chart summed up. */
export function chartExpectations(chart: Chart, take: TakeExpectation): void {
  const { model, length, cells } = chart;
  const sum = chart.sum;
  if (sum <= IMPOSSIBLE) return;
  const pieces = model.pieces.length;
  const ofTotal = new Float64Array(pieces * cells);
  const ofFilled = new Float64Array(model.places * cells);
  const ofState = chart.state.map((state) => new Float64Array(state.length));
  const ofOwn = new Float64Array(pieces * length);
  for (const piece of model.whole) {
    const at = piece * cells + length;
    ofTotal[at] = Math.exp(chart.total[at]! - sum);
  }
  const ofLevel = chart.covered.map(() => new Float64Array(pieces));

  /** Of what filled a hole to the pieces that may have. */
  const backToParts = (
    place: number,
    amount: number,
    filled: number,
    covered: Float64Array,
    cell: number,
    add: (part: number, amount: number) => void,
  ) => {
    const parts = model.parts[place]!;
    const factors = chart.partFactors[place]!;
    for (let index = 0; index < parts.length; index++) {
      const part = covered[parts[index]! * cells + cell]!;
      if (part <= IMPOSSIBLE) continue;
      const share = amount * Math.exp(part - filled) * factors[index]!;
      if (share <= NEGLIGIBLE) continue;
      add(parts[index]!, share);
      take(model.partWeights[place]![index]!, share);
    }
  };
  /** The piece's own words [from, to). */
  const backToOwn = (piece: number, from: number, to: number, amount: number) => {
    for (let at = from; at < to; at++) ofOwn[piece * length + at]! += amount;
  };

  for (let span = length; span >= 1; span--) {
    for (let from = 0; from + span <= length; from++) {
      const to = from + span;
      const cell = chart.cell(from, to);
      for (let piece = 0; piece < pieces; piece++) {
        for (let hole = 0; hole < model.holes[piece]!; hole++) {
          const place = model.firstPlace[piece]! + hole;
          const filled = chart.filled[place * cells + cell]!;
          if (filled <= IMPOSSIBLE) continue;
          const at = (1 << hole) * cells + cell;
          const there = ofState[piece]![at]!;
          if (there > NEGLIGIBLE) {
            const share = there * Math.exp(filled - chart.state[piece]![at]!);
            ofFilled[place * cells + cell]! += share;
            ofState[piece]![at] = there - share;
          }
          const amount = ofFilled[place * cells + cell]!;
          if (amount <= NEGLIGIBLE) continue;
          backToParts(place, amount, filled, chart.total, cell, (part, share) => {
            ofTotal[part * cells + cell]! += share;
          });
        }
      }
      for (const level of ofLevel) level.fill(0);
      for (let piece = 0; piece < pieces; piece++) {
        const at = piece * cells + cell;
        const amount = ofTotal[at]!;
        if (amount <= NEGLIGIBLE) continue;
        chart.covered.forEach((covered, level) => {
          if (covered[at]! > IMPOSSIBLE)
            ofLevel[level]![piece]! += amount * Math.exp(covered[at]! - chart.total[at]!);
        });
      }
      for (let level = ofLevel.length - 1; level >= 1; level--) {
        for (let piece = 0; piece < pieces; piece++) {
          const amount = ofLevel[level]![piece]!;
          if (amount <= NEGLIGIBLE) continue;
          take(model.silentWeights[piece]!, amount);
          const place = model.firstPlace[piece]!;
          const filled = chart.filledAt[level - 1]![place * cells + cell]!;
          backToParts(place, amount, filled, chart.covered[level - 1]!, cell, (part, share) => {
            ofLevel[level - 1]![part]! += share;
          });
        }
      }
      for (let piece = 0; piece < pieces; piece++) {
        const arity = model.arity[piece]!;
        if (arity === 0) {
          const amount = ofLevel[0]![piece]!;
          if (amount > NEGLIGIBLE) backToOwn(piece, from, to, amount);
          continue;
        }
        const full = (1 << arity) - 1;
        const state = ofState[piece]!;
        for (let places = full; places >= 1; places--) {
          const amount = state[places * cells + cell]! + (places === full ? ofLevel[0]![piece]! : 0);
          if (amount <= NEGLIGIBLE) continue;
          const whole = chart.withoutSilence(piece, places, from, to);
          if (whole <= IMPOSSIBLE) continue;
          const before = chart.stateOf(piece, places, from, to - 1);
          if (before > IMPOSSIBLE) {
            const share = amount * Math.exp(before + chart.own(piece, to - 1, to) - whole);
            if (share > NEGLIGIBLE) {
              backToOwn(piece, to - 1, to, share);
              state[places * cells + chart.cell(from, to - 1)]! += share;
            }
          }
          for (let place = 0; place < arity; place++) {
            if ((places & (1 << place)) === 0) continue;
            const rest = places ^ (1 << place);
            const isHole = place < model.holes[piece]!;
            const number = model.firstPlace[piece]! + place;
            for (let at = isHole ? from + 1 : from; at < to; at++) {
              const end = chart.cell(at, to);
              const filled = chart.filled[number * cells + end]!;
              const start = chart.stateOf(piece, rest, from, at);
              if (filled <= IMPOSSIBLE || start <= IMPOSSIBLE) continue;
              const share = amount * Math.exp(start + filled - whole);
              if (share <= NEGLIGIBLE) continue;
              if (rest === 0) backToOwn(piece, from, at, share);
              else state[rest * cells + chart.cell(from, at)]! += share;
              if (isHole) ofFilled[number * cells + end]! += share;
              else
                for (const { place: which, name, weight } of chart.namesAt.get(end) ?? []) {
                  if (which !== number) continue;
                  const part = share * Math.exp(weight - filled);
                  model.nameWeights(number, chart.words.words, name.from, name.to, (each) =>
                    take(each, part),
                  );
                }
            }
          }
        }
      }
    }
  }
  for (let piece = 0; piece < pieces; piece++) {
    for (let at = 0; at < length; at++) {
      const amount = ofOwn[piece * length + at]!;
      if (amount > NEGLIGIBLE)
        model.wordWeights(piece, chart.words.words[at]!, chart.words.starts[at]!, (weight) =>
          take(weight, amount),
        );
    }
  }
}

/** Expected counts of weights over all ways to share a question's words out to one tree. */
export function treeExpectations(tree: TreeChart, take: TakeExpectation): void {
  const { chart, nodes } = tree;
  const { model, length, cells } = chart;
  if (tree.sum <= IMPOSSIBLE) return;
  const ofTotal = nodes.map(() => new Float64Array(cells));
  const ofLevel = nodes.map(({ covered }) => covered.map(() => new Float64Array(cells)));
  ofTotal.at(-1)![length] = 1;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!;
    const { piece } = node;
    const arity = model.arity[piece]!;
    const holes = model.holes[piece]!;
    const first = model.firstPlace[piece]!;
    const full = (1 << arity) - 1;
    const ofState = new Float64Array(node.state.length);
    const ofOwn = new Float64Array(length);
    const own = (from: number, to: number, amount: number) => {
      for (let at = from; at < to; at++) ofOwn[at]! += amount;
    };
    const fill = (place: number, from: number, to: number, amount: number) => {
      const cell = chart.cell(from, to);
      if (place < holes) {
        ofTotal[node.parts[place]!]![cell]! += amount;
        take(model.partWeights[first + place]![node.choices[place]!]!, amount);
        return;
      }
      const filled = tree.filling(node, place, from, to);
      for (const { name, weight } of tree.namesFor(node, place, cell)) {
        const share = amount * Math.exp(weight - filled);
        model.nameWeights(first + place, chart.words.words, name.from, name.to, (each) => take(each, share));
      }
    };
    for (let span = length; span >= 1; span--) {
      for (let from = 0; from + span <= length; from++) {
        const to = from + span;
        const cell = chart.cell(from, to);
        const amount = ofTotal[index]![cell]!;
        if (amount > NEGLIGIBLE) {
          node.covered.forEach((covered, level) => {
            if (covered[cell]! > IMPOSSIBLE)
              ofLevel[index]![level]![cell]! += amount * Math.exp(covered[cell]! - node.total[cell]!);
          });
        }
        for (let level = 1; level < node.covered.length; level++) {
          const there = ofLevel[index]![level]![cell]!;
          if (there <= NEGLIGIBLE) continue;
          take(model.silentWeights[piece]!, there);
          take(model.partWeights[first]![node.choices[0]!]!, there);
          ofLevel[node.parts[0]!]![level - 1]![cell]! += there;
        }
        for (let hole = 0; hole < holes; hole++) {
          const at = (1 << hole) * cells + cell;
          const there = ofState[at]!;
          if (there <= NEGLIGIBLE) continue;
          const filled = tree.filling(node, hole, from, to);
          if (filled <= IMPOSSIBLE) continue;
          const share = there * Math.exp(filled - node.state[at]!);
          if (share > NEGLIGIBLE) fill(hole, from, to, share);
          ofState[at] = there - share;
        }
        const covered = ofLevel[index]![0]![cell]!;
        if (arity === 0) {
          if (covered > NEGLIGIBLE) own(from, to, covered);
          continue;
        }
        for (let places = full; places >= 1; places--) {
          const there = ofState[places * cells + cell]! + (places === full ? covered : 0);
          if (there <= NEGLIGIBLE) continue;
          const whole = tree.withoutSilence(node, places, from, to);
          if (whole <= IMPOSSIBLE) continue;
          const before = tree.stateOf(node, places, from, to - 1);
          if (before > IMPOSSIBLE) {
            const share = there * Math.exp(before + chart.own(piece, to - 1, to) - whole);
            own(to - 1, to, share);
            ofState[places * cells + chart.cell(from, to - 1)]! += share;
          }
          tree.eachLast(node, places, from, to, (place, at, weight) => {
            const share = there * Math.exp(weight - whole);
            if (share <= NEGLIGIBLE) return;
            const rest = places ^ (1 << place);
            if (rest === 0) own(from, at, share);
            else ofState[rest * cells + chart.cell(from, at)]! += share;
            fill(place, at, to, share);
          });
        }
      }
    }
    for (let at = 0; at < length; at++) {
      if (ofOwn[at]! > NEGLIGIBLE)
        model.wordWeights(piece, chart.words.words[at]!, chart.words.starts[at]!, (weight) =>
          take(weight, ofOwn[at]!),
        );
    }
  }
}
