import { type Cursor, type Place, requeueLater } from '../cursor.js';
import type { KeyIndex } from '../key-index.js';
import type { Relation } from '../relation.js';
import type { RequestFacts } from '../request-facts.js';
import type { Space } from '../space.js';
import type { WorkMeter } from '../work-meter.js';
import type { RetrievedPlace, RowTaker } from './retrieved-rows.js';
import { RetrievedRows } from './retrieved-rows.js';
import { type CallPattern, read, Step } from './step.js';

/** Looks facts up, by an index where some argument is known. The row's number goes into the cell `reference`. */
export class FactStep extends Step implements RowTaker {
  /** Of a hybrid question, where retrieval has not brought everything yet. */
  readonly #retrieved: RetrievedRows | undefined;
  readonly #index: KeyIndex | undefined;
  readonly #key: Int32Array;
  #seesAll = false;

  constructor(
    readonly frame: Int32Array,
    readonly relation: Relation,
    readonly facts: RequestFacts,
    readonly pattern: CallPattern,
    /** Or -1 where nobody asks. */
    readonly reference: number,
    readonly meter: WorkMeter,
    /** Where rows may be put off; undefined where all are wanted at once. */
    readonly place: Place | undefined,
    retrieved?: RetrievedPlace,
  ) {
    super();
    const isScan = pattern.known.length === 0 && retrieved?.isBounded === true && retrieved.canScan;
    this.#retrieved = retrieved && new RetrievedRows(this, retrieved, isScan);
    this.#index = pattern.known.length === 0 ? undefined : relation.index(pattern.known);
    this.#key = new Int32Array(pattern.known.length);
  }

  run(): boolean {
    const { sources } = this.pattern;
    for (let i = 0; i < sources.length; i++) this.#key[i] = read(sources[i]!, this.frame);
    return this.take(this.#key);
  }

  /** Goes on with each row that has this key. */
  take(key: Int32Array): boolean {
    this.#seesAll = this.facts.seesAll(this.relation);
    if (this.#retrieved?.isScan) this.#retrieved.scan();
    if (this.#retrieved?.skipsAll) return false;
    const first = this.#index === undefined ? 0 : this.#index.find(key);
    const left = this.#from(first);
    this.#retrieved?.flush();
    if (left === STOPPED) return true;
    if (left !== DONE) {
      const { space, score, size } = this.place!;
      this.meter.grow(100 + this.frame.byteLength);
      space.putOff(new RowCursor(this, this.frame.slice(), left), score(), size());
    }
    return false;
  }

  /** Goes on from a row. Returns where it was put off, DONE or STOPPED. */
  #from(first: number): number {
    const index = this.#index;
    if (index === undefined) {
      for (let row = first; row < this.relation.rows; row++) {
        if (this.place?.space.isTired) return row;
        if (this.#mayTake(row) && this.takeRow(row)) return STOPPED;
      }
      return DONE;
    }
    for (let row = first; row >= 0; row = index.next[row]!) {
      if (this.place?.space.isTired) return row;
      if (this.#mayTake(row) && this.takeRow(row)) return STOPPED;
    }
    return DONE;
  }

  #mayTake(row: number): boolean {
    if (this.#retrieved === undefined) return true;
    this.meter.step();
    return this.facts.isThere(this.relation, row) && this.#retrieved.mayTake(row);
  }

  /** Goes on with the rows that have a sentence and that retrieval has not brought. */
  takeOthers(): void {
    const { relation, facts } = this;
    for (let row = 0; row < relation.rows; row++) {
      const isOther = relation.hasSentence(row) && facts.similarity(relation.id(row)) === undefined;
      if (isOther) this.takeRow(row);
    }
  }

  /** As `take` where nothing is put off, in the order of the facts' ids; suppositions come last. */
  protected takeInOrder(key: Int32Array): boolean {
    this.#seesAll = this.facts.seesAll(this.relation);
    const rows: number[] = [];
    const index = this.#index;
    if (index === undefined) for (let row = 0; row < this.relation.rows; row++) rows.push(row);
    else for (let row = index.find(key); row >= 0; row = index.next[row]!) rows.push(row);
    const place = (row: number) => {
      const id = this.relation.id(row);
      return id < 0 ? Number.MAX_SAFE_INTEGER - 1_000_000 - id : id;
    };
    for (const row of rows.sort((a, b) => place(a) - place(b))) if (this.takeRow(row)) return true;
    return false;
  }

  /** As `take`, from where it was put off; the frame is as it was then. */
  resume(row: number): number {
    this.#seesAll = this.facts.seesAll(this.relation);
    const left = this.#from(row);
    this.#retrieved?.flush();
    return left;
  }

  takeRow(row: number): boolean {
    this.meter.step();
    const { relation, frame } = this;
    if (!this.#seesAll && !this.facts.sees(relation, row)) return false;
    const { given, repeated } = this.pattern;
    const { columns } = relation;
    for (let i = 0; i < given.length; i++) frame[given[i]!.cell] = columns[given[i]!.position]![row]!;
    for (let i = 0; i < repeated.length; i++) {
      if (frame[repeated[i]!.cell] !== columns[repeated[i]!.position]![row]) return false;
    }
    if (this.reference >= 0) frame[this.reference] = row;
    return this.next.run();
  }
}

const DONE = -1;
const STOPPED = -2;

/** The rest of a step's rows. */
class RowCursor implements Cursor {
  constructor(
    readonly step: FactStep,
    readonly frame: Int32Array,
    public row: number,
  ) {}

  resume(space: Space, tuple: number): void {
    this.step.frame.set(this.frame);
    this.row = this.step.resume(this.row);
    if (this.row >= 0) requeueLater(space, tuple);
  }
}
