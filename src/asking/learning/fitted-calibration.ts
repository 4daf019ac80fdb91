import { type Calibration, UNFITTED } from '../grammar/grammar.js';
import { GrammarReader, logOdds } from '../grammar/grammar-reader.js';
import { namedConstants } from '../grammar/named-constants.js';
import type { PieceTree } from '../grammar/piece.js';
import { wordsOf } from '../grammar/words.js';
import type { EntityLinker } from '../linking/linker.js';
import type { Example } from './example.js';
import { conditionsOf } from './goal-pieces.js';
import {
  aliasedConstants,
  keyOfPiece,
  type LearningOptions,
  learnGrammar,
  wholeTree,
} from './learn-grammar.js';
import { namesByAliases } from './learned-aliases.js';

/** One example in so many is held back. */
const HELD_BACK = 5;
/** Fewer say too little. */
const LEAST_HELD_BACK = 15;
/** How strongly the two numbers are drawn to `UNFITTED` (Gaussian prior), in examples. */
const PRIOR = 1;

/**
 * Added to the intercept: a goal that is not the example's may give the same answers, and the grammar that is kept has learned
 * from a quarter more examples. On the first fifth of GeoQuery's training questions these two came to 1.7; less than half of
 * that is taken.
 */
const LENIENCE = 0.7;

/**
 * How sure readings may be: learns from four fifths of the examples, reads the rest, and fits a logistic regression to whether
 * the best reading of each is the example's goal (Platt 1999, "Probabilistic outputs for support vector machines").
 */
export async function fittedCalibration(
  examples: readonly Example[],
  linker: EntityLinker,
  options: LearningOptions,
): Promise<Calibration> {
  const held = examples.filter((_, index) => index % HELD_BACK === HELD_BACK - 1);
  if (held.length < LEAST_HELD_BACK) return UNFITTED;
  const rest = examples.filter((_, index) => index % HELD_BACK !== HELD_BACK - 1);
  const { grammar, aliases } = await learnGrammar(rest, linker, '', options);
  const reader = new GrammarReader(grammar);
  const aliased = aliasedConstants(aliases, linker);
  const conditions = conditionsOf(examples.map(({ goal }) => goal));
  const seen: { odds: number; isRight: boolean }[] = [];
  for (const { question, goal, answers } of held) {
    const words = wordsOf(question);
    const names = [...namedConstants(words, linker), ...namesByAliases(words, aliased)];
    const [best] = reader.shares(words, names);
    if (best === undefined) continue;
    const key = (meant: Pick<Example, 'goal' | 'answers'>) =>
      keyOfTree(wholeTree(meant, conditions, () => false));
    const isRight = key({ goal: best.goal, answers }) === key({ goal, answers });
    seen.push({ odds: logOdds(best.share), isRight });
  }
  return fitted(seen);
}

/** The same for goals that say the same in another order. */
function keyOfTree({ piece, parts }: PieceTree): string {
  return `${keyOfPiece(piece)}[${parts.map(keyOfTree).sort().join()}]${piece.slots.length}`;
}

/** By gradient descent: two numbers need nothing better. */
function fitted(seen: readonly { readonly odds: number; readonly isRight: boolean }[]): Calibration {
  let { intercept, slope } = UNFITTED;
  const rate = 0.5 / Math.max(1, seen.length);
  for (let step = 0; step < 2_000; step++) {
    let [byIntercept, bySlope] = [PRIOR * (UNFITTED.intercept - intercept), PRIOR * (UNFITTED.slope - slope)];
    for (const { odds, isRight } of seen) {
      const error = (isRight ? 1 : 0) - 1 / (1 + Math.exp(-(intercept + slope * odds)));
      byIntercept += error;
      bySlope += error * odds;
    }
    intercept += rate * byIntercept;
    slope += rate * 0.2 * bySlope;
  }
  const round = (value: number) => Math.round(value * 100) / 100;
  // A reading with a larger share is never less sure.
  return { intercept: round(intercept + LENIENCE), slope: round(Math.max(0.1, slope)) };
}
