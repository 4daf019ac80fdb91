import type { Term } from '../../prolog/term.js';

/** `:- question("who owns {Service}?", owned_by(Service, Team), [answer(Team)]).` */
export interface QuestionPattern {
  /** As it was written, slots in braces. */
  readonly text: string;
  /** Its variables have the names that the text's slots and `answers` use. */
  readonly goal: Term;
  /** Names of the goal's variables that the question asks for. */
  readonly answers: readonly string[];
  readonly module: string;
  /** Line of the directive in its module, from 1; null for a pattern that stands in none. */
  readonly line: number | null;
  /** It was put together from learned pieces for this one question. */
  readonly composed?: boolean;
}

/** A slot of a pattern, and what it was filled with. */
export interface FilledSlot {
  readonly name: string;
  /** The words of the question that fill it. */
  readonly text: string;
  /** A constant; a variable where a sub-question fills the slot. */
  readonly value: Term;
  /** How surely the words mean the value, in (0, 1]. */
  readonly score: number;
}

/** One way to understand a question. */
export interface Reading {
  readonly pattern: QuestionPattern;
  /** The pattern's goal with its slots filled. */
  readonly goal: Term;
  /** Names of the goal's variables that are asked for. */
  readonly answers: readonly string[];
  readonly slots: readonly FilledSlot[];
  /** How much the question's words are those of the pattern, in [0, 1]. */
  readonly similarity: number;
  /** The part of questions read as surely as this one that are read rightly, in [0, 1]. */
  readonly confidence: number;
  /** Words of the question that the reading says nothing about; empty when it accounts for all. */
  readonly leftover: string;
}
