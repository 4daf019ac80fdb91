import type { Space } from './space.js';

/**
 * Work that was put off. It stands in the agenda with the best score and the smallest proof that it can lead to, behind
 * the tuples that are as good: it is resumed when nothing better is left to do.
 */
export interface Cursor {
  /** @param tuple its number in the agenda, to be put back with `requeue` while there is more to do */
  resume(space: Space, tuple: number): void;
}

/** Where a step stands that may put work off. */
export interface Place {
  readonly space: Space;
  /** The best that can come of the frame as it is before the step. */
  readonly score: () => number;
  readonly size: () => number;
}

/** Added to a cursor's size, which is that of a whole proof otherwise. */
export const BEHIND = 0.5;

/**
 * Puts a cursor back that only ran out of its turn. It goes behind proofs that are one node larger each time: else one
 * that has no end would keep everything waiting that is worth as much.
 */
export function requeueLater({ derived }: Space, tuple: number): void {
  derived.requeue(tuple, derived.score[tuple]!, derived.size[tuple]! + 1);
}
