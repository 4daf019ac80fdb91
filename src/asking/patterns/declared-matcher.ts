import { templateParts } from '../../knowledge/template.js';
import { str, type Term } from '../../prolog/term.js';
import { substitute } from '../../prolog/variables.js';
import { displayTerm } from '../../prolog/writer.js';
import type { ArgumentType } from '../linking/argument-types.js';
import type { EntityLinker, Link } from '../linking/linker.js';
import { folded, stemmed } from '../linking/name-keys.js';
import { type Alignment, aligned, type Filling, type PatternWord, SLOT_WEIGHT } from './aligned.js';
import { confidenceOf, evidenceOf, type ReadingFacts } from './confidence.js';
import { functionWords } from './function-words.js';
import type { KnownPattern } from './known-pattern.js';
import { isNegation } from './negations.js';
import type { FilledSlot, Reading } from './pattern.js';
import type { PatternMatcher } from './pattern-matcher.js';
import { type Word, wordsOf } from './words.js';

/** Patterns that share most with a question; these are held against it word by word. */
const MOST_CANDIDATES = 6;
/** A pattern of whose words less than this share is there is none. */
const LEAST_FOUND = 0.34;
/** Candidates have at least so much of the share of the best. */
const SHARE_OF_BEST = 0.4;
const MOST_READINGS = 5;
/** Words of what fills a slot while nothing is known to be called so. */
const LONGEST_UNKNOWN = 3;
/** What is left of a similarity when nothing is called what stands in a slot. */
const UNKNOWN_NAME = 0.7;
/** A function word counts so much of another word. */
const FUNCTION_WORD = 0.25;

/** A pattern that would fit, were it known what stands in a slot. */
export interface NearMiss {
  readonly pattern: string;
  readonly similarity: number;
  readonly slot: string;
  /** What stands there: the words [from, to) of the question. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly type: ArgumentType;
}

interface IndexedPattern extends KnownPattern {
  readonly words: readonly PatternWord[];
  /** Of all words and slots. */
  readonly weight: number;
  /** Of its words alone. */
  readonly wordWeight: number;
}

interface Asked {
  readonly text: string;
  readonly words: readonly Word[];
  readonly keys: readonly string[];
  readonly weights: readonly number[];
}

/**
 * Holds a question against the patterns of which it has most words, each as a sequence of words and slots: see
 * `aligned.ts`. Words count by how few patterns have them. Everything that is said about confidence is in
 * `confidence.ts`.
 */
export class DeclaredMatcher implements PatternMatcher {
  readonly #patterns: IndexedPattern[] = [];
  readonly #postings = new Map<string, number[]>();
  readonly #weights = new Map<string, number>();
  readonly #found: Float64Array;

  /** @param observe is told what confidence is made from: for fitting it (bench/routing-fit.mjs) */
  constructor(
    patterns: readonly KnownPattern[],
    readonly observe?: (
      reading: Omit<Reading, 'confidence'>,
      facts: ReadingFacts,
      evidence: number,
      rival: number | undefined,
    ) => void,
  ) {
    const split = patterns.map((known) => partsOf(known.pattern.text));
    for (const parts of split) {
      for (const key of new Set(parts.flatMap(({ key }) => key ?? [])))
        this.#weights.set(key, (this.#weights.get(key) ?? 0) + 1);
    }
    for (const [key, count] of this.#weights) {
      const rarity = Math.log(1 + patterns.length / count) / Math.log(1 + patterns.length);
      this.#weights.set(key, (0.4 + 0.6 * rarity) * (functionKeys.has(key) ? FUNCTION_WORD : 1));
    }
    for (const [i, known] of patterns.entries()) {
      const words = split[i]!.map(({ key, slot }) => ({
        key,
        slot,
        weight: key === undefined ? SLOT_WEIGHT : this.#weights.get(key)!,
      }));
      const wordWeight = sum(words.map(({ key, weight }) => (key === undefined ? 0 : weight)));
      this.#patterns.push({ ...known, words, weight: sum(words.map(({ weight }) => weight)), wordWeight });
      for (const key of new Set(words.flatMap(({ key }) => key ?? []))) {
        const posting = this.#postings.get(key);
        if (posting === undefined) this.#postings.set(key, [i]);
        else posting.push(i);
      }
    }
    this.#found = new Float64Array(patterns.length);
  }

  match(question: string, linker: EntityLinker): readonly Reading[] {
    const asked = this.#asked(question);
    const candidates = this.#candidates(asked);
    if (candidates.length === 0) return [];
    const mentions = mentionsFrom(linker, asked);
    const readings = candidates.flatMap((candidate) => this.#readings(candidate, asked, mentions, linker));
    const best = new Map<string, Reading & Facts>();
    for (const reading of readings) {
      const key = `${displayTerm(reading.goal)} ${reading.answers.join()}`;
      const known = best.get(key);
      if (known === undefined || known.evidence < reading.evidence) best.set(key, reading);
    }
    const ranked = [...best.values()].sort((a, b) => b.evidence - a.evidence);
    return ranked.slice(0, MOST_READINGS).map(({ evidence, facts, ...reading }, i) => {
      const rival = ranked[i === 0 ? 1 : 0]?.evidence;
      this.observe?.(reading, facts, evidence, rival);
      return { ...reading, confidence: confidenceOf(evidence, rival) };
    });
  }

  /** The pattern that fits best when a slot may hold what nothing is called; undefined where none fits well. */
  nearMiss(question: string, linker: EntityLinker): NearMiss | undefined {
    const asked = this.#asked(question);
    const mentions = mentionsFrom(linker, asked);
    let best: NearMiss | undefined;
    for (const candidate of this.#candidates(asked)) {
      const alignment = this.#aligned(candidate, asked, mentions, linker, true);
      const open = [...alignment.fillings].find(
        ([slot, { links }]) => links.length === 0 && candidate.slots.get(slot)!.kind !== 'TEXT',
      );
      if (open === undefined) continue;
      const { similarity: whole } = this.#measured(candidate, asked, alignment, mentions);
      const similarity = whole * UNKNOWN_NAME;
      if (best !== undefined && best.similarity >= similarity) continue;
      const [slot, { from, to }] = open;
      const text = spanText(asked, from, to);
      const type = candidate.slots.get(slot)!;
      best = { pattern: candidate.pattern.text, similarity, slot, text, from, to, type };
    }
    return best;
  }

  #asked(text: string): Asked {
    const words = wordsOf(text);
    const keys = words.map((word) => stemmed(folded(word.text)));
    const weights = keys.map(
      (key) => this.#weights.get(key) ?? (functionKeys.has(key) ? FUNCTION_WORD / 2 : 1),
    );
    return { text, words, keys, weights };
  }

  /** Those of whose words the question has the largest share; of equal shares the pattern that says more. */
  #candidates({ keys }: Asked): IndexedPattern[] {
    const found = this.#found;
    const seen: number[] = [];
    for (let at = 0; at < keys.length; at++) {
      const posting = this.#postings.get(keys[at]!);
      if (posting === undefined || keys.indexOf(keys[at]!) < at) continue;
      const weight = this.#weights.get(keys[at]!)!;
      for (const i of posting) {
        if (found[i] === 0) seen.push(i);
        found[i]! += weight;
      }
    }
    const best: { readonly i: number; readonly share: number; readonly weight: number }[] = [];
    const isBetter = (share: number, weight: number, than: { share: number; weight: number } | undefined) =>
      than === undefined || share > than.share || (share === than.share && weight > than.weight);
    for (const i of seen) {
      const weight = found[i]!;
      const share = weight / this.#patterns[i]!.wordWeight;
      found[i] = 0;
      if (share < LEAST_FOUND || (best.length === MOST_CANDIDATES && !isBetter(share, weight, best.at(-1))))
        continue;
      let at = best.length;
      while (at > 0 && isBetter(share, weight, best[at - 1])) at--;
      best.splice(at, 0, { i, share, weight });
      if (best.length > MOST_CANDIDATES) best.pop();
    }
    const enough = (best[0]?.share ?? 0) * SHARE_OF_BEST;
    return best.filter(({ share }) => share >= enough).map(({ i }) => this.#patterns[i]!);
  }

  #aligned(
    { words, slots }: IndexedPattern,
    asked: Asked,
    mentions: Mentioned,
    linker: EntityLinker,
    isLoose: boolean,
  ): Alignment<LinkedFilling> {
    const fillingsOf = new Map<string, readonly LinkedFilling[][]>();
    for (const [slot, type] of slots) fillingsOf.set(slot, fillings(type, asked, mentions, linker, isLoose));
    return aligned(words, asked.keys, asked.weights, fillingsOf);
  }

  #readings(
    candidate: IndexedPattern,
    asked: Asked,
    mentions: Mentioned,
    linker: EntityLinker,
  ): (Reading & Facts)[] {
    const { pattern, slots } = candidate;
    const alignment = this.#aligned(candidate, asked, mentions, linker, false);
    // A slot of the goal that is not filled is a variable more: another question than the pattern's.
    if ([...slots.keys()].some((slot) => !alignment.fillings.has(slot))) return [];
    if (missesNegation(candidate, asked, alignment)) return [];
    const measured = this.#measured(candidate, asked, alignment, mentions);
    let choices: FilledSlot[][] = [[]];
    let meaning = '';
    for (const [name, filling] of alignment.fillings) {
      const { from, to, links } = filling;
      const text = spanText(asked, from, to);
      if (slots.get(name)!.kind === 'TEXT') {
        if (/^\p{Ll}/u.test(name)) meaning = text;
        else choices = choices.map((slot) => [...slot, { name, text, value: str(text), score: 1 }]);
        continue;
      }
      choices = links
        .slice(0, 2)
        .flatMap(({ value, score }) => choices.map((slot) => [...slot, { name, text, value, score }]));
    }
    const leftover = [meaning, measured.leftover].filter((text) => text !== '').join(' ');
    return choices.slice(0, 4).map((filledSlots) => {
      const facts = {
        ...measured.facts,
        links: filledSlots.reduce((product, { score }) => product * score, 1),
      };
      const values = new Map<string, Term>(filledSlots.map(({ name, value }) => [name, value]));
      return {
        pattern,
        goal: substitute(pattern.goal, values),
        answers: pattern.answers,
        slots: filledSlots,
        similarity: measured.similarity * facts.links,
        confidence: 0,
        leftover,
        facts,
        evidence: evidenceOf(facts),
      };
    });
  }

  #measured(
    { words, weight, slots }: IndexedPattern,
    { text, words: asked, keys, weights }: Asked,
    { matched, covered, fillings: filled }: Alignment,
    mentions: Mentioned,
  ): { similarity: number; leftover: string; facts: Omit<ReadingFacts, 'links'> } {
    const ofPattern = sum(words.map((word, i) => (matched[i] ? word.weight : 0))) / weight;
    const isKnown = (i: number) => this.#weights.has(keys[i]!) && !functionKeys.has(keys[i]!);
    let [known, fresh, unusedWords, swallowed] = [0, 0, 0, 0];
    const runs: [number, number][] = [];
    for (const [i, isCovered] of covered.entries()) {
      if (isCovered) continue;
      if (isKnown(i) || mentions.isNamed[i]) known += weights[i]!;
      else fresh += weights[i]!;
      if (!functionKeys.has(keys[i]!)) unusedWords += 1;
      const run = runs.at(-1);
      if (run !== undefined && run[1] === i) run[1] = i + 1;
      else runs.push([i, i + 1]);
    }
    for (const [slot, { from, to }] of filled) {
      if (slots.get(slot)!.kind !== 'TEXT') continue;
      for (let i = from; i < to; i++) if (isKnown(i) || mentions.isNamed[i]) swallowed += weights[i]!;
    }
    const saying = runs.filter(([from, to]) => keys.slice(from, to).some((key) => !functionKeys.has(key)));
    const leftover = saying.map(([from, to]) => text.slice(asked[from]!.start, asked[to - 1]!.end)).join(' ');
    const rest = known + fresh;
    const ofQuestion = weight / (weight + rest);
    const similarity = (2 * ofPattern * ofQuestion) / (ofPattern + ofQuestion);
    return {
      similarity,
      leftover,
      facts: { ofPattern, known, fresh, swallowed, unusedWords, runs: saying.length },
    };
  }
}

interface Facts {
  readonly facts: ReadingFacts;
  /** See `evidenceOf`. */
  readonly evidence: number;
}

/**
 * Whether pattern or question says "not" where the other does not: then it is the opposite. A negation within more words
 * that are left over says something about these.
 */
function missesNegation({ words }: IndexedPattern, asked: Asked, { matched, covered }: Alignment): boolean {
  if (words.some(({ key }, i) => !matched[i] && key !== undefined && isNegation(key, key))) return true;
  return asked.keys.some((key, i) => {
    if (covered[i] || !isNegation(asked.words[i]!.text, key)) return false;
    const says = (at: number) =>
      at in covered &&
      !covered[at] &&
      !functionKeys.has(asked.keys[at]!) &&
      !isNegation(asked.words[at]!.text, asked.keys[at]!);
    let [from, to] = [i, i];
    while (from > 0 && !covered[from - 1]) from--;
    while (to + 1 < covered.length && !covered[to + 1]) to++;
    for (let at = from; at <= to; at++) if (says(at)) return false;
    return true;
  });
}

interface Mentioned {
  /** By their first word. */
  readonly from: readonly (readonly { readonly to: number; readonly links: readonly Link[] }[])[];
  /** Of each word: whether it is part of a name. */
  readonly isNamed: readonly boolean[];
}

function mentionsFrom(linker: EntityLinker, { words, keys }: Asked): Mentioned {
  const from: { to: number; links: readonly Link[] }[][] = words.map(() => []);
  const isNamed = words.map(() => false);
  for (const mention of linker.mentions(words.map(({ text }) => text))) {
    from[mention.from]!.push({ to: mention.to, links: mention.links });
    for (let i = mention.from; i < mention.to; i++) if (!functionKeys.has(keys[i]!)) isNamed[i] = true;
  }
  return { from, isNamed };
}

type LinkedFilling = Filling & { readonly links: readonly Link[] };

/** What may fill a slot of this type, by the first word. */
function fillings(
  type: ArgumentType,
  { words, keys }: Asked,
  mentions: Mentioned,
  linker: EntityLinker,
  isLoose: boolean,
): readonly LinkedFilling[][] {
  if (type.kind === 'TEXT') {
    return words.map((_, from) => {
      const spans: LinkedFilling[] = [];
      let says = false;
      for (let to = from + 1; to <= words.length; to++) {
        says ||= !functionKeys.has(keys[to - 1]!);
        if (says) spans.push({ from, to, worth: 0.6, links: [] });
      }
      return spans;
    });
  }
  return words.map((_, from) => {
    const spans: LinkedFilling[] = [];
    for (const { to, links } of mentions.from[from]!) {
      const fitting = links
        .flatMap((link) => {
          const fit = fitOf(link, type, linker);
          return fit === 0 ? [] : fit === 1 ? [link] : [{ ...link, score: link.score * fit }];
        })
        .sort((a, b) => b.score - a.score);
      if (fitting.length > 0) spans.push({ from, to, worth: fitting[0]!.score, links: fitting });
    }
    if (isLoose && spans.length === 0 && !functionKeys.has(keys[from]!)) {
      for (let to = from + 1; to <= Math.min(words.length, from + LONGEST_UNKNOWN); to++) {
        if (!functionKeys.has(keys[to - 1]!)) spans.push({ from, to, worth: 0.3, links: [] });
      }
    }
    return spans;
  });
}

/** What is left of a link's score when facts have the constant only where others of its kind are. */
const OF_KIND = 0.8;

/** How well a constant fits: 1 where facts have it, 0 where it is something else. */
function fitOf({ value, kind }: Link, { kind: wanted, groups }: ArgumentType, linker: EntityLinker): number {
  if (wanted === 'ANY') return kind === 'TRIGRAM' || kind === 'EMBEDDING' ? 0 : 1;
  if (groups.every((group) => group.some((position) => linker.occursAt(value, position)))) return 1;
  const isOfKind = groups.every((group) => group.some((position) => linker.isOfKind?.(value, position)));
  return isOfKind ? OF_KIND : 0;
}

type PatternPart = Pick<PatternWord, 'key' | 'slot'>;

function partsOf(text: string): PatternPart[] {
  return templateParts(text).flatMap((part): PatternPart[] =>
    'variable' in part
      ? [{ key: undefined, slot: part.variable }]
      : wordsOf(part.text).map((word) => ({ key: stemmed(folded(word.text)), slot: undefined })),
  );
}

function spanText({ text, words }: Asked, from: number, to: number): string {
  return text.slice(words[from]!.start, words[to - 1]!.end);
}

const functionKeys: ReadonlySet<string> = new Set([...functionWords].map((word) => stemmed(folded(word))));
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
