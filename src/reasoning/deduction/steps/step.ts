/**
 * One goal of a planned body: it finds its solutions one after the other, writes each into the frame and runs the next
 * step. Steps of one plan share the frame, since a plan never runs inside itself.
 */
export abstract class Step {
  next!: Step;

  /** True when enough was found: whoever called it looks no further. */
  abstract run(): boolean;
}

/** Where a value comes from: a cell of the frame, or a constant where `cell` is -1. */
export interface Source {
  readonly cell: number;
  readonly constant: number;
}

export const read = (source: Source, frame: Int32Array): number =>
  source.cell < 0 ? source.constant : frame[source.cell]!;

/** How a call's arguments meet a row: which are known before, which it gives, and which must be equal to one it gave. */
export interface CallPattern {
  /** Positions that are known, ascending, with their values. */
  readonly known: readonly number[];
  readonly sources: readonly Source[];
  readonly given: readonly { readonly position: number; readonly cell: number }[];
  readonly repeated: readonly { readonly position: number; readonly cell: number }[];
}
