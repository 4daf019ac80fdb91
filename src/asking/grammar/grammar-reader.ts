import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import type { EntityLinker } from '../linking/linker.js';
import type { Reading } from '../patterns/pattern.js';
import { Chart, type NamedConstant } from './chart.js';
import type { Calibration, Grammar } from './grammar.js';
import { GrammarModel } from './grammar-model.js';
import { namedConstants } from './named-constants.js';
import { goalOf, type PieceTree } from './piece.js';
import { keyOfTree, type NameSpan, type SpannedTree, sampledTrees } from './sampled-trees.js';
import { type NumberedTree, TreeChart } from './tree-chart.js';
import type { KeyedWord } from './words.js';

/** Words of a question at most: time grows with their third power. */
const MOST_WORDS = 24;
/** Trees drawn from a chart. What is likelier than one in ten is missed once in thirty times thirty questions. */
const DRAWS = 48;
const MOST_READINGS = 5;

/** One of the things that a question may mean. */
export interface Share {
  readonly tree: SpannedTree;
  readonly goal: Term;
  /** Of the sum over all that the question may be. */
  readonly share: number;
  /** Words that are neither known nor part of a name. */
  readonly unknown: readonly number[];
  /** The share of the other words, in [0, 1]. */
  readonly similarity: number;
  /** In [0, 1]. */
  readonly confidence: number;
}

/** Reads questions by the pieces of a learned grammar. */
export class GrammarReader {
  readonly #model: GrammarModel;

  constructor(readonly grammar: Grammar) {
    this.#model = new GrammarModel(grammar);
  }

  /** Best first. */
  read(question: string, words: readonly KeyedWord[], linker: EntityLinker): Reading[] {
    const names = namedConstants(words, linker);
    return this.shares(words, names).map((share) => this.#reading(question, words, share));
  }

  /** What the words may mean, best first. */
  shares(words: readonly KeyedWord[], names: readonly NamedConstant[]): Share[] {
    if (words.length === 0 || words.length > MOST_WORDS) return [];
    const numbered = this.#model.numbered(words.map(({ key }) => key));
    const chart = new Chart(this.#model, numbered, names);
    const found = new Map<string, { tree: SpannedTree; goal: Term; share: number }>();
    const seen = new Set<string>();
    for (const tree of sampledTrees(chart, DRAWS)) {
      const key = keyOfTree(tree);
      if (seen.has(key)) continue;
      seen.add(key);
      const share = Math.exp(new TreeChart(chart, tree).sum - chart.sum);
      const goal = goalOf(this.#pieceTree(tree));
      const text = writeTerm(goal);
      const known = found.get(text);
      if (known === undefined) found.set(text, { tree, goal, share });
      else known.share += share;
    }
    const best = [...found.values()].sort((a, b) => b.share - a.share).slice(0, MOST_READINGS);
    return best.map(({ tree, goal, share }) => {
      const named = new Set(namesWithin(tree).flatMap(({ from, to }) => range(from, to)));
      const unknown = range(0, words.length).filter(
        (at) => !named.has(at) && numbered.words[at] === 0 && numbered.starts[at]! <= 0,
      );
      const similarity = 1 - unknown.length / words.length;
      const confidence = confidenceOf(share, similarity, this.grammar.calibration);
      return { tree, goal, share, unknown, similarity, confidence };
    });
  }

  #reading(
    question: string,
    words: readonly KeyedWord[],
    { tree, goal, unknown, similarity, confidence }: Share,
  ): Reading {
    const { module } = this.grammar;
    const { answers } = this.#model.pieces[tree.piece]!;
    const names = namesWithin(tree).sort((a, b) => a.from - b.from);
    const spoken = (from: number, to: number) => question.slice(words[from]!.start, words[to - 1]!.end);
    const text = delexicalised(question, words, names);
    return {
      pattern: { text, goal, answers, module, line: null, composed: true },
      goal,
      answers,
      slots: names.map(({ from, to, value, score }, index) => ({
        name: `Name${index + 1}`,
        text: spoken(from, to),
        value,
        score,
      })),
      similarity,
      confidence,
      leftover: similarity < MOSTLY_KNOWN ? unknown.map((at) => spoken(at, at + 1)).join(' ') : '',
    };
  }

  #pieceTree({ piece, parts, constants }: NumberedTree): PieceTree {
    return {
      piece: this.#model.pieces[piece]!,
      parts: parts.map((part) => this.#pieceTree(part)),
      constants,
    };
  }
}

/** A question of which fewer words are known is about more than the grammar is; of which too few are, about something else. */
const MOSTLY_KNOWN = 0.75;
const HARDLY_KNOWN = 0.5;

/** How often a reading with this share is right (Platt's scaling), and less where hardly a word of the question is known. */
function confidenceOf(share: number, similarity: number, { intercept, slope }: Calibration): number {
  const known = Math.min(1, Math.max(0, (similarity - HARDLY_KNOWN) / (MOSTLY_KNOWN - HARDLY_KNOWN)));
  return known / (1 + Math.exp(-(intercept + slope * logOdds(share))));
}

/** Of a share in [0, 1]; kept finite. */
export function logOdds(share: number): number {
  const kept = Math.min(1 - 1e-6, Math.max(1e-6, share));
  return Math.log(kept / (1 - kept));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

function namesWithin({ parts, constants, names }: SpannedTree): (NameSpan & { readonly value: Term })[] {
  const own = names.map((name, index) => ({ ...name, value: constants[index]! }));
  return [...own, ...parts.flatMap(namesWithin)];
}

function delexicalised(
  question: string,
  words: readonly KeyedWord[],
  slots: readonly { readonly from: number; readonly to: number }[],
): string {
  let text = '';
  let end = 0;
  slots.forEach(({ from, to }, index) => {
    text += `${escaped(question.slice(end, words[from]!.start))}{Name${index + 1}}`;
    end = words[to - 1]!.end;
  });
  return text + escaped(question.slice(end));
}

const escaped = (text: string) => text.replaceAll('{', '{{').replaceAll('}', '}}');
