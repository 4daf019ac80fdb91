import type { Cursor, Place } from '../cursor.js';
import type { Relation } from '../relation.js';
import type { RetrievedFacts } from '../retrieved-facts.js';
import type { Space } from '../space.js';

/** Rows of one key that wait together. */
const MOST_TOGETHER = 64;
/** Factors may be multiplied in another order than for the score itself, which moves the last digits. */
const ROUNDING = 1 + 1e-12;

/** What the step of a call has to do with retrieval. */
export interface RetrievedPlace extends Place {
  readonly retrieved: RetrievedFacts;
  readonly combine: (a: number, b: number) => number;
  /** What the goals that come later can count at most. */
  readonly rest: () => number;
  /** Only a row that retrieval brings leads anywhere: no other part of the answer can be one. */
  readonly mustBeRetrieved: boolean;
  /** A row that retrieval may still bring counts no more than `retrieved.bound`, whether it comes or not. */
  readonly isBounded: boolean;
  /** The rows of facts that retrieval brings can be found by their ids. */
  readonly canScan: boolean;
}

/** A step over facts, as far as its rows come by retrieval. */
export interface RowTaker {
  readonly frame: Int32Array;
  readonly relation: Relation;
  /** Goes on with a row if it is one that the request sees, and fits. */
  takeRow(row: number): boolean;
  /** Goes on with the rows that have a sentence and do not come by retrieval. */
  takeOthers(): void;
}

/**
 * The rows of a fact step in a hybrid question: those whose worth is not known yet wait in the agenda with the most that
 * they can count.
 */
export class RetrievedRows {
  readonly #pending: number[] = [];

  constructor(
    readonly step: RowTaker,
    readonly place: RetrievedPlace,
    /** All rows are wanted: they come in retrieval's own order. */
    readonly isScan: boolean,
  ) {}

  /** Whether to go on with a row now. */
  mayTake(row: number): boolean {
    const { relation } = this.step;
    const { retrieved, mustBeRetrieved } = this.place;
    const id = relation.id(row);
    if (id < 0 || !relation.hasSentence(row)) return !mustBeRetrieved;
    if (this.isScan) return false;
    if (!retrieved.isPending(id)) return !mustBeRetrieved || retrieved.similarity(id) !== undefined;
    this.#pending.push(row);
    if (this.#pending.length >= MOST_TOGETHER) this.flush();
    return false;
  }

  /** Whether no row can be taken before retrieval brings it. */
  get skipsAll(): boolean {
    const { relation } = this.step;
    return this.isScan && (this.place.mustBeRetrieved || relation.sentences === relation.rows);
  }

  /** The rows that were held back wait. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const { step, place } = this;
    const rows = this.#pending.splice(0);
    place.retrieved.await(rows.map((row) => step.relation.id(row)));
    const cursor = new PendingRows(step, place, step.frame.slice(), place.score(), rows);
    place.space.putOff(cursor, cursor.bound, place.size());
  }

  /** All rows are wanted. */
  scan(): void {
    const { step, place } = this;
    if (step.relation.sentences === 0) return;
    place.retrieved.reliesOnOrder = true;
    const cursor = new RetrievedScan(step, place, step.frame.slice(), place.score());
    place.space.putOff(cursor, cursor.bound, place.size());
  }
}

/** A few rows of which it is not known what they count. */
class PendingRows implements Cursor {
  constructor(
    readonly step: RowTaker,
    readonly place: RetrievedPlace,
    readonly frame: Int32Array,
    /** Score of what was joined before. */
    readonly before: number,
    public rows: readonly number[],
  ) {}

  get bound(): number {
    const { place, step } = this;
    const confidence = this.rows.reduce((most, row) => Math.max(most, step.relation.confidence(row)), 0);
    const similarity = place.isBounded ? place.retrieved.bound : 1;
    return bounded(place, this.before, confidence, similarity);
  }

  resume(space: Space, tuple: number): void {
    const { step, place } = this;
    const { retrieved } = place;
    const pending: number[] = [];
    const queued = space.derived.score[tuple]!;
    const size = space.derived.size[tuple]!;
    for (const row of this.rows) {
      const id = step.relation.id(row);
      if (retrieved.isPending(id)) pending.push(row);
      else if (!place.mustBeRetrieved || retrieved.similarity(id) !== undefined) {
        step.frame.set(this.frame);
        step.takeRow(row);
      }
    }
    this.rows = pending;
    if (pending.length === 0) return;
    const { bound } = this;
    if (
      bound >= queued &&
      !retrieved.findOut(
        pending.map((row) => step.relation.id(row)),
        step.relation,
        place.isBounded,
      )
    ) {
      if (retrieved.isDone) space.derived.requeue(tuple, queued, size);
      else retrieved.isCut = true;
      return;
    }
    space.derived.requeue(tuple, Math.min(bound, queued), size);
  }
}

/** All rows of a relation in the order in which retrieval brings them. */
class RetrievedScan implements Cursor {
  #position = 0;

  constructor(
    readonly step: RowTaker,
    readonly place: RetrievedPlace,
    readonly frame: Int32Array,
    readonly before: number,
  ) {}

  get bound(): number {
    const { place, step } = this;
    const { retrieved } = place;
    const row = retrieved.rowsOf(step.relation)[this.#position];
    const last = retrieved.isDone ? retrieved.floor : retrieved.bound;
    const similarity = row === undefined ? last : retrieved.similarity(step.relation.id(row))!;
    // Of the rows from here on any may be certain.
    return bounded(place, this.before, 1, similarity);
  }

  resume(space: Space, tuple: number): void {
    const { step, place } = this;
    const { retrieved } = place;
    const queued = space.derived.score[tuple]!;
    const size = space.derived.size[tuple]!;
    const { bound } = this;
    if (bound < queued) {
      space.derived.requeue(tuple, bound, size);
      return;
    }
    const row = retrieved.rowsOf(step.relation)[this.#position];
    if (row !== undefined) {
      this.#position += 1;
      step.frame.set(this.frame);
      step.takeRow(row);
    } else if (!retrieved.readOn()) {
      if (!retrieved.isDone) retrieved.isCut = true;
      else if (!place.mustBeRetrieved) {
        step.frame.set(this.frame);
        step.takeOthers();
      }
      return;
    }
    space.derived.requeue(tuple, Math.min(queued, this.bound), size);
  }
}

function bounded(
  { combine, rest }: RetrievedPlace,
  before: number,
  confidence: number,
  similarity: number,
): number {
  return Math.min(1, combine(combine(before, confidence * similarity), rest()) * ROUNDING);
}
