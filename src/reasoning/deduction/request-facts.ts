import { readTerm } from '../../prolog/reader.js';
import type { DeductionQuestion } from './deduction.js';
import type { FactStore } from './fact-store.js';
import { FOREVER, Relation, type Row } from './relation.js';
import type { RetrievedFacts } from './retrieved-facts.js';

/** The facts as one request sees them: at its revision, without and with what it leaves out and supposes. */
export class RequestFacts {
  readonly #empty = new Map<number, Relation>();
  readonly #supposed: { readonly indicator: string; readonly relation: Relation; readonly row: Row }[] = [];
  readonly #excluded: ReadonlySet<number>;

  constructor(
    readonly store: FactStore,
    readonly question: DeductionQuestion,
    /** What retrieval brings to a hybrid question. */
    readonly retrieved: RetrievedFacts,
  ) {
    this.#excluded = new Set(question.excluded);
  }

  /** An empty one when there are no facts of the predicate. */
  relation(predicate: string): Relation {
    const known = this.store.relation(predicate);
    if (known !== undefined) return known;
    const arity = arityOf(predicate);
    const empty = this.#empty.get(arity) ?? new Relation(arity);
    this.#empty.set(arity, empty);
    return empty;
  }

  /** Adds the suppositions as rows; `forget` takes them out again. */
  suppose(): void {
    for (const [i, { predicate, arity, prolog, confidence }] of this.question.assumed.entries()) {
      const indicator = `${predicate}/${arity}`;
      const relation = this.store.open(indicator);
      const { term } = readTerm(prolog, { maxNesting: Number.POSITIVE_INFINITY });
      const args = (term.kind === 'compound' ? term.args : []).map((each) =>
        this.store.constants.intern(each),
      );
      const row = { args, id: -i - 1, confidence, from: 0, to: FOREVER, hasSentence: false };
      relation.add(row);
      this.#supposed.push({ indicator, relation, row });
    }
  }

  /** Rows that were supposed of a predicate. */
  supposed(indicator: string): Row[] {
    return this.#supposed.filter((each) => each.indicator === indicator).map(({ row }) => row);
  }

  forget(): void {
    for (let last = this.#supposed.pop(); last !== undefined; last = this.#supposed.pop()) {
      last.relation.removeLast();
    }
  }

  /** Whether the request sees every row of the relation. */
  seesAll(relation: Relation): boolean {
    const { revision, mode } = this.question;
    return mode !== 'retrieved' && this.#excluded.size === 0 && relation.isWhole(revision);
  }

  sees(relation: Relation, row: number): boolean {
    if (!this.isThere(relation, row)) return false;
    if (this.question.mode !== 'retrieved') return true;
    const id = relation.id(row);
    return id < 0 || this.retrieved.similarity(id) !== undefined;
  }

  /** As `sees`, whether retrieval brings the fact or not. */
  isThere(relation: Relation, row: number): boolean {
    if (!relation.isLive(row, this.question.revision)) return false;
    return this.#excluded.size === 0 || !this.#excluded.has(relation.id(row));
  }

  /** Its confidence, times its similarity where retrieval brought it (see Scope in the schema). */
  score(relation: Relation, row: number): number {
    const confidence = relation.confidence(row);
    const { mode } = this.question;
    if (mode === 'plain') return confidence;
    const id = relation.id(row);
    if (id < 0) return confidence;
    const similarity = this.retrieved.similarity(id);
    if (similarity !== undefined) return confidence * similarity;
    return mode === 'all' && relation.hasSentence(row) ? confidence * this.retrieved.floor : confidence;
  }

  /** Of a fact that retrieval brought. */
  similarity(id: number): number | undefined {
    return this.question.mode === 'plain' ? undefined : this.retrieved.similarity(id);
  }

  isExcluded(id: number): boolean {
    return this.#excluded.has(id);
  }
}

export const arityOf = (indicator: string): number => Number(indicator.slice(indicator.lastIndexOf('/') + 1));
