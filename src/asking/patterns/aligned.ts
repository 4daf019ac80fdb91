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

export interface Alignment {
  readonly score: number;
  /** Of each word of the pattern: whether it was found. */
  readonly matched: readonly boolean[];
  /** Of each word of the question: whether it is accounted for. */
  readonly covered: readonly boolean[];
  readonly fillings: ReadonlyMap<string, Filling>;
}

/** What it is worth to fill a slot, as a word of weight 1 counts 1. */
export const SLOT_WEIGHT = 1.5;

type Step = 'end' | 'match' | 'skip pattern' | 'skip question' | Filling;

/**
 * @param weights of the question's words
 * @param fillingsOf what may fill a slot from a word on
 */
export function aligned(
  pattern: readonly PatternWord[],
  keys: readonly string[],
  weights: readonly number[],
  fillingsOf: (slot: string, from: number) => readonly Filling[],
): Alignment {
  const [rows, columns] = [pattern.length + 1, keys.length + 1];
  const scores = new Float64Array(rows * columns);
  const steps = new Array<Step>(rows * columns).fill('end');
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      if (i === rows - 1 && j === columns - 1) continue;
      const here = i * columns + j;
      let best = Number.NEGATIVE_INFINITY;
      let step: Step = 'end';
      const consider = (score: number, next: Step) => {
        if (score > best) [best, step] = [score, next];
      };
      const word = pattern[i];
      if (word !== undefined && j < columns - 1 && word.key !== undefined && word.key === keys[j])
        consider(word.weight + scores[here + columns + 1]!, 'match');
      if (word?.slot !== undefined) {
        for (const filling of fillingsOf(word.slot, j))
          consider(SLOT_WEIGHT * filling.worth + scores[(i + 1) * columns + filling.to]!, filling);
      }
      if (word !== undefined)
        consider(
          scores[here + columns]! - (word.key === undefined ? SLOT_WEIGHT : word.weight),
          'skip pattern',
        );
      if (j < columns - 1) consider(scores[here + 1]! - weights[j]!, 'skip question');
      scores[here] = best;
      steps[here] = step;
    }
  }
  return traced(pattern, keys.length, columns, scores[0]!, steps);
}

function traced(
  pattern: readonly PatternWord[],
  length: number,
  columns: number,
  score: number,
  steps: readonly Step[],
): Alignment {
  const matched = new Array<boolean>(pattern.length).fill(false);
  const covered = new Array<boolean>(length).fill(false);
  const fillings = new Map<string, Filling>();
  for (let [i, j] = [0, 0]; i < pattern.length || j < length; ) {
    const step = steps[i * columns + j]!;
    if (step === 'match') {
      matched[i++] = true;
      covered[j++] = true;
    } else if (step === 'skip pattern') i++;
    else if (step === 'skip question') j++;
    else if (step === 'end') break;
    else {
      matched[i] = true;
      fillings.set(pattern[i]!.slot!, step);
      covered.fill(true, step.from, step.to);
      i++;
      j = step.to;
    }
  }
  return { score, matched, covered, fillings };
}
