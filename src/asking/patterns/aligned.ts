/*
 * A question held against one pattern, both as words in order. The best alignment is found by dynamic programming, as
 * for the edit distance: words that are the same are matched, others are skipped on either side at the price of their
 * weight, and a slot takes a span of words that was linked to something that fits it.
 */

export interface PatternWord {
  /** Folded and stemmed; undefined for a slot. */
  readonly key: string | undefined;
  readonly slot: string | undefined;
  readonly weight: number;
}

/** Words [from, to) of the question that may fill a slot; `worth` in [0, 1]. */
export interface Filling {
  readonly from: number;
  readonly to: number;
  readonly worth: number;
}

export interface Alignment<Fill extends Filling = Filling> {
  /** Of each word of the pattern: whether it was found. */
  readonly matched: readonly boolean[];
  /** Of each word of the question: whether it is accounted for. */
  readonly covered: readonly boolean[];
  readonly fillings: ReadonlyMap<string, Fill>;
}

/** What it is worth to fill a slot, as a word of weight 1 counts 1. */
export const SLOT_WEIGHT = 1.5;

/** Steps of an alignment; what is FILL and above is a filling, by its place among those of its word. */
const END = 0;
const MATCH = 1;
const SKIP_PATTERN = 2;
const SKIP_QUESTION = 3;
const FILL = 4;

/** Kept from one alignment to the next: they are made for every question some times over. */
let scores = new Float64Array(1_024);
let steps = new Uint16Array(1_024);

/**
 * @param weights of the question's words
 * @param fillingsOf for each slot and each word of the question, what may fill the slot from this word on
 */
export function aligned<Fill extends Filling>(
  pattern: readonly PatternWord[],
  keys: readonly string[],
  weights: readonly number[],
  fillingsOf: ReadonlyMap<string, readonly (readonly Fill[])[]>,
): Alignment<Fill> {
  const [rows, columns] = [pattern.length + 1, keys.length + 1];
  if (rows * columns > scores.length) {
    scores = new Float64Array(2 * rows * columns);
    steps = new Uint16Array(2 * rows * columns);
  }
  for (let i = rows - 1; i >= 0; i--) {
    const word = pattern[i];
    const below = (i + 1) * columns;
    const fillings = word?.slot === undefined ? undefined : fillingsOf.get(word.slot);
    for (let j = columns - 1; j >= 0; j--) {
      const here = i * columns + j;
      let best = i === rows - 1 && j === columns - 1 ? 0 : Number.NEGATIVE_INFINITY;
      let step = END;
      if (word !== undefined) {
        best = scores[below + j]! - word.weight;
        step = SKIP_PATTERN;
        if (word.key !== undefined && word.key === keys[j]) {
          const matched = word.weight + scores[below + j + 1]!;
          if (matched >= best) [best, step] = [matched, MATCH];
        }
        const spans = fillings?.[j];
        if (spans !== undefined) {
          for (let f = 0; f < spans.length; f++) {
            const filled = word.weight * spans[f]!.worth + scores[below + spans[f]!.to]!;
            if (filled > best) [best, step] = [filled, FILL + f];
          }
        }
      }
      if (j < columns - 1) {
        const skipped = scores[here + 1]! - weights[j]!;
        if (skipped > best) [best, step] = [skipped, SKIP_QUESTION];
      }
      scores[here] = best;
      steps[here] = step;
    }
  }
  return traced(pattern, keys.length, columns, fillingsOf);
}

function traced<Fill extends Filling>(
  pattern: readonly PatternWord[],
  length: number,
  columns: number,
  fillingsOf: ReadonlyMap<string, readonly (readonly Fill[])[]>,
): Alignment<Fill> {
  const matched = new Array<boolean>(pattern.length).fill(false);
  const covered = new Array<boolean>(length).fill(false);
  const fillings = new Map<string, Fill>();
  for (let [i, j] = [0, 0]; i < pattern.length || j < length; ) {
    const step = steps[i * columns + j]!;
    if (step === MATCH) {
      matched[i++] = true;
      covered[j++] = true;
    } else if (step === SKIP_PATTERN) i++;
    else if (step === SKIP_QUESTION) j++;
    else if (step === END) break;
    else {
      const { slot } = pattern[i]!;
      const filling = fillingsOf.get(slot!)![j]![step - FILL]!;
      matched[i] = true;
      fillings.set(slot!, filling);
      covered.fill(true, filling.from, filling.to);
      i++;
      j = filling.to;
    }
  }
  return { matched, covered, fillings };
}
