import { grownLength, longer } from './key-index.js';
import type { WorkMeter } from './work-meter.js';

const QUEUED_NO_MORE = -1;

/**
 * Every tuple that was derived in one space, and the agenda of those that are not final yet: a heap with four children
 * a node, best score first, then the smaller proof, then the older tuple. Scores and sizes only improve while a tuple
 * is queued (Knuth, "A generalization of Dijkstra's algorithm", 1977).
 */
export class DerivedTuples {
  count = 0;
  score = new Float64Array(8);
  /** Nodes of the best proof. */
  size = new Float64Array(8);
  /** Number of the table, or of a source where `row` is -1. */
  table = new Int32Array(8);
  row = new Int32Array(8);
  /** Where its proof stands in `proofs`. */
  proof = new Int32Array(8);
  /** Place in the heap, or -1 once it is final. */
  #place = new Int32Array(8);
  #heap = new Int32Array(8);
  #queued = 0;

  #isClosed = false;

  constructor(readonly meter: WorkMeter) {}

  get queued(): number {
    return this.#queued;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** No tuple is taken any more, and those that are queued, or still come, are not improved. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#place.fill(QUEUED_NO_MORE, 0, this.count);
    this.#queued = 0;
  }

  /** Whether nothing better can come for the tuple any more. */
  isFinal(tuple: number): boolean {
    return this.#place[tuple] === QUEUED_NO_MORE;
  }

  /** A new tuple, queued. */
  add(table: number, row: number, score: number, size: number): number {
    const tuple = this.count;
    if (tuple >= this.score.length) this.#grow();
    this.count += 1;
    this.score[tuple] = score;
    this.size[tuple] = size;
    this.table[tuple] = table;
    this.row[tuple] = row;
    this.proof[tuple] = -1;
    if (this.#isClosed) this.#place[tuple] = QUEUED_NO_MORE;
    else this.#rise(tuple, this.#queued++);
    return tuple;
  }

  /** A queued tuple is worth more than was known, or as much by a smaller proof. */
  improve(tuple: number, score: number, size: number): void {
    this.score[tuple] = score;
    this.size[tuple] = size;
    this.#rise(tuple, this.#place[tuple]!);
  }

  /** Puts a tuple back that was taken, with a score that may be lower and a size that may be greater: for cursors. */
  requeue(tuple: number, score: number, size: number): void {
    this.score[tuple] = score;
    this.size[tuple] = size;
    this.#rise(tuple, this.#queued++);
  }

  /** The best of the queued tuples, or -1. */
  best(): number {
    return this.#queued === 0 ? -1 : this.#heap[0]!;
  }

  /** Takes the best tuple out, which makes it final; -1 when none is queued. */
  take(): number {
    if (this.#queued === 0) return -1;
    const tuple = this.#heap[0]!;
    this.#queued -= 1;
    this.#place[tuple] = QUEUED_NO_MORE;
    if (this.#queued > 0) this.#sink(this.#heap[this.#queued]!);
    return tuple;
  }

  #rise(tuple: number, from: number): void {
    const heap = this.#heap;
    const place = this.#place;
    const score = this.score[tuple]!;
    const size = this.size[tuple]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const other = heap[parent]!;
      const otherScore = this.score[other]!;
      if (!(score > otherScore || (score === otherScore && size < this.size[other]!))) break;
      heap[at] = other;
      place[other] = at;
      at = parent;
    }
    heap[at] = tuple;
    place[tuple] = at;
  }

  /** Puts a tuple in at the root and lets it sink. */
  #sink(tuple: number): void {
    const { score, size } = this;
    const heap = this.#heap;
    const place = this.#place;
    const end = this.#queued;
    const ownScore = score[tuple]!;
    const ownSize = size[tuple]!;
    let at = 0;
    for (;;) {
      const first = at * 4 + 1;
      if (first >= end) break;
      let best = first;
      let bestScore = score[heap[first]!]!;
      let bestSize = size[heap[first]!]!;
      const stop = Math.min(first + 4, end);
      for (let child = first + 1; child < stop; child++) {
        const childScore = score[heap[child]!]!;
        if (childScore < bestScore) continue;
        const childSize = size[heap[child]!]!;
        if (childScore === bestScore && childSize >= bestSize) continue;
        best = child;
        bestScore = childScore;
        bestSize = childSize;
      }
      if (ownScore > bestScore || (ownScore === bestScore && ownSize <= bestSize)) break;
      const risen = heap[best]!;
      heap[at] = risen;
      place[risen] = at;
      at = best;
    }
    heap[at] = tuple;
    place[tuple] = at;
  }

  #grow(): void {
    const { length } = this.score;
    this.meter.grow((grownLength(length) - length) * (8 + 8 + 4 * 5));
    this.score = longerFloats(this.score);
    this.size = longerFloats(this.size);
    this.table = longer(this.table);
    this.row = longer(this.row);
    this.proof = longer(this.proof);
    this.#place = longer(this.#place);
    this.#heap = longer(this.#heap);
  }
}

function longerFloats(array: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(grownLength(array.length));
  result.set(array);
  return result;
}
