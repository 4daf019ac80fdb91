import type { DeductionHost, DeductionQuestion } from './deduction.js';
import type { Relation } from './relation.js';

/** How many more facts are asked for the first time that some are; each time later twice as many. */
const FIRST_ASKED = 64;

/**
 * The facts that retrieval brings to a hybrid question, and how similar they are, as far as it was asked: in order
 * (sorted access), or for given facts (random access). It is asked for more only while what it may still bring could beat
 * everything else: Fagin, Lotem, Naor, "Optimal aggregation algorithms for middleware" (2003).
 */
export class RetrievedFacts {
  /** No more are to come in order. */
  isAll: boolean;
  /** More might have come that could have counted, but `topK` were asked for. */
  isCut = false;
  /** Some rows were left to come in order: what an approximate index misses, they miss. */
  reliesOnOrder = false;
  readonly isWhole: boolean;
  readonly isStreamed: boolean;
  readonly #similarities: Map<number, number>;
  /** In the order in which they came. */
  readonly #order: number[];
  /** Facts that never come. */
  readonly #never = new Set<number>();
  /** Facts that cursors wait for. */
  readonly #awaited = new Set<number>();
  readonly #topK: number;
  readonly #canAsk: boolean;
  #asked: number;
  /** `topK` facts were asked for, or there were none left to come in order. */
  #isDry = false;
  /** Of all that came in order. */
  #least: number;
  /** Of all that were asked for by themselves. */
  #best = 0;
  #chunk = FIRST_ASKED;
  readonly #rows = new Map<Relation, { seen: number; readonly rows: number[] }>();

  constructor(
    readonly question: DeductionQuestion,
    readonly host: DeductionHost,
  ) {
    const { retrieved, stream } = question;
    this.#similarities = new Map(retrieved);
    this.#order = retrieved.map(([fact]) => fact);
    this.#least = retrieved.reduce((least, [, similarity]) => Math.min(least, similarity), 1);
    this.#asked = retrieved.length;
    this.#topK = stream?.topK ?? 0;
    this.#canAsk = stream?.canAsk ?? false;
    this.isStreamed = stream !== undefined;
    this.isAll = stream?.isAll ?? true;
    this.isWhole = stream?.isWhole ?? false;
  }

  /** Undefined while it is not known, and of facts that never come. */
  similarity(fact: number): number | undefined {
    return this.#similarities.get(fact);
  }

  /** Whether it is not known yet if the fact comes, and how similar it is. */
  isPending(fact: number): boolean {
    if (this.isAll || this.#similarities.has(fact) || this.#never.has(fact)) return false;
    return this.question.mode !== 'all' || !this.#isDry;
  }

  /** Nothing that is still to come in order is more similar. */
  get bound(): number {
    return this.isAll ? 0 : this.#least;
  }

  /** The similarity of the last. */
  get floor(): number {
    return this.#least;
  }

  /** What a row of the relation counts at most, where all its rows have sentences and `bound` holds for them. */
  bestOf(relation: Relation): number {
    const [first] = this.rowsOf(relation);
    const known = first === undefined ? 0 : this.#similarities.get(relation.id(first))!;
    return Math.max(this.bound, known, this.#best);
  }

  /** Rows of the relation that came in order, best first. */
  rowsOf(relation: Relation): readonly number[] {
    const known = this.#rows.get(relation) ?? { seen: 0, rows: [] };
    this.#rows.set(relation, known);
    for (; known.seen < this.#order.length; known.seen++) {
      const row = relation.rowOf(this.#order[known.seen]!);
      if (row >= 0) known.rows.push(row);
    }
    return known.rows;
  }

  /** Reads on, as far again as it has come; false when nothing can come any more, or nothing that may. */
  readOn(): boolean {
    const count = Math.min(this.#left, Math.max(FIRST_ASKED / 2, this.#order.length));
    if (this.isAll || this.#isDry || count === 0) {
      this.#isDry = true;
      return false;
    }
    const { facts, isAll } = this.host.retrieve({ from: this.#order.length, count });
    for (const { fact, similarity } of facts) {
      if (this.#similarities.has(fact)) this.#asked -= 1;
      this.#similarities.set(fact, similarity);
      this.#awaited.delete(fact);
      this.#order.push(fact);
      this.#least = Math.min(this.#least, similarity);
    }
    this.#asked += facts.length;
    this.isAll = isAll;
    this.#isDry = facts.length === 0;
    return facts.length > 0 || isAll;
  }

  /** Rows of the relation that wait from which on it costs less to read on until the page is full than to ask for them. */
  worthReading({ sentences }: Relation): number {
    const { skip, first } = this.question;
    return Math.sqrt((skip + first + 1) * sentences);
  }

  /** Somebody waits until it is known what these facts count. */
  await(facts: readonly number[]): void {
    for (const fact of facts) this.#awaited.add(fact);
  }

  /**
   * Finds out what some of the facts count that are waited for, `wanted` first: by asking for them where they are few,
   * else by reading on. False when no more may be asked.
   */
  findOut(wanted: readonly number[], relation: Relation, mayReadOn: boolean): boolean {
    const { size } = this.#awaited;
    // Those that wait may all be far off: no more is read for them than it would take to ask.
    const isMany = size > this.#left || (size > this.worthReading(relation) && this.#order.length < size);
    if (!this.#canAsk || this.question.mode === 'all') return this.readOn();
    if (isMany && mayReadOn && this.readOn()) return true;
    const asked = new Set(wanted.slice(0, this.#left));
    for (const fact of this.#awaited) {
      if (asked.size >= Math.min(this.#left, this.#chunk)) break;
      asked.add(fact);
    }
    if (asked.size === 0) return false;
    this.#chunk *= 2;
    this.#ask([...asked]);
    this.#asked += asked.size;
    return true;
  }

  /** Whether retrieval brings the fact, which similar/3 or nearest/3 brought as well: so it has a vector. */
  brings(fact: number): boolean {
    if (this.#similarities.has(fact)) return true;
    if (this.isAll || this.#never.has(fact)) return false;
    if (this.isWhole) return true;
    if (!this.#canAsk) this.isCut = true;
    else this.#ask([fact]);
    return this.#similarities.has(fact);
  }

  /** Afterwards it is known of all these facts what they count. */
  #ask(facts: readonly number[]): void {
    const similarities = this.host.similaritiesOf(facts);
    for (const [i, fact] of facts.entries()) {
      const similarity = similarities[i]!;
      this.#awaited.delete(fact);
      if (similarity === null) this.#never.add(fact);
      else {
        this.#similarities.set(fact, similarity);
        this.#best = Math.max(this.#best, similarity);
      }
    }
  }

  /** What does not come by now counts as what never comes. */
  get isDone(): boolean {
    return this.isAll || (this.question.mode === 'all' && this.#isDry);
  }

  /** Rows of some facts still wait. */
  get isAwaited(): boolean {
    return this.#awaited.size > 0;
  }

  get #left(): number {
    return Math.max(0, this.#topK - this.#asked);
  }
}
