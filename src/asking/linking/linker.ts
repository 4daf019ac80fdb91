import type { Term } from '../../prolog/term.js';

/** An argument of a predicate; `argument` counts from 0. */
export interface Position {
  readonly predicate: string;
  readonly arity: number;
  readonly argument: number;
}

/**
 * How a text was found to name a constant, surest first. A number of the text that no fact holds is a NUMBER too:
 * what a goal compares with need not occur.
 */
export type LinkKind = 'EXACT' | 'ALIAS' | 'NORMALISED' | 'NUMBER' | 'TRIGRAM' | 'EMBEDDING';

/** A constant that a text may mean. */
export interface Link {
  /** An atom, a string or a number. */
  readonly value: Term;
  /** The words of the question, as they stand there. */
  readonly text: string;
  /** In (0, 1]. */
  readonly score: number;
  readonly kind: LinkKind;
  /** Where the constant occurs in facts. */
  readonly positions: readonly Position[];
}

/** The words [from, to) of a question, and the constants that they may mean, best first; at least one. */
export interface Mention {
  readonly from: number;
  readonly to: number;
  readonly links: readonly Link[];
}

/** The constants of a knowledge base at one revision, in memory: routing takes no turn of the event loop for them. */
export interface EntityLinker {
  /** The constants that the whole text may mean, best first; with `at`, only those that occur at one of these positions, and numbers. */
  link(text: string, at?: readonly Position[]): readonly Link[];
  /**
   * Every span of words that names a constant, overlapping ones too, in order of `from`, longest first.
   *
   * @param most words of one span; 6 when left out
   */
  mentions(words: readonly string[], most?: number): readonly Mention[];
  /** Whether some fact has this value there. */
  occursAt(value: Term, position: Position): boolean;
  /**
   * Whether the value, which need not stand there, is of the kind that does: some service that depends on nothing is a
   * service all the same. False where the linker does not know.
   */
  isOfKind?(value: Term, position: Position): boolean;
}
