import type { Term } from '../../prolog/term.js';
import { displayTerm, writeTerm } from '../../prolog/writer.js';
import { Chart } from '../grammar/chart.js';
import type { Grammar } from '../grammar/grammar.js';
import { GrammarModel } from '../grammar/grammar-model.js';
import { GrammarReader } from '../grammar/grammar-reader.js';
import { keyOfTree, type SpannedTree, sampledTrees } from '../grammar/sampled-trees.js';
import type { EntityLinker } from '../linking/linker.js';
import { alignQuestion } from './align-question.js';
import type { Example } from './example.js';
import { fittedCalibration } from './fitted-calibration.js';
import {
  type Learned,
  type LearnedExample,
  type LearningOptions,
  learnGrammar,
  type Unexplained,
} from './learn-grammar.js';
import { moduleText } from './module-text.js';

/** A whole question that was learned as it stands, but for its slots. */
export interface LearnedPattern {
  readonly text: string;
  readonly goal: Term;
  readonly answers: readonly string[];
  /** Examples that came to the same. */
  readonly times: number;
}

export interface LearnedPatterns {
  /** A rule module. */
  readonly source: string;
  readonly patterns: readonly LearnedPattern[];
  readonly grammar: Grammar | undefined;
  readonly unexplained: readonly Unexplained[];
}

/** Fewer examples repeat too little to tell what each of their words is for: they are kept whole. */
const LEAST_EXAMPLES = 40;
/** A question whose goal the pieces find less surely is kept whole too. */
const LEAST_CONFIDENCE = 0.5;
/** Ways of saying a piece that its comment shows. */
const MOST_SAYINGS = 4;

/** Learns a rule module of question patterns from examples; see `learnGrammar`. */
export async function learnPatterns(
  examples: readonly Example[],
  linker: EntityLinker,
  module: string,
  options: LearningOptions = {},
): Promise<LearnedPatterns> {
  const from = `Learned from ${examples.length} questions.`;
  if (examples.length < LEAST_EXAMPLES) {
    const patterns = wholeQuestions(examples, linker);
    const unexplained = examples.flatMap((example) => unnamed(example, linker));
    const source = moduleText({ from, aliases: [], patterns, grammar: undefined, sayings: new Map() });
    return { source, patterns, grammar: undefined, unexplained };
  }
  const { onProgress } = options;
  // Fitting how sure readings are takes almost as long as learning.
  const [fitting, learning] = [progress(onProgress, 0, 0.45), progress(onProgress, 0.45, 1)];
  const calibration = await fittedCalibration(examples, linker, { ...options, onProgress: fitting });
  const learned = await learnGrammar(examples, linker, module, { ...options, onProgress: learning });
  const { aliases, unexplained } = learned;
  const grammar = { ...rounded(learned.grammar), calibration };
  const unread = await unreadExamples(learned, grammar, examples);
  const patterns = exceptions(unread, examples, linker);
  const sayings = sayingsOf(learned, grammar);
  return {
    source: moduleText({ from, aliases, patterns, grammar, sayings }),
    patterns,
    grammar,
    unexplained,
  };
}

function progress(onProgress: LearningOptions['onProgress'], from: number, to: number) {
  return (done: number, all: number) => onProgress?.(from * all + (to - from) * done, all);
}

/** As a person reads weights: two digits, and none that hardly count. */
function rounded(grammar: Grammar): Grammar {
  const weights = new Map<string, number>();
  for (const [name, weight] of grammar.weights) {
    if (Math.abs(weight) >= LEAST_WRITTEN) weights.set(name, Math.round(weight * 100) / 100);
  }
  return { ...grammar, weights };
}

const LEAST_WRITTEN = 0.2;

/** Examples that the pieces do not read as they are meant. */
async function unreadExamples(
  { examples: taught }: Learned,
  grammar: Grammar,
  examples: readonly Example[],
): Promise<Example[]> {
  const reader = new GrammarReader(grammar);
  const read = new Set<Example>();
  for (const [index, { example, words, names, tree }] of taught.entries()) {
    const best = reader.shares(words, names)[0];
    if (best !== undefined && best.confidence >= LEAST_CONFIDENCE && keyOfTree(best.tree) === keyOfTree(tree))
      read.add(example);
    if (index % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return examples.filter((example) => !read.has(example));
}

/**
 * What the pieces do not read rightly. With slots where several constants were seen in them and always meant the same; else
 * word for word: where the pieces fail for one constant they may well be right for the next, which may be of another kind.
 */
function exceptions(
  unread: readonly Example[],
  examples: readonly Example[],
  linker: EntityLinker,
): LearnedPattern[] {
  const goals = new Map<string, number>();
  const textOf = ({ text }: { readonly text: string }) => text.toLowerCase();
  const open = wholeQuestions(examples, linker);
  for (const pattern of open) goals.set(textOf(pattern), (goals.get(textOf(pattern)) ?? 0) + 1);
  const general = new Set(open.filter((each) => each.times > 1 && goals.get(textOf(each)) === 1).map(textOf));
  return merged(
    unread.map((example) => {
      const { question, goal, answers } = example;
      const [slotted] = wholeQuestions([example], linker);
      if (general.has(textOf(slotted!))) return slotted!;
      return { text: question.replaceAll('{', '{{').replaceAll('}', '}}'), goal, answers };
    }),
  );
}

function wholeQuestions(examples: readonly Example[], linker: EntityLinker): LearnedPattern[] {
  return merged(
    examples.map(({ question, goal, answers }) => {
      const { text, goal: open, slots } = alignQuestion(question, goal, linker);
      const filled = new Set(slots.map(({ name }) => name));
      return { text, goal: open, answers: answers.filter((name) => !filled.has(name)) };
    }),
  );
}

/** Each pattern once. */
function merged(patterns: readonly Omit<LearnedPattern, 'times'>[]): LearnedPattern[] {
  const found = new Map<string, LearnedPattern>();
  for (const pattern of patterns) {
    const key = `${pattern.text.toLowerCase()} ${writeTerm(pattern.goal)} ${pattern.answers.join()}`;
    found.set(key, { ...pattern, times: (found.get(key)?.times ?? 0) + 1 });
  }
  return [...found.values()];
}

function unnamed({ question, goal, line }: Example, linker: EntityLinker): Unexplained[] {
  const { unaligned } = alignQuestion(question, goal, linker);
  if (unaligned.length === 0) return [];
  const constants = unaligned.map((each) => displayTerm(each)).join(', ');
  return [{ line, question, why: `no words were found that name ${constants}: kept as it is` }];
}

/** How the examples say each piece, where the likeliest way to put their question together is the right one. */
function sayingsOf({ examples }: Learned, grammar: Grammar) {
  const model = new GrammarModel(grammar);
  const found = new Map<string, Map<string, number>>();
  const times = new Map<string, number>();
  for (const { words, names, tree, example } of examples) {
    const chart = new Chart(model, model.numbered(words.map(({ key }) => key)), names);
    const [best] = sampledTrees(chart, 1);
    countPieces(tree, grammar, times);
    if (best === undefined || keyOfTree(best) !== keyOfTree(tree)) continue;
    visit(best, (each) => {
      const { id } = grammar.pieces[each.piece]!;
      const said = found.get(id) ?? new Map<string, number>();
      found.set(id, said);
      const text = sayingOf(each, example.question, words);
      if (text !== '') said.set(text, (said.get(text) ?? 0) + 1);
    });
  }
  return new Map(
    grammar.pieces.map(({ id }) => {
      const said = [...(found.get(id) ?? [])].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
      return [id, { texts: said.slice(0, MOST_SAYINGS).map(([text]) => text), times: times.get(id) ?? 0 }];
    }),
  );
}

function countPieces(tree: LearnedExample['tree'], grammar: Grammar, times: Map<string, number>): void {
  const { id } = grammar.pieces[tree.piece]!;
  times.set(id, (times.get(id) ?? 0) + 1);
  for (const part of tree.parts) countPieces(part, grammar, times);
}

function visit(tree: SpannedTree, take: (tree: SpannedTree) => void): void {
  take(tree);
  for (const part of tree.parts) visit(part, take);
}

/** The piece's own words; {..} where a part or a name stands. */
function sayingOf(
  { from, to, parts, names }: SpannedTree,
  _question: string,
  words: LearnedExample['words'],
): string {
  const shown: string[] = [];
  const inner = [...parts, ...names].filter((each) => each !== undefined).sort((a, b) => a.from - b.from);
  let hasWord = false;
  for (let at = from; at < to; at++) {
    const there = inner.find((each) => each.from <= at && at < each.to);
    if (there === undefined) {
      shown.push(words[at]!.key);
      hasWord = true;
    } else {
      shown.push('{..}');
      at = there.to - 1;
    }
  }
  return hasWord ? shown.join(' ') : '';
}
