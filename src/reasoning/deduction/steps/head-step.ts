import type { Scores } from '../scores.js';
import type { Space } from '../space.js';
import type { Table } from '../table.js';
import { read, type Source, Step } from './step.js';

/** The end of a rule's body: offers the head as a derivation, with its score and the size of its proof. */
export class HeadStep extends Step {
  readonly #values: Int32Array;

  constructor(
    readonly frame: Int32Array,
    readonly space: Space,
    readonly table: Table,
    readonly plan: number,
    readonly sources: readonly Source[],
    readonly scores: Scores,
    /** A last column says whether a retrieved fact was used. */
    readonly countsAnchors: boolean,
  ) {
    super();
    this.#values = new Int32Array(table.width);
  }

  run(): boolean {
    const { frame, sources, scores, space } = this;
    const values = this.#values;
    for (let i = 0; i < sources.length; i++) values[i] = read(sources[i]!, frame);
    if (this.countsAnchors) values[sources.length] = scores.isAnchored(frame) ? 1 : 0;
    const tuple = this.table.offer(values, scores.score(frame), scores.size(frame));
    if (tuple >= 0) space.record(this.table.derived, tuple, this.plan, frame);
    return false;
  }
}
