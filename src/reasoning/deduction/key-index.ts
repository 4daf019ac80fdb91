/**
 * Rows by the constants in some of their columns: a hash table with open addressing whose entries are chains of rows,
 * in the order in which the rows were added. Only the last row can be taken out again.
 */
export class KeyIndex {
  /** Behind each row the next one with the same key, or -1. */
  next: Int32Array;
  /** First row of each entry. */
  #heads: Int32Array;
  #tails: Int32Array;
  /** Entry + 1 by hash, 0 where there is none. */
  #slots: Int32Array;
  #entries = 0;

  constructor(
    /** The rows' columns; they may be replaced by longer ones. */
    readonly columns: readonly Int32Array[],
    readonly positions: readonly number[],
    rows: number,
  ) {
    const capacity = Math.max(16, rows);
    this.next = new Int32Array(capacity);
    this.#heads = new Int32Array(16);
    this.#tails = new Int32Array(16);
    this.#slots = new Int32Array(32);
    for (let row = 0; row < rows; row++) this.add(row);
  }

  /** How many different keys there are. */
  get keys(): number {
    return this.#entries;
  }

  get bytes(): number {
    return 4 * (this.next.length + this.#heads.length * 2 + this.#slots.length);
  }

  /** The first row whose columns at `positions` are `key`, or -1. */
  find(key: Int32Array): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = hashOf(key) & mask; ; at = (at + 1) & mask) {
      const entry = slots[at]! - 1;
      if (entry < 0) return -1;
      const row = this.#heads[entry]!;
      if (this.#isAt(row, key)) return row;
    }
  }

  /** `row` is the number after the last one that was added. */
  add(row: number): void {
    if (row >= this.next.length) this.next = longer(this.next);
    this.next[row] = -1;
    const at = this.#slotOf(row);
    const entry = this.#slots[at]! - 1;
    if (entry >= 0) {
      this.next[this.#tails[entry]!] = row;
      this.#tails[entry] = row;
      return;
    }
    if (this.#entries >= this.#heads.length) {
      this.#heads = longer(this.#heads);
      this.#tails = longer(this.#tails);
    }
    this.#heads[this.#entries] = row;
    this.#tails[this.#entries] = row;
    this.#entries += 1;
    this.#slots[at] = this.#entries;
    if (this.#entries * 2 > this.#slots.length) this.#rehash();
  }

  /** Takes the last row out that was added. */
  removeLast(row: number): void {
    const at = this.#slotOf(row);
    const entry = this.#slots[at]! - 1;
    if (this.#heads[entry] !== row) {
      let before = this.#heads[entry]!;
      while (this.next[before] !== row) before = this.next[before]!;
      this.next[before] = -1;
      this.#tails[entry] = before;
      return;
    }
    // A key that only this row has is the last entry: its slot was free before, and none was filled since.
    this.#entries -= 1;
    if (this.#slots[at] === this.#entries + 1) this.#slots[at] = 0;
    else throw new Error('rows leave an index in the reverse order of their coming');
  }

  #slotOf(row: number): number {
    const { positions, columns } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hash = 0;
    for (let i = 0; i < positions.length; i++) hash = mixed(hash, columns[positions[i]!]![row]!);
    for (let at = finished(hash) & mask; ; at = (at + 1) & mask) {
      const entry = slots[at]! - 1;
      if (entry < 0 || this.#isSame(this.#heads[entry]!, row)) return at;
    }
  }

  #isAt(row: number, key: Int32Array): boolean {
    const { positions, columns } = this;
    for (let i = 0; i < positions.length; i++) if (columns[positions[i]!]![row] !== key[i]) return false;
    return true;
  }

  #isSame(row: number, other: number): boolean {
    const { positions, columns } = this;
    for (let i = 0; i < positions.length; i++) {
      const column = columns[positions[i]!]!;
      if (column[row] !== column[other]) return false;
    }
    return true;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#entries; entry++) {
      this.#slots[this.#slotOf(this.#heads[entry]!)] = entry + 1;
    }
  }
}

export function hashOf(key: Int32Array): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = mixed(hash, key[i]!);
  return finished(hash);
}

/** One step of a multiplicative hash; `finished` spreads it over the low bits (both as in MurmurHash3). */
export const mixed = (hash: number, value: number): number =>
  Math.imul(hash ^ value, 0x9e3779b1) ^ (hash >>> 15);
export function finished(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return h ^ (h >>> 13);
}

/**
 * Arrays of up to 64 bytes lie in V8's own heap, where they cost next to nothing: what is mostly small begins with that,
 * and grows faster while it is short.
 */
export const grownLength = (length: number): number => (length < 4_096 ? length * 4 : length * 2);

/** The same numbers with room for more. */
export function longer(array: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(grownLength(array.length));
  result.set(array);
  return result;
}
