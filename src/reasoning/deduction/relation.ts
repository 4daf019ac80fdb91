import { grownLength, KeyIndex, longer } from './key-index.js';

/** Later than any revision: a row that is live. */
export const FOREVER = 0x7fffffff;

/** One fact as a row; ids below 0 are suppositions. */
export interface Row {
  /** Numbers of the constants. */
  readonly args: readonly number[];
  readonly id: number;
  readonly confidence: number;
  /** Live at revision r when from <= r < to. */
  readonly from: number;
  readonly to: number;
  readonly hasSentence: boolean;
}

/**
 * The facts of one predicate, history included, as integer columns in the order of their ids; hash indexes are made for
 * the positions that look-ups bind. About 20 bytes a fact of two arguments, and 12 more for each index.
 */
export class Relation {
  /** One per argument; longer than `rows`. The array stays the same while its columns are replaced by longer ones. */
  readonly columns: Int32Array[];
  rows = 0;
  /** Rows that have a sentence. */
  sentences = 0;
  /** Rows that ended after they were added, in that order: what another holder of these facts must be told. */
  readonly ended: number[] = [];
  #ids = new Float64Array(16);
  #from = new Int32Array(16);
  /** Undefined while all rows are live. */
  #to: Int32Array | undefined;
  /** Undefined while all are 1. */
  #confidences: Float64Array | undefined;
  #sentences: Uint8Array | undefined;
  #newest = 0;
  readonly #indexes = new Map<string, KeyIndex>();

  constructor(readonly arity: number) {
    this.columns = Array.from({ length: arity }, () => new Int32Array(16));
  }

  get bytes(): number {
    const perRow = this.#ids.length * (8 + 4 + this.arity * 4);
    const optional =
      (this.#to?.byteLength ?? 0) + (this.#confidences?.byteLength ?? 0) + (this.#sentences?.byteLength ?? 0);
    let bytes = perRow + optional;
    for (const index of this.#indexes.values()) bytes += index.bytes;
    return bytes;
  }

  /** Adds a row. Ids rise from row to row, save for suppositions, which come last and go again. */
  add({ args, id, confidence, from, to, hasSentence }: Row): void {
    const row = this.rows;
    if (row >= this.#ids.length) this.#grow();
    for (let i = 0; i < this.arity; i++) this.columns[i]![row] = args[i]!;
    this.#ids[row] = id;
    this.#from[row] = from;
    if (from > this.#newest) this.#newest = from;
    if (to !== FOREVER && this.#to === undefined) this.#to = new Int32Array(this.#ids.length).fill(FOREVER);
    if (this.#to !== undefined) this.#to[row] = to;
    if (confidence !== 1 && this.#confidences === undefined) {
      this.#confidences = new Float64Array(this.#ids.length).fill(1);
    }
    if (this.#confidences !== undefined) this.#confidences[row] = confidence;
    if (hasSentence) this.#sentences ??= new Uint8Array(this.#ids.length);
    if (this.#sentences !== undefined) this.#sentences[row] = hasSentence ? 1 : 0;
    if (hasSentence) this.sentences += 1;
    this.rows += 1;
    for (const index of this.#indexes.values()) index.add(row);
  }

  /** Takes the last row out again. */
  removeLast(): void {
    for (const index of this.#indexes.values()) index.removeLast(this.rows - 1);
    this.rows -= 1;
    if (this.hasSentence(this.rows)) this.sentences -= 1;
  }

  /** The fact is no longer live from revision `to` on. */
  end(id: number, to: number): void {
    const row = this.rowOf(id);
    if (row < 0) return;
    this.#to ??= new Int32Array(this.#ids.length).fill(FOREVER);
    this.#to[row] = to;
    this.ended.push(row);
  }

  /** The row of the fact with this id, or -1; suppositions are not looked for. */
  rowOf(id: number): number {
    let [low, high] = [0, this.rows - 1];
    while (high >= 0 && this.#ids[high]! < 0) high--;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#ids[middle]!;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  id(row: number): number {
    return this.#ids[row]!;
  }
  confidence(row: number): number {
    return this.#confidences === undefined ? 1 : this.#confidences[row]!;
  }
  from(row: number): number {
    return this.#from[row]!;
  }
  to(row: number): number {
    return this.#to === undefined ? FOREVER : this.#to[row]!;
  }
  hasSentence(row: number): boolean {
    return this.#sentences !== undefined && this.#sentences[row] === 1;
  }

  isLive(row: number, revision: number): boolean {
    return this.#from[row]! <= revision && (this.#to === undefined || revision < this.#to[row]!);
  }

  /** Whether every row is live at `revision`, so that none has to be asked. */
  isWhole(revision: number): boolean {
    return this.#to === undefined && this.#newest <= revision;
  }

  /** Whether every row has the confidence 1. */
  get isCertain(): boolean {
    return this.#confidences === undefined;
  }

  /** The index by the columns at `positions` (ascending, at least one), made when it is first asked for. */
  index(positions: readonly number[]): KeyIndex {
    const name = positions.join();
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const index = new KeyIndex(this.columns, positions, this.rows);
    this.#indexes.set(name, index);
    return index;
  }

  /** How many different keys the index by `positions` has; undefined when it was never made. */
  keysOf(positions: readonly number[]): number | undefined {
    return this.#indexes.get(positions.join())?.keys;
  }

  #grow(): void {
    for (let i = 0; i < this.arity; i++) this.columns[i] = longer(this.columns[i]!);
    const length = grownLength(this.#ids.length);
    const ids = new Float64Array(length);
    ids.set(this.#ids);
    this.#ids = ids;
    this.#from = longer(this.#from);
    if (this.#to !== undefined) this.#to = longer(this.#to).fill(FOREVER, this.rows);
    if (this.#confidences !== undefined) {
      const confidences = new Float64Array(length).fill(1);
      confidences.set(this.#confidences);
      this.#confidences = confidences;
    }
    if (this.#sentences !== undefined) {
      const sentences = new Uint8Array(length);
      sentences.set(this.#sentences);
      this.#sentences = sentences;
    }
  }
}
