import { indicatorOf, type Term, variable } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import { writeTerm } from '../../prolog/writer.js';
import { Chart, type NamedConstant } from '../grammar/chart.js';
import { type Grammar, type GrammarPiece, UNFITTED } from '../grammar/grammar.js';
import { GrammarModel, positionKey, startOf } from '../grammar/grammar-model.js';
import { IMPOSSIBLE } from '../grammar/log-sum.js';
import { namedConstants } from '../grammar/named-constants.js';
import { conjuncts, type Piece, type PieceTree } from '../grammar/piece.js';
import { type NumberedTree, TreeChart } from '../grammar/tree-chart.js';
import { type KeyedWord, wordsOf } from '../grammar/words.js';
import type { EntityLinker, Position } from '../linking/linker.js';
import type { Example } from './example.js';
import { conditionsOf, piecesOf } from './goal-pieces.js';
import { chartExpectations, treeExpectations } from './gradient.js';
import { type LearnedAlias, learnedAliases, namesByAliases } from './learned-aliases.js';

export interface LearningOptions {
  /** Times that every example is looked at. Default 4; more takes longer and fits what is there more closely. */
  readonly rounds?: number;
  /** Called after each example. */
  readonly onProgress?: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
}

/** What was learned, with what could not be. */
export interface Learned {
  readonly grammar: Grammar;
  readonly aliases: readonly LearnedAlias[];
  readonly examples: readonly LearnedExample[];
  readonly unexplained: readonly Unexplained[];
}

export interface LearnedExample {
  readonly example: Example;
  readonly words: readonly KeyedWord[];
  readonly names: readonly NamedConstant[];
  readonly tree: NumberedTree;
}

/** An example that taught nothing, or less than it could have. */
export interface Unexplained {
  readonly line: number;
  readonly question: string;
  readonly why: string;
}

const ROUNDS = 4;
/** Words of a question at most: time grows with their third power. */
const MOST_WORDS = 40;
/** AdaGrad's step, and how strongly weights are drawn to nothing (Gaussian prior), chosen on one part of GeoQuery's training questions. */
const STEP = 0.3;
const PRIOR = 0.0005;
/** Weights nearer to nothing are left out. */
const LEAST_WEIGHT = 0.01;
/** A slot takes constants from a place in facts where so many of those that it was seen with stand. */
const LEAST_TAKEN = 0.8;

/**
 * Learns from examples how questions are put together: goals are taken apart into pieces, and the weights of words for
 * pieces are found that make the examples' goals likely (conditional log-likelihood, by AdaGrad).
 */
export async function learnGrammar(
  examples: readonly Example[],
  linker: EntityLinker,
  module: string,
  options: LearningOptions = {},
): Promise<Learned> {
  const unexplained: Unexplained[] = [];
  const prepared = prepare(examples, linker, unexplained);
  const conditions = conditionsOf(examples.map(({ goal }) => goal));
  const book = new PieceBook();
  const trees = prepared.ready.map(({ example, names }) => {
    const known = new Set(names.map(({ value }) => writeTerm(value)));
    const tree = wholeTree(example, conditions, (constant) => known.has(writeTerm(constant)));
    return book.take(tree, example.answers);
  });
  for (const [index, { names }] of prepared.ready.entries()) book.place(trees[index]!, names);
  const pieces = book.pieces();
  const vocabulary = vocabularyOf(prepared.ready.map(({ words }) => words));
  const model = new GrammarModel({ pieces, weights: new Map() }, vocabulary);
  const taught = prepared.ready.map((each, index) => ({ ...each, tree: trees[index]! }));
  await train(model, taught, unexplained, options);
  return {
    grammar: {
      module,
      pieces,
      weights: model.namedWeights(LEAST_WEIGHT),
      calibration: UNFITTED,
    },
    aliases: prepared.aliases,
    examples: taught,
    unexplained: unexplained.sort((a, b) => a.line - b.line),
  };
}

interface Prepared {
  readonly example: Example;
  readonly words: readonly KeyedWord[];
  readonly names: readonly NamedConstant[];
}

function prepare(examples: readonly Example[], linker: EntityLinker, unexplained: Unexplained[]) {
  const found = examples.flatMap((example) => {
    const words = wordsOf(example.question);
    if (words.length === 0 || words.length > MOST_WORDS) {
      const why = words.length === 0 ? 'it has no words' : `it has more than ${MOST_WORDS} words`;
      unexplained.push({ line: example.line, question: example.question, why });
      return [];
    }
    return [{ example, words, names: namedConstants(words, linker), constants: constantsOf(example.goal) }];
  });
  const aliases = learnedAliases(found.map((each) => ({ ...each, question: each.example.question })));
  const byKey = aliasedConstants(aliases, linker);
  const ready = found.map(({ example, words, names, constants }): Prepared => {
    const all = [...names, ...namesByAliases(words, byKey)];
    const known = new Set(all.map(({ value }) => writeTerm(value)));
    const unnamed = constants.filter((constant) => !known.has(writeTerm(constant)));
    if (unnamed.length > 0) {
      const why = `no words were found that name ${unnamed.map((each) => writeTerm(each)).join(', ')}: kept as it is`;
      unexplained.push({ line: example.line, question: example.question, why });
    }
    return { example, words, names: all };
  });
  return { ready, aliases: aliases.filter(({ key }) => byKey.has(key)) };
}

/** What aliases name, by their words. */
export function aliasedConstants(
  aliases: readonly LearnedAlias[],
  linker: EntityLinker,
): Map<string, NamedConstant[]> {
  const byKey = new Map<string, NamedConstant[]>();
  for (const { constant, key } of aliases) {
    const positions = positionsOf(constant, linker);
    if (positions.length === 0) continue;
    byKey.set(key, [...(byKey.get(key) ?? []), { from: 0, to: 0, value: constant, positions, score: 0.98 }]);
  }
  return byKey;
}

function positionsOf(constant: Term, linker: EntityLinker): readonly Position[] {
  const name =
    constant.kind === 'atom'
      ? constant.name
      : constant.kind === 'string'
        ? constant.value
        : writeTerm(constant);
  const wanted = writeTerm(constant);
  return linker.link(name).find(({ value }) => writeTerm(value) === wanted)?.positions ?? [];
}

/** Atoms, strings and numbers among the arguments of a goal. */
function constantsOf(goal: Term): Term[] {
  const found = new Map<string, Term>();
  const pending = goal.kind === 'compound' ? [...goal.args] : [];
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (term.kind === 'compound') pending.push(...term.args);
    else if (term.kind !== 'variable' && !(term.kind === 'atom' && term.name === '[]'))
      found.set(writeTerm(term), term);
  }
  return [...found.values()];
}

/**
 * A goal with one answer is a hole for what is said of that answer, so that each of its pieces may stand elsewhere too; any
 * other goal is a piece of its own.
 */
export function wholeTree(
  { goal, answers }: Pick<Example, 'goal' | 'answers'>,
  conditions: ReadonlySet<string>,
  isNamed: (constant: Term) => boolean,
): PieceTree {
  const literals = conjuncts(goal);
  const [answer] = answers;
  const holdsGoals =
    literals.length === 1 && literals[0]!.kind === 'compound' && hasGoal(literals[0]!, conditions);
  if (answer === undefined || answers.length > 1 || holdsGoals) return piecesOf(goal, conditions, isNamed);
  const part = piecesOf(goal, conditions, isNamed, answer);
  const piece: Piece = {
    goal: variable('Part1'),
    answer: '',
    holes: [{ name: 'Part1', on: answer }],
    slots: [],
  };
  return { piece, parts: [part], constants: [] };
}

function hasGoal(term: Term, conditions: ReadonlySet<string>): boolean {
  if (term.kind !== 'compound') return false;
  return term.args.some(
    (argument) =>
      argument.kind === 'compound' &&
      (argument.name === ',' || conditions.has(indicatorOf(argument)!) || hasGoal(argument, conditions)),
  );
}

/** Pieces, each once however its conditions are ordered. */
class PieceBook {
  readonly #pieces: {
    piece: Piece;
    answers: readonly string[];
    times: number;
    parts: Set<number>[];
    taken: Map<string, Taken>[];
  }[] = [];
  readonly #byKey = new Map<string, number>();

  take(tree: PieceTree, answers: readonly string[] = []): NumberedTree {
    const key = `${keyOfPiece(tree.piece)} ${answers.join()}`;
    let number = this.#byKey.get(key);
    if (number === undefined) {
      const { piece } = tree;
      number = this.#pieces.length;
      this.#pieces.push({
        piece,
        answers,
        times: 0,
        parts: piece.holes.map(() => new Set<number>()),
        taken: piece.slots.map(() => new Map<string, Taken>()),
      });
      this.#byKey.set(key, number);
    }
    const known = this.#pieces[number]!;
    known.times++;
    // The same conditions in another order: holes go by the variables that they are on.
    const left = tree.piece.holes.map((hole, index) => ({ on: hole.on, index }));
    const parts = known.piece.holes.map(({ on }, hole) => {
      const at = Math.max(
        0,
        left.findIndex((each) => each.on === on),
      );
      const part = this.take(tree.parts[left.splice(at, 1)[0]!.index]!);
      known.parts[hole]!.add(part.piece);
      return part;
    });
    return { piece: number, parts, constants: tree.constants };
  }

  /** Notes where in facts the constants of the tree's slots stand. */
  place(tree: NumberedTree, names: readonly NamedConstant[]): void {
    for (const part of tree.parts) this.place(part, names);
    const { taken } = this.#pieces[tree.piece]!;
    tree.constants.forEach((constant, slot) => {
      const wanted = writeTerm(constant);
      const positions = names.find(({ value }) => writeTerm(value) === wanted)?.positions ?? [];
      for (const position of positions) {
        const key = positionKey(position);
        const known = taken[slot]!.get(key);
        taken[slot]!.set(key, { position, times: (known?.times ?? 0) + 1 });
      }
    });
  }

  pieces(): GrammarPiece[] {
    const ids = this.#pieces.map((_, index) => `p${index + 1}`);
    return this.#pieces.map(({ piece, answers, times, parts, taken }, index) => ({
      ...piece,
      answers,
      id: ids[index]!,
      takes: taken.map((positions) =>
        [...positions.values()]
          .filter((each) => each.times >= LEAST_TAKEN * times)
          .map(({ position }) => position),
      ),
      parts: parts.map((numbers) => [...numbers].map((number) => ids[number]!)),
    }));
  }
}

interface Taken {
  readonly position: Position;
  readonly times: number;
}

/** The same for pieces whose conditions stand in another order. */
export function keyOfPiece(piece: Piece): string {
  const keyOf = (term: Term): string => {
    if (term.kind !== 'compound') return writeTerm(term);
    if (term.name === ',' && term.args.length === 2) return `{${conjuncts(term).map(keyOf).sort().join()}}`;
    return `${writeTerm({ kind: 'atom', name: term.name })}(${term.args.map(keyOf).join()})`;
  };
  const holes = piece.holes.map(({ name, on }) => `${name}:${on}`);
  return `${piece.answer} ${keyOf(piece.goal)} ${holes.join()} ${variablesOf(piece.goal).length}`;
}

function vocabularyOf(questions: readonly (readonly KeyedWord[])[]) {
  const words = new Map<string, number>();
  const starts = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const question of questions) {
    for (const { key } of question) {
      count(words, key);
      const start = startOf(key);
      if (start !== undefined) count(starts, start);
    }
  }
  // What is said once teaches how to take words that are not known.
  const repeated = (counts: Map<string, number>) =>
    new Set([...counts].filter(([, times]) => times > 1).map(([key]) => key));
  return { words: repeated(words), starts: repeated(starts) };
}

async function train(
  model: GrammarModel,
  examples: readonly LearnedExample[],
  unexplained: Unexplained[],
  { rounds = ROUNDS, onProgress, signal }: LearningOptions,
): Promise<void> {
  const squares = new Float64Array(model.weights.length);
  const slope = new Float64Array(model.weights.length);
  const order = examples.map((_, index) => index);
  const random = randomNumbers();
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    for (const index of order) {
      signal?.throwIfAborted();
      const { example, words, names, tree } = examples[index]!;
      const chart = new Chart(model, model.numbered(words.map(({ key }) => key)), names);
      const wanted = new TreeChart(chart, tree);
      if (wanted.sum > IMPOSSIBLE) {
        const touched: number[] = [];
        const add = (weight: number, amount: number) => {
          if (slope[weight] === 0) touched.push(weight);
          slope[weight]! += amount;
        };
        treeExpectations(wanted, add);
        chartExpectations(chart, (weight, amount) => add(weight, -amount));
        for (const weight of touched) {
          const step = slope[weight]! - PRIOR * model.weights[weight]!;
          slope[weight] = 0;
          if (step === 0) continue;
          squares[weight]! += step * step;
          model.weights[weight]! += (STEP * step) / Math.sqrt(squares[weight]! + 1e-3);
        }
      } else if (round === 0) {
        const why = 'its words are too few for the parts of its goal';
        unexplained.push({ line: example.line, question: example.question, why });
      }
      onProgress?.(++done, rounds * examples.length);
      // Whoever else has work on this thread gets a turn.
      if (done % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** In [0, 1), the same ones each time. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
