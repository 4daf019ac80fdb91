import type { FactStream, StreamedFact } from '../../../src/retrieval/streamed-facts.js';

/** What retrieval might make of a text: given similarities, handed on in small pieces, and counted. */
export class GivenStream implements FactStream {
  readonly space = undefined;
  readonly isApproximate = false;
  readonly embedMs = 0;
  readonly retrieveMs = 0;
  rowsRead = 0;
  readonly #order: readonly StreamedFact[];

  constructor(
    readonly similarities: ReadonlyMap<number, number>,
    readonly isWhole: boolean,
    readonly topK: number,
    /** Facts that come at once. */
    readonly piece: number,
    readonly canAsk: boolean,
  ) {
    this.#order = [...similarities]
      .map(([fact, similarity]) => ({ fact, similarity }))
      .sort((a, b) => b.similarity - a.similarity || a.fact - b.fact);
  }

  /** The first `topK`. */
  get first(): ReadonlyMap<number, number> {
    return new Map(this.#order.slice(0, this.topK).map(({ fact, similarity }) => [fact, similarity]));
  }

  async take(from: number, count: number) {
    return this.next(from, count);
  }

  async similaritiesOf(facts: readonly number[]) {
    return this.known(facts);
  }

  next(from: number, count: number) {
    const end = Math.min(from + Math.min(count, this.piece), this.topK);
    const facts = this.#order.slice(from, end);
    this.rowsRead += facts.length;
    return { facts, isAll: end >= this.#order.length };
  }

  known(facts: readonly number[]) {
    this.rowsRead += facts.length;
    return new Map(
      facts.flatMap((fact) => (this.similarities.has(fact) ? [[fact, this.similarities.get(fact)!]] : [])),
    );
  }

  scored(): Promise<never> {
    return Promise.reject(new Error('nobody looks at these'));
  }
}
