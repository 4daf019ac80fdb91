import type { BodyGoal, Clause } from './datalog.js';
import type { Relation } from './relation.js';
import { read, type Source, type Step } from './steps/step.js';

/** What a body goal's cell refers to, for proofs. */
export interface Reference {
  readonly goal: BodyGoal;
  /** Cell of its row, tuple or semantic row; -1 for goals without a score. */
  readonly cell: number;
  /** Where the row is. */
  readonly relation?: Relation;
}

/** The steps of one clause, for one way of calling its predicate. */
export class ClausePlan {
  first!: Step;
  number = -1;

  constructor(
    readonly clause: Clause,
    /** One cell for each variable, then one for each goal that has a score. */
    readonly frame: Int32Array,
    /** For each position that is demanded: the cell that takes its value, where it does so first. */
    readonly taken: readonly { readonly at: number; readonly cell: number }[],
    /** For each other such position: what the value must be. */
    readonly checked: readonly { readonly at: number; readonly source: Source }[],
    readonly references: readonly Reference[],
    /** `facts`: hands on what is known by facts; `single`: hands on the one call of a question. */
    readonly role: 'rule' | 'facts' | 'question' | 'single',
  ) {}

  /** Derives what follows for these values of the demanded positions. */
  run(key: Int32Array): void {
    const { frame } = this;
    for (const { at, cell } of this.taken) frame[cell] = key[at]!;
    for (const { at, source } of this.checked) if (read(source, frame) !== key[at]) return;
    this.first.run();
  }
}
