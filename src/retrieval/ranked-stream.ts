import type { ScoredFact, SearchOutcome } from './retrieval.js';
import { bySimilarity, type FactStream, type StreamedFact, type StreamedFacts } from './streamed-facts.js';

/** By words alone: what `search` finds, whose score is the similarity there. */
export class RankedStream implements FactStream {
  readonly space = undefined;
  readonly isWhole = false;
  readonly canAsk: boolean;
  readonly isApproximate: boolean;
  rowsRead = 0;
  readonly retrieveMs: number;
  readonly embedMs: number;
  readonly #facts: readonly ScoredFact[];
  readonly #found: readonly StreamedFact[];
  readonly #isAll: boolean;

  constructor(
    readonly topK: number,
    { facts, cut, exact, embedMs, retrieveMs }: SearchOutcome,
  ) {
    this.#facts = facts;
    this.#found = facts.map(({ fact, similarity }) => ({ fact: fact.id, similarity })).sort(bySimilarity);
    this.#isAll = !cut;
    this.canAsk = !cut;
    this.isApproximate = !exact;
    this.embedMs = embedMs;
    this.retrieveMs = retrieveMs;
  }

  async take(from: number, count: number): Promise<StreamedFacts> {
    const end = from + count;
    this.rowsRead = Math.min(this.#found.length, Math.max(this.rowsRead, end));
    return { facts: this.#found.slice(from, end), isAll: this.#isAll && end >= this.#found.length };
  }

  /** A fact that was not found in the first place may be behind those that were. */
  async similaritiesOf(facts: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const asked = new Set(facts);
    const known = this.#found.filter(({ fact }) => asked.has(fact));
    return new Map(known.map(({ fact, similarity }) => [fact, similarity]));
  }

  async scored(): Promise<readonly ScoredFact[]> {
    return this.#facts.slice(0, this.rowsRead);
  }
}
