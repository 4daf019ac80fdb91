import { type Cursor, type Place, requeueLater } from '../cursor.js';
import type { Space } from '../space.js';
import type { Table, View } from '../table.js';
import { type CallPattern, read, Step } from './step.js';

/**
 * Calls a predicate with rules: demands the key of the known arguments, goes on with the answers that are final
 * already, and waits for those that will be. The tuple's number goes into the cell `reference`.
 */
export class CallStep extends Step {
  readonly number: number;
  readonly #own: Table;
  readonly #key: Int32Array;
  #table: Table;
  #view: View;

  constructor(
    readonly frame: Int32Array,
    readonly space: Space,
    readonly predicate: string,
    readonly pattern: CallPattern,
    readonly reference: number,
    readonly place: Place,
  ) {
    super();
    this.number = space.enlist(this);
    this.#own = space.table(predicate, pattern.known);
    this.#table = this.#own;
    this.#view = this.#own.demandView;
    this.#key = new Int32Array(pattern.known.length);
  }

  run(): boolean {
    const { space, frame } = this;
    const { sources } = this.pattern;
    const key = this.#key;
    for (let i = 0; i < sources.length; i++) key[i] = read(sources[i]!, frame);
    this.#choose();
    const view = this.#view;
    const entry = view.entry(key);
    // Consumers see an answer when it becomes final; those that are final by now are gone through here.
    space.await(view, entry, this);
    if (this.#table === this.#own && view.demand(entry)) space.demanded(this.#own, entry);
    const first = view.first[entry]!;
    if (first < 0) return false;
    const last = view.lastOf(entry);
    const left = this.goOn(this.#table, view, first, last);
    if (left >= 0) {
      space.meter.grow(100 + frame.byteLength);
      const cursor = new AnswerCursor(this, frame.slice(), this.#table, view, left, last);
      space.putOff(cursor, this.place.score(), this.place.size());
    }
    return false;
  }

  /**
   * Goes on with the answers of an entry from row `first` to row `last`: those behind it come as they become final.
   * Returns the row where it was put off, or -1.
   */
  goOn(table: Table, view: View, first: number, last: number): number {
    const { space } = this;
    for (let row = first; ; row = view.next[row]!) {
      if (space.isTired) return row;
      space.meter.step();
      this.#take(table, row, table.tuples[row]!);
      if (row === last) return -1;
    }
  }

  /** An answer has become final for a consumer of this step, whose frame begins at `start` of the consumers' cells. */
  resume(cells: Int32Array, start: number, table: Table, row: number, tuple: number): void {
    this.space.meter.step();
    const { frame } = this;
    for (let i = 0; i < frame.length; i++) frame[i] = cells[start + i]!;
    this.#take(table, row, tuple);
  }

  #take({ columns }: Table, row: number, tuple: number): void {
    const { frame } = this;
    const { given, repeated } = this.pattern;
    for (let i = 0; i < given.length; i++) frame[given[i]!.cell] = columns[given[i]!.position]![row]!;
    for (let i = 0; i < repeated.length; i++) {
      if (frame[repeated[i]!.cell] !== columns[repeated[i]!.position]![row]) return;
    }
    frame[this.reference] = tuple;
    this.next.run();
  }

  /** Where all answers of the predicate are wanted anyway, none are derived a second time for this call. */
  #choose(): void {
    if (this.#table !== this.#own) return;
    const whole = this.space.wholeTable(this.predicate);
    if (whole === undefined || whole === this.#own) return;
    this.#table = whole;
    this.#view = whole.view(this.pattern.known);
  }
}

/** The rest of the answers that a call found when it was made. */
class AnswerCursor implements Cursor {
  constructor(
    readonly step: CallStep,
    readonly frame: Int32Array,
    readonly table: Table,
    readonly view: View,
    public row: number,
    readonly last: number,
  ) {}

  resume(space: Space, tuple: number): void {
    this.step.frame.set(this.frame);
    this.row = this.step.goOn(this.table, this.view, this.row, this.last);
    if (this.row >= 0) requeueLater(space, tuple);
  }
}
