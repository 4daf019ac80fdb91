import type { Space } from '../space.js';
import type { View } from '../table.js';
import { type CallPattern, read, Step } from './step.js';

/**
 * Calls a predicate of a lower stratum from inside a negation or an aggregate: all answers count, so its space is driven
 * on until there are no more, or until enough was found.
 */
export class SettledCallStep extends Step {
  readonly #key: Int32Array;
  readonly #own: View;

  constructor(
    readonly frame: Int32Array,
    readonly space: Space,
    readonly predicate: string,
    readonly pattern: CallPattern,
  ) {
    super();
    this.#own = space.table(predicate, pattern.known).demandView;
    this.#key = new Int32Array(pattern.known.length);
  }

  run(): boolean {
    const { space, frame, pattern } = this;
    const key = this.#key;
    for (let i = 0; i < key.length; i++) key[i] = read(pattern.sources[i]!, frame);
    const whole = space.wholeTable(this.predicate);
    const table = whole ?? space.table(this.predicate, pattern.known);
    const view = whole === undefined ? this.#own : whole.view(pattern.known);
    const entry = view.entry(key);
    if (view === table.demandView && view.demand(entry)) space.demanded(table, entry);
    let last = -1;
    for (;;) {
      const row = last < 0 ? view.first[entry]! : view.next[last]!;
      if (row < 0) {
        if (!space.advance()) return false;
        continue;
      }
      space.meter.step();
      last = row;
      if (this.#take(table.columns, row)) return true;
    }
  }

  #take(columns: readonly Int32Array[], row: number): boolean {
    const { frame } = this;
    for (const { position, cell } of this.pattern.given) frame[cell] = columns[position]![row]!;
    for (const { position, cell } of this.pattern.repeated) {
      if (frame[cell] !== columns[position]![row]) return false;
    }
    return this.next.run();
  }
}
