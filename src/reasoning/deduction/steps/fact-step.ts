import type { KeyIndex } from '../key-index.js';
import type { Relation } from '../relation.js';
import type { RequestFacts } from '../request-facts.js';
import type { WorkMeter } from '../work-meter.js';
import { type CallPattern, read, Step } from './step.js';

/** Looks facts up, by an index where some argument is known. The row's number goes into the cell `reference`. */
export class FactStep extends Step {
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
  ) {
    super();
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
    const index = this.#index;
    if (index === undefined) {
      for (let row = 0; row < this.relation.rows; row++) if (this.#take(row)) return true;
      return false;
    }
    for (let row = index.find(key); row >= 0; row = index.next[row]!) if (this.#take(row)) return true;
    return false;
  }

  #take(row: number): boolean {
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
