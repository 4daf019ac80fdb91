import type { ArgumentType } from '../linking/argument-types.js';
import type { QuestionPattern } from './pattern.js';

/** A declared pattern with what may fill its slots. */
export interface KnownPattern {
  readonly pattern: QuestionPattern;
  /** Of each slot of the text; a slot for meaning is TEXT. */
  readonly slots: ReadonlyMap<string, ArgumentType>;
}
