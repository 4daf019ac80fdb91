import type { FactBatch } from '../../knowledge/knowledge.js';
import type { ConstantTable } from './constants.js';
import type { DeductionHost, FactLookup } from './deduction.js';
import { loadLines } from './fact-store.js';
import { Records } from './records.js';
import { Relation } from './relation.js';
import type { RequestFacts } from './request-facts.js';
import type { Space } from './space.js';
import type { LookupStep } from './steps/lookup-step.js';
import type { WorkMeter } from './work-meter.js';

/** Bytes that a looked-up fact is reckoned at, its constants included. */
const FACT_BYTES = 200;

/** The part of a predicate's facts that was looked up so far. */
export class ExternalRelation {
  readonly relation: Relation;
  readonly #ids = new Set<number>();
  /** Keys that were looked up, by positions and values. */
  readonly #known = new Set<string>();

  constructor(
    readonly predicate: string,
    readonly arity: number,
  ) {
    this.relation = new Relation(arity);
  }

  has(positions: readonly number[], key: Int32Array): boolean {
    return this.#known.has('') || this.#known.has(nameOf(positions, key));
  }

  add(positions: readonly number[], key: Int32Array): void {
    this.#known.add(nameOf(positions, key));
  }

  /** Rows that another look-up brought already are left out. */
  load({ lines }: FactBatch, constants: ConstantTable): number {
    const before = this.relation.rows;
    const fresh = lines.split('\n').filter((line) => {
      const id = Number(line.slice(0, line.indexOf('\t')));
      if (line === '' || this.#ids.has(id)) return false;
      this.#ids.add(id);
      return true;
    });
    loadLines(this.relation, constants, fresh.join('\n'), 0);
    return this.relation.rows - before;
  }
}

/** Nothing known: all facts of the predicate. */
const nameOf = (positions: readonly number[], key: Int32Array) =>
  positions.length === 0 ? '' : `${positions.join()}:${key.join()}`;

interface Waiting {
  readonly step: LookupStep;
  readonly key: Int32Array;
  /** Where its frame stands in `frames`. */
  readonly frame: number;
}

/**
 * Facts of predicates that are too many to be held: they are looked up by the arguments that are known. Whoever needs
 * facts waits until no other work is left; then all that is waited for is looked up at once.
 */
export class ExternalFacts {
  readonly #relations = new Map<string, ExternalRelation>();
  readonly #frames: Records;
  readonly #waiting = new Map<Space, Waiting[]>();

  constructor(
    readonly predicates: ReadonlySet<string>,
    readonly host: DeductionHost,
    readonly facts: RequestFacts,
    readonly constants: ConstantTable,
    readonly meter: WorkMeter,
  ) {
    this.#frames = new Records(meter);
  }

  /** Undefined for predicates whose facts are held. */
  relation(indicator: string): ExternalRelation | undefined {
    if (!this.predicates.has(indicator)) return undefined;
    const known = this.#relations.get(indicator);
    if (known !== undefined) return known;
    const slash = indicator.lastIndexOf('/');
    const relation = new ExternalRelation(indicator.slice(0, slash), Number(indicator.slice(slash + 1)));
    for (const row of this.facts.supposed(indicator)) relation.relation.add(row);
    this.#relations.set(indicator, relation);
    return relation;
  }

  /** The step goes on, from its frame as it is now, when the facts with this key are there. */
  await(space: Space, step: LookupStep, key: Int32Array): void {
    const start = this.#frames.reserve(step.frame.length);
    this.#frames.cells.set(step.frame, start);
    space.isAwaiting = true;
    const waiting = this.#waiting.get(space) ?? [];
    this.#waiting.set(space, waiting);
    waiting.push({ step, key: key.slice(), frame: start });
  }

  /** Looks up what the space's steps wait for, and goes on with it. */
  flush(space: Space): void {
    const waiting = this.#waiting.get(space);
    if (waiting === undefined) return;
    this.#waiting.delete(space);
    this.fetch(
      waiting.map(({ step, key }) => ({ relation: step.external, positions: step.pattern.known, key })),
    );
    for (const { step, key, frame } of waiting) {
      step.frame.set(this.#frames.cells.subarray(frame, frame + step.frame.length));
      step.take(key);
    }
  }

  fetch(
    wanted: readonly { relation: ExternalRelation; positions: readonly number[]; key: Int32Array }[],
  ): void {
    const lookups = new Map<string, { relation: ExternalRelation; lookup: FactLookup; keys: string[][] }>();
    for (const { relation, positions, key } of wanted) {
      if (relation.has(positions, key)) continue;
      relation.add(positions, key);
      const { predicate, arity } = relation;
      const name = `${predicate}/${arity} ${positions.join()}`;
      const keys = lookups.get(name)?.keys ?? [];
      keys.push([...key].map((constant) => this.constants.text(constant)));
      lookups.set(name, { relation, keys, lookup: { predicate, arity, positions, keys } });
    }
    if (lookups.size === 0) return;
    for (const batch of this.host.lookup([...lookups.values()].map(({ lookup }) => lookup))) {
      const rows = this.relation(`${batch.predicate}/${batch.arity}`)!.load(batch, this.constants);
      this.meter.grow(rows * FACT_BYTES);
    }
  }
}
