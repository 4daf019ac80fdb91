import type { Position } from '../linking/linker.js';
import type { Piece } from './piece.js';

/** A piece that was learned, and how it goes together with others. */
export interface GrammarPiece extends Piece {
  /** Its name in its module. */
  readonly id: string;
  /** Of a whole goal: its variables that are asked for. */
  readonly answers: readonly string[];
  /** For each slot: where in facts constants stand that it takes; empty where any will do. */
  readonly takes: readonly (readonly Position[])[];
  /** For each hole: the pieces that were seen there. */
  readonly parts: readonly (readonly string[])[];
}

/** A piece whose goal or answers are a whole question's. */
export const isWhole = (piece: Piece): boolean => piece.answer === '';

/**
 * Pieces, and how much each word of a question speaks for each: the weights of a log-linear model over all ways to put a
 * question together from pieces.
 */
export interface Grammar {
  readonly module: string;
  readonly pieces: readonly GrammarPiece[];
  /** By `weightName`; what is missing weighs nothing. */
  readonly weights: ReadonlyMap<string, number>;
  readonly calibration: Calibration;
}

/** How often a reading is right, by its share of all that a question may be: logistic in the logarithm of the share's odds. */
export interface Calibration {
  readonly intercept: number;
  readonly slope: number;
}

/** Where nothing was held back to fit it. */
export const UNFITTED: Calibration = { intercept: 0, slope: 1 };

/*
 * The names of weights, their parts between tabs. `of` is a piece's id or a predicate's name/arity: words speak for the predicates of a piece too, so
 * that what one piece taught helps another with the same predicate.
 */
export const weightName = {
  /** A word that is said where a piece is meant. */
  word: (of: string, word: string) => `word\t${of}\t${word}`,
  /** A word that the examples did not have, or once only. */
  unknown: (of: string) => `unknown\t${of}`,
  /** A word that begins so, whatever its ending. */
  start: (of: string, start: string) => `start\t${of}\t${start}`,
  /** A piece that is meant but for which nothing is said. */
  silent: (of: string) => `silent\t${of}`,
  /** A piece in a hole of another one; holes are numbered from 0. */
  part: (of: string, hole: number, part: string) => `part\t${of}\t${hole}\t${part}`,
  /** A piece in a hole where none of the examples had it, but ones like it. */
  unseenPart: (kinship: Kinship) => `unseen\t${kinship}`,
  /** A constant in a slot; slots are numbered from 0. */
  slot: (of: string, slot: number) => `slot\t${of}\t${slot}`,
  /** A constant that so many words name; 4 stands for more. */
  nameLength: (words: number) => `name_length\t${Math.min(words, 4)}`,
  /** A word within the name of a constant. */
  nameWord: (word: string) => `name_word\t${word}`,
  nameUnknown: 'name_unknown',
} as const;

/**
 * In what an unseen part is like those that were seen: the piece was seen in a hole of the same kind, a piece of the same
 * kind was seen in the hole, or both.
 */
export type Kinship = 'hole' | 'part' | 'both';

/** So many letters of a word stand for all words that begin with them. */
export const START_LENGTH = 4;
