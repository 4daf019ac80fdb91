/** What a reading's confidence is made from. Weights are those of the matcher: a word that says much counts 1. */
export interface ReadingFacts {
  /** The share of the pattern that was found, in [0, 1]. */
  readonly ofPattern: number;
  /** Weight of the question's words that were not used though patterns or facts know them. */
  readonly known: number;
  /** Weight of its other words that were not used. */
  readonly fresh: number;
  /** Weight of the words that patterns or facts know, but that stand in a slot for any text. */
  readonly swallowed: number;
  /** How many words that say something were not used, and in how many places. */
  readonly unusedWords: number;
  readonly runs: number;
  /** The product of the slots' link scores, in (0, 1]. */
  readonly links: number;
}

/*
 * Confidence is a logistic regression in two steps, fitted by bench/routing-fit.mjs to the readings of the questions in
 * test/evaluation/routing/development.jsonl, each right or wrong by the values that its goal gives: first on what a
 * reading is by itself (its evidence, a logit), then on that and its lead over the best reading with another goal. As is
 * usual in Platt scaling (Platt 1999) the targets are drawn in a little; weights are drawn to what a person would think (L2).
 */

export function featuresOf({
  ofPattern,
  known,
  fresh,
  swallowed,
  unusedWords,
  runs,
  links,
}: ReadingFacts): number[] {
  const isPart = unusedWords > 0 ? 1 : 0;
  return [
    1,
    ofPattern,
    links,
    Math.min(known, 3),
    Math.min(swallowed, 3),
    isPart,
    isPart * ofPattern,
    Math.min(fresh, 4),
    Math.max(0, Math.min(runs, 4) - 1),
  ];
}

/** In the order of `featuresOf`. */
const weights = [-8.2, 9.67, 1.8, -1.77, -0.82, -1.64, 0.03, 0.32, -1.38];
/** Of 1, the evidence and the lead. */
const leadWeights = [-0.09, 0.71, 0.31];
/** A lead beyond this says no more. */
const MOST_LEAD = 4;

export function evidenceOf(facts: ReadingFacts): number {
  return featuresOf(facts).reduce((sum, feature, i) => sum + feature * weights[i]!, 0);
}

export function leadFeaturesOf(evidence: number, rival: number | undefined): number[] {
  const lead = rival === undefined ? MOST_LEAD : evidence - rival;
  return [1, evidence, Math.max(-MOST_LEAD, Math.min(MOST_LEAD, lead))];
}

/**
 * How sure a reading is, in (0, 1).
 *
 * @param rival the evidence of the best reading with another goal
 */
export function confidenceOf(evidence: number, rival: number | undefined): number {
  const z = leadFeaturesOf(evidence, rival).reduce((sum, feature, i) => sum + feature * leadWeights[i]!, 0);
  return 1 / (1 + Math.exp(-z));
}
