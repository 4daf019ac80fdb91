import type { DerivedTuples } from './derived-tuples.js';
import { finished, grownLength, hashOf, longer, mixed } from './key-index.js';
import type { WorkMeter } from './work-meter.js';

/**
 * The tuples of one predicate that were derived for one way of calling it. `demand` are the positions that are bound
 * in such calls: each key of theirs that was called is demanded, and only then are its tuples derived (magic sets).
 */
export class Table {
  /** One for each argument, and a last one where anchors count: 1 for a proof with a retrieved fact. */
  readonly columns: Int32Array[];
  /** Number of each row's tuple. */
  tuples = new Int32Array(16);
  rows = 0;
  /** Of the positions in `demand`. */
  readonly demandView: View;
  readonly #views = new Map<string, View>();
  /** Row + 1 by hash. */
  #slots = new Int32Array(16);
  /** All views, in the order of their making. */
  readonly views: View[] = [];

  constructor(
    readonly number: number,
    readonly predicate: string,
    readonly width: number,
    readonly demand: readonly number[],
    readonly derived: DerivedTuples,
    readonly meter: WorkMeter,
  ) {
    this.columns = Array.from({ length: width }, () => new Int32Array(16));
    this.demandView = this.view(demand);
  }

  /** The final tuples by the columns at `positions`. */
  view(positions: readonly number[]): View {
    const name = positions.join();
    const known = this.#views.get(name);
    if (known !== undefined) return known;
    const view = new View(this.columns, positions, this.meter);
    for (let row = 0; row < this.rows; row++) if (this.derived.isFinal(this.tuples[row]!)) view.add(row);
    this.#views.set(name, view);
    this.views.push(view);
    return view;
  }

  /**
   * A derivation of a tuple. Returns its number when this is the best one so far and its proof is wanted; else -1.
   */
  offer(values: Int32Array, score: number, size: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = hashOf(values) & mask;
    for (; slots[at] !== 0; at = (at + 1) & mask) {
      const row = slots[at]! - 1;
      if (!this.#isAt(row, values)) continue;
      const tuple = this.tuples[row]!;
      const { derived } = this;
      const known = derived.score[tuple]!;
      if (score < known || derived.isFinal(tuple)) return -1;
      if (score === known && size >= derived.size[tuple]!) return -1;
      derived.improve(tuple, score, size);
      return tuple;
    }
    return this.#add(values, at, score, size);
  }

  #add(values: Int32Array, at: number, score: number, size: number): number {
    const row = this.rows;
    if (row >= this.tuples.length) this.#grow();
    for (let i = 0; i < this.width; i++) this.columns[i]![row] = values[i]!;
    this.rows += 1;
    this.#slots[at] = this.rows;
    const tuple = this.derived.add(this.number, row, score, size);
    this.tuples[row] = tuple;
    if (this.rows * 2 > this.#slots.length) this.#rehash();
    return this.derived.isClosed ? -1 : tuple;
  }

  #isAt(row: number, values: Int32Array): boolean {
    for (let i = 0; i < this.width; i++) if (this.columns[i]![row] !== values[i]) return false;
    return true;
  }

  #grow(): void {
    const { length } = this.tuples;
    this.meter.grow((grownLength(length) - length) * 4 * (this.width + 1));
    this.tuples = longer(this.tuples);
    for (let i = 0; i < this.width; i++) this.columns[i] = longer(this.columns[i]!);
  }

  #rehash(): void {
    const slots = new Int32Array(grownLength(this.#slots.length));
    this.meter.grow((slots.length - this.#slots.length) * 4);
    const mask = slots.length - 1;
    for (let row = 0; row < this.rows; row++) {
      let hash = 0;
      for (let i = 0; i < this.width; i++) hash = mixed(hash, this.columns[i]![row]!);
      let at = finished(hash) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = row + 1;
    }
    this.#slots = slots;
  }
}

/** The final tuples of a table by the values at some positions, and who waits for more with those values. */
export class View {
  /** Behind each row the next one of its entry, or -1. */
  next = new Int32Array(16);
  /** Of each entry: its first and last row, or -1. */
  first = new Int32Array(16);
  #last = new Int32Array(16);
  /** Of each entry: the consumer that came last, or -1 (see Consumers). */
  consumers = new Int32Array(16);
  #demanded = new Uint8Array(16);
  readonly #keys: Int32Array[];
  readonly #key: Int32Array;
  #slots = new Int32Array(16);
  #entries = 0;

  constructor(
    readonly columns: readonly Int32Array[],
    readonly positions: readonly number[],
    readonly meter: WorkMeter,
  ) {
    this.#keys = positions.map(() => new Int32Array(16));
    this.#key = new Int32Array(positions.length);
  }

  /** The entry of a key, made where there is none. */
  entry(key: Int32Array): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = hashOf(key) & mask;
    for (; slots[at] !== 0; at = (at + 1) & mask) {
      const entry = slots[at]! - 1;
      if (this.#isAt(entry, key)) return entry;
    }
    return this.#add(key, at);
  }

  /** Last row of an entry that has one. */
  lastOf(entry: number): number {
    return this.#last[entry]!;
  }

  /** Values of the entry's key. */
  readKey(entry: number, into: Int32Array): void {
    for (let i = 0; i < this.#keys.length; i++) into[i] = this.#keys[i]![entry]!;
  }

  /** Whether the entry is demanded for the first time. */
  demand(entry: number): boolean {
    if (this.#demanded[entry] === 1) return false;
    this.#demanded[entry] = 1;
    return true;
  }

  /** A row has become final. Returns its entry. */
  add(row: number): number {
    const { positions, columns } = this;
    for (let i = 0; i < positions.length; i++) this.#key[i] = columns[positions[i]!]![row]!;
    const entry = this.entry(this.#key);
    while (row >= this.next.length) {
      this.meter.grow((grownLength(this.next.length) - this.next.length) * 4);
      this.next = longer(this.next);
    }
    this.next[row] = -1;
    const last = this.#last[entry]!;
    if (last < 0) this.first[entry] = row;
    else this.next[last] = row;
    this.#last[entry] = row;
    return entry;
  }

  #add(key: Int32Array, at: number): number {
    const entry = this.#entries;
    if (entry >= this.first.length) this.#grow();
    this.#entries += 1;
    for (let i = 0; i < this.#keys.length; i++) this.#keys[i]![entry] = key[i]!;
    this.first[entry] = -1;
    this.#last[entry] = -1;
    this.consumers[entry] = -1;
    this.#slots[at] = this.#entries;
    if (this.#entries * 2 > this.#slots.length) this.#rehash();
    return entry;
  }

  #isAt(entry: number, key: Int32Array): boolean {
    for (let i = 0; i < this.#keys.length; i++) if (this.#keys[i]![entry] !== key[i]) return false;
    return true;
  }

  #grow(): void {
    const { length } = this.first;
    this.meter.grow((grownLength(length) - length) * (13 + 4 * this.#keys.length));
    this.first = longer(this.first);
    this.#last = longer(this.#last);
    this.consumers = longer(this.consumers);
    const demanded = new Uint8Array(this.first.length);
    demanded.set(this.#demanded);
    this.#demanded = demanded;
    for (let i = 0; i < this.#keys.length; i++) this.#keys[i] = longer(this.#keys[i]!);
  }

  #rehash(): void {
    const slots = new Int32Array(grownLength(this.#slots.length));
    this.meter.grow((slots.length - this.#slots.length) * 4);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#entries; entry++) {
      let hash = 0;
      for (let i = 0; i < this.#keys.length; i++) hash = mixed(hash, this.#keys[i]![entry]!);
      let at = finished(hash) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = entry + 1;
    }
    this.#slots = slots;
  }
}
