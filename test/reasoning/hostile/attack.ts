import type { LimitKind, ReasoningLimits } from '../../../src/reasoning/reasoning.js';

/** A module, a goal or both that mean harm, and what must come of them. */
export interface Attack {
  /** What is tried, where the goal does not say so itself. */
  readonly name?: string;
  /** Source of a module, put before the goal is asked and deleted afterwards. */
  readonly module?: string;
  readonly goal?: string;
  readonly assume?: readonly string[];
  readonly limits?: Partial<ReasoningLimits>;
  readonly expected: Outcome;
}

export type Outcome =
  /** The goal is refused with this code, or one of these. */
  | { readonly refused: string | readonly string[] }
  /** The module is not stored, for a diagnostic with this code. */
  | { readonly notStored: string }
  /** The goal ends by one of these limits. */
  | { readonly limited: readonly LimitKind[] }
  /** The goal is answered; texts as "X = a", best first. */
  | { readonly answers: readonly string[] }
  /** Which of these depends on the machine, or on who evaluates. */
  | { readonly either: readonly Outcome[] }
  /** The goal has so many answers, which are too long to be written here. */
  | { readonly count: number };

/** Goals as they stand, each with its code. */
export function refusals(code: string | readonly string[], goals: readonly string[]): Attack[] {
  return goals.map((goal) => ({ goal, expected: { refused: code } }));
}

/** What goes on for ever ends by what is used up first, which differs between machines. */
export const endless: Outcome = { limited: ['INFERENCES', 'TIME', 'MEMORY', 'ANSWERS'] };
/** What asks for too much at once. */
export const tooMuch: Outcome = { limited: ['MEMORY', 'TIME'] };
