import type { Declarations } from '../../knowledge/declarations.js';
import { type Calibration, type Grammar, UNFITTED, weightName } from './grammar.js';

/** The pieces and weights of a rule module; undefined for one without. */
export function declaredGrammar(
  module: string,
  { pieces, weights }: Pick<Declarations, 'pieces' | 'weights'>,
): Grammar | undefined {
  if (pieces.length === 0) return undefined;
  const named = new Map<string, number>();
  for (const { of, kind, weights: pairs } of weights) {
    for (const [key, weight] of pairs) {
      const name = declaredWeightName(of, kind, key);
      if (name !== undefined) named.set(name, weight);
    }
  }
  return {
    module,
    pieces: pieces.map(({ id, goal, answer, answers, holes, slots }) => ({
      id,
      goal,
      answer,
      answers,
      holes: holes.map(({ name, on }) => ({ name, on })),
      slots: slots.map(({ name }) => name),
      takes: slots.map(({ takes }) => takes),
      parts: holes.map(({ parts }) => parts),
    })),
    weights: named,
    calibration: calibrationOf(weights),
  };
}

/** `:- weights(confidence, share, [intercept-0.9, slope-1.3]).` */
function calibrationOf(weights: Declarations['weights']): Calibration {
  const pairs = weights.filter(({ of, kind }) => of === 'confidence' && kind === 'share');
  const { intercept, slope } = Object.fromEntries(pairs.flatMap((each) => each.weights));
  return { intercept: intercept ?? UNFITTED.intercept, slope: slope ?? UNFITTED.slope };
}

/** Stands for every word that is not known. */
export const OTHER = '*';

/** `weights(Of, Kind, [Key-Weight])`; undefined for a kind that is not known. */
function declaredWeightName(of: string, kind: string, key: string): string | undefined {
  const hole = /^part\((\d+)\)$/.exec(kind)?.[1];
  if (hole !== undefined) return weightName.part(of, Number(hole) - 1, key);
  switch (`${of} ${kind}`) {
    case 'names words':
      return key === OTHER ? weightName.nameUnknown : weightName.nameWord(key);
    case 'names lengths':
      return weightName.nameLength(Number(key));
    case 'parts unseen':
      return key === 'hole' || key === 'part' || key === 'both' ? weightName.unseenPart(key) : undefined;
  }
  switch (kind) {
    case 'words':
      return key === OTHER ? weightName.unknown(of) : weightName.word(of, key);
    case 'starts':
      return weightName.start(of, key === OTHER ? '' : key);
    case 'names':
      return weightName.slot(of, Number(key) - 1);
    case 'piece':
      return key === 'silent' ? weightName.silent(of) : undefined;
    default:
      return undefined;
  }
}
