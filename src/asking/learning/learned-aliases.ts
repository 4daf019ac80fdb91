import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import type { NamedConstant } from '../grammar/chart.js';
import type { KeyedWord } from '../grammar/words.js';

/** A question with the constants of its goal, and those that its words are known to name. */
export interface NamedExample {
  readonly question: string;
  readonly words: readonly KeyedWord[];
  readonly names: readonly NamedConstant[];
  readonly constants: readonly Term[];
}

/** A name that questions have for a constant and that the knowledge base has not. */
export interface LearnedAlias {
  readonly constant: Term;
  /** As the questions write it. */
  readonly name: string;
  /** The words that are compared, between spaces. */
  readonly key: string;
}

/** Words of a name at most. */
const MOST_WORDS = 4;
/** How often a constant must be meant where the words are said, and the words be said where it is meant. */
const LEAST_PURITY = 0.8;
const LEAST_SHARE = 0.4;
/** Of all questions that mean the constant: what few of them say is chance. */
const LEAST_SHARE_OF_ALL = 0.1;
/** What is said once may be anything. */
const LEAST_TIMES = 2;
/** A word in so many of the questions is no part of a name. */
const MOST_USUAL = 0.3;

/**
 * Finds names for the constants that no word of their question is known to name, by what is said where they are meant and
 * nowhere else: Dice's coefficient of the words' questions and the constant's.
 */
export function learnedAliases(examples: readonly NamedExample[]): LearnedAlias[] {
  const runs = new Map<string, { name: string; in: Set<number>; words: number }>();
  examples.forEach(({ question, words }, index) => {
    for (let from = 0; from < words.length; from++) {
      for (let to = from + 1; to <= Math.min(words.length, from + MOST_WORDS); to++) {
        const key = keyOfRun(words, from, to);
        const name = question.slice(words[from]!.start, words[to - 1]!.end);
        const run = runs.get(key) ?? { name, in: new Set(), words: to - from };
        runs.set(key, run);
        run.in.add(index);
      }
    }
  });
  const aliases: LearnedAlias[] = [];
  for (const { constant, meantIn, unnamedIn } of meanings(examples)) {
    const open = new Set(unnamedIn);
    // One constant may have several names: the best first, then what the rest of its questions say.
    while (open.size > 0) {
      const best = bestRun(examples, runs, meantIn, open);
      if (best === undefined) break;
      aliases.push({ constant, name: best.name, key: best.key });
      for (const index of best.in) open.delete(index);
    }
  }
  return aliases;
}

/** The names that aliases give to words of a question. */
export function namesByAliases(
  words: readonly KeyedWord[],
  aliases: ReadonlyMap<string, readonly NamedConstant[]>,
): NamedConstant[] {
  const names: NamedConstant[] = [];
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= Math.min(words.length, from + MOST_WORDS); to++) {
      for (const each of aliases.get(keyOfRun(words, from, to)) ?? []) names.push({ ...each, from, to });
    }
  }
  return names;
}

export function keyOfRun(words: readonly KeyedWord[], from: number, to: number): string {
  return words
    .slice(from, to)
    .map((word) => word.key)
    .join(' ');
}

interface Run {
  readonly name: string;
  /** The questions that say it. */
  readonly in: ReadonlySet<number>;
  readonly words: number;
}

interface Meaning {
  readonly constant: Term;
  readonly meantIn: ReadonlySet<number>;
  readonly unnamedIn: ReadonlySet<number>;
}

function meanings(examples: readonly NamedExample[]): Meaning[] {
  const found = new Map<string, { constant: Term; meantIn: Set<number>; unnamedIn: Set<number> }>();
  examples.forEach(({ constants, names }, index) => {
    const named = new Set(names.map(({ value }) => writeTerm(value)));
    for (const constant of constants) {
      const key = writeTerm(constant);
      const meaning = found.get(key) ?? { constant, meantIn: new Set(), unnamedIn: new Set() };
      found.set(key, meaning);
      meaning.meantIn.add(index);
      if (!named.has(key)) meaning.unnamedIn.add(index);
    }
  });
  return [...found.values()].filter(({ unnamedIn }) => unnamedIn.size > 0);
}

function bestRun(
  examples: readonly NamedExample[],
  runs: ReadonlyMap<string, Run>,
  meantIn: ReadonlySet<number>,
  open: ReadonlySet<number>,
) {
  let best: { key: string; name: string; in: ReadonlySet<number>; score: number; words: number } | undefined;
  for (const index of open) {
    const { words } = examples[index]!;
    for (let from = 0; from < words.length; from++) {
      for (let to = from + 1; to <= Math.min(words.length, from + MOST_WORDS); to++) {
        const key = keyOfRun(words, from, to);
        const run = runs.get(key)!;
        const both = [...run.in].filter((each) => meantIn.has(each)).length;
        const opened = [...run.in].filter((each) => open.has(each)).length;
        if (run.in.size < LEAST_TIMES || both / run.in.size < LEAST_PURITY) continue;
        if (opened / open.size < LEAST_SHARE || both / meantIn.size < LEAST_SHARE_OF_ALL) continue;
        const score = (2 * opened) / (run.in.size + open.size);
        const isBetter =
          best === undefined ||
          score > best.score + 1e-9 ||
          // Of two that are as good the shorter one: the rest is the question's.
          (score > best.score - 1e-9 && run.words < best.words);
        if (isBetter) best = { key, ...run, score };
      }
    }
  }
  return best && (widened(examples, runs, best) ?? best);
}

/** `united` is always followed by `states`, which is no usual word: so it is the name's. */
function widened(
  examples: readonly NamedExample[],
  runs: ReadonlyMap<string, Run>,
  best: { readonly key: string; readonly in: ReadonlySet<number>; readonly words: number },
) {
  if (best.in.size < LEAST_TIMES) return undefined;
  const usual = examples.length * MOST_USUAL;
  for (const index of best.in) {
    const { words } = examples[index]!;
    for (let from = 0; from < words.length; from++) {
      if (keyOfRun(words, from, from + best.words) !== best.key) continue;
      for (const [start, end, more] of [
        [from, from + best.words + 1, from + best.words],
        [from - 1, from + best.words, from - 1],
      ] as const) {
        if (start < 0 || end > words.length) continue;
        const wide = runs.get(keyOfRun(words, start, end));
        const word = runs.get(words[more]!.key)!;
        if (wide?.in.size === best.in.size && word.in.size < usual)
          return { key: keyOfRun(words, start, end), ...wide };
      }
    }
  }
  return undefined;
}
