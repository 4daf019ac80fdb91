import type { Place } from '../cursor.js';
import type { ExternalFacts, ExternalRelation } from '../external-facts.js';
import type { RequestFacts } from '../request-facts.js';
import type { WorkMeter } from '../work-meter.js';
import { FactStep } from './fact-step.js';
import type { RetrievedPlace } from './retrieved-rows.js';
import { type CallPattern, read } from './step.js';

/** As FactStep, of a predicate whose facts are not held. */
export class LookupStep extends FactStep {
  readonly #known: Int32Array;

  constructor(
    frame: Int32Array,
    readonly external: ExternalRelation,
    readonly source: ExternalFacts,
    facts: RequestFacts,
    pattern: CallPattern,
    reference: number,
    meter: WorkMeter,
    /** Where it waits; undefined where the facts are wanted at once: in negations and aggregates. */
    place: Place | undefined,
    retrieved?: RetrievedPlace,
  ) {
    super(frame, external.relation, facts, pattern, reference, meter, place, retrieved);
    this.#known = new Int32Array(pattern.known.length);
  }

  override run(): boolean {
    const key = this.#known;
    for (let i = 0; i < key.length; i++) key[i] = read(this.pattern.sources[i]!, this.frame);
    const { external, source, pattern } = this;
    if (!external.has(pattern.known, key)) {
      if (this.place !== undefined) {
        source.await(this.place.space, this, key);
        return false;
      }
      source.fetch([{ relation: external, positions: pattern.known, key }]);
    }
    return this.take(key);
  }

  /** Facts come in the order in which they were looked up: a list of them must not tell. */
  override take(key: Int32Array): boolean {
    return this.place === undefined ? this.takeInOrder(key) : super.take(key);
  }
}
