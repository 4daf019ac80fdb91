import type { ClausePlan } from './clause-plan.js';
import { BEHIND, type Cursor } from './cursor.js';
import type { Clause } from './datalog.js';
import { DerivedTuples } from './derived-tuples.js';
import type { ExternalFacts } from './external-facts.js';
import type { Planner } from './planner.js';
import { Records } from './records.js';
import { arityOf } from './request-facts.js';
import type { CallStep } from './steps/call-step.js';
import { Table, type View } from './table.js';
import type { WorkMeter } from './work-meter.js';

/** Steps between two tuples after which work is put off. */
const MOST_STEPS = 50_000;

/** Cells before a consumer's frame: the consumer that came before it for the same entry, and its step. */
const CONSUMER_HEAD = 2;

/**
 * Tables that are filled together, by one agenda: a question has one, and each stratum below that is negated or counted
 * over has its own, which is driven to its end where that is needed. A space never runs inside itself: what its rules
 * negate lies in a lower stratum.
 */
export class Space {
  readonly derived: DerivedTuples;
  readonly tables: Table[] = [];
  readonly plans: ClausePlan[] = [];
  /** Of each final or best derivation: its plan's number and its frame. */
  readonly proofs: Records;
  readonly #consumers: Records;
  readonly #steps: CallStep[] = [];
  readonly #byPredicate = new Map<string, Map<string, Table>>();
  readonly #whole = new Map<string, Table>();
  readonly #plansOf: (readonly ClausePlan[] | undefined)[] = [];
  #question:
    | { readonly table: Table; readonly clauses: readonly Clause[]; readonly isSingle: boolean }
    | undefined;
  readonly #demandedTables: Table[] = [];
  readonly #demandedEntries: number[] = [];
  /** Some step waits for facts that are looked up. */
  isAwaiting = false;
  readonly #cursors: Cursor[] = [];
  #entries = new Int32Array(8);
  #tiredAt = MOST_STEPS;

  constructor(
    readonly planner: Planner,
    readonly external: ExternalFacts,
    readonly meter: WorkMeter,
    /** Proofs with and without a retrieved fact are kept apart. */
    readonly countsAnchors: boolean,
  ) {
    this.derived = new DerivedTuples(meter);
    this.proofs = new Records(meter);
    this.#consumers = new Records(meter);
  }

  /** The table for calls of a predicate with the arguments at `demand` known, made where there is none. */
  table(predicate: string, demand: readonly number[]): Table {
    const own = this.#byPredicate.get(predicate) ?? new Map<string, Table>();
    this.#byPredicate.set(predicate, own);
    const name = demand.join();
    const known = own.get(name);
    if (known !== undefined) return known;
    const table = this.#newTable(predicate, arityOf(predicate), demand);
    own.set(name, table);
    return table;
  }

  /** The table of a question's answers, whose clauses are the question's. It has an agenda of its own. */
  questionTable(arity: number, clauses: readonly Clause[], isSingle: boolean): Table {
    const table = this.#newTable('', arity, [], new DerivedTuples(this.meter));
    this.#question = { table, clauses, isSingle };
    return table;
  }

  #newTable(predicate: string, arity: number, demand: readonly number[], derived = this.derived): Table {
    const width = arity + (this.countsAnchors ? 1 : 0);
    const table = new Table(this.tables.length, predicate, width, demand, derived, this.meter);
    this.tables.push(table);
    return table;
  }

  /** The table that has, or will have, all answers of the predicate: where they are demanded. */
  wholeTable(predicate: string): Table | undefined {
    return this.#whole.get(predicate);
  }

  /** Numbers a step, so that its consumers can be stored as integers. */
  enlist(step: CallStep): number {
    this.#steps.push(step);
    return this.#steps.length - 1;
  }

  /** Numbers a plan, so that proofs can be stored as integers. */
  enlistPlan(plan: ClausePlan): number {
    this.plans.push(plan);
    return this.plans.length - 1;
  }

  /** The answers of a table for one key are wanted for the first time. */
  demanded(table: Table, entry: number): void {
    if (table.demand.length === 0) this.#whole.set(table.predicate, table);
    this.#demandedTables.push(table);
    this.#demandedEntries.push(entry);
  }

  /** The step goes on, from its frame as it is now, with every answer of the entry that becomes final. */
  await(view: View, entry: number, step: CallStep): void {
    const { frame } = step;
    const start = this.#consumers.reserve(CONSUMER_HEAD + frame.length);
    const { cells } = this.#consumers;
    cells[start] = view.consumers[entry]!;
    cells[start + 1] = step.number;
    for (let i = 0; i < frame.length; i++) cells[start + CONSUMER_HEAD + i] = frame[i]!;
    view.consumers[entry] = start;
  }

  /** Whether so much was done since the last tuple that the rest should wait. */
  get isTired(): boolean {
    return this.meter.total > this.#tiredAt;
  }

  putOff(cursor: Cursor, score: number, size: number): void {
    this.#cursors.push(cursor);
    this.derived.add(this.#cursors.length - 1, -1, score, size + BEHIND);
  }

  /** Keeps how a tuple of `derived` was derived. */
  record({ proof }: DerivedTuples, tuple: number, plan: number, frame: Int32Array): void {
    const known = proof[tuple]!;
    const isRoomy = known >= 0 && this.plans[this.proofs.cells[known]!]!.frame.length >= frame.length;
    const start = isRoomy ? known : this.proofs.reserve(1 + frame.length);
    const { cells } = this.proofs;
    cells[start] = plan;
    for (let i = 0; i < frame.length; i++) cells[start + 1 + i] = frame[i]!;
    proof[tuple] = start;
  }

  /** Whether what is still to be done may lead to a tuple that comes before this one of `derived`, or with it. */
  mayPrecede({ score, size }: DerivedTuples, tuple: number): boolean {
    if (this.#demandedTables.length > 0 || this.isAwaiting) return true;
    const best = this.derived.best();
    if (best < 0) return false;
    const [bestScore, own] = [this.derived.score[best]!, score[tuple]!];
    return bestScore > own || (bestScore === own && Math.floor(this.derived.size[best]!) <= size[tuple]!);
  }

  /** Does the next piece of work; false when there is none left, so that every table is complete. */
  advance(): boolean {
    this.#tiredAt = this.meter.total + MOST_STEPS;
    if (this.#demandedTables.length > 0) {
      this.#derive(this.#demandedTables.pop()!, this.#demandedEntries.pop()!);
      return true;
    }
    if (this.isAwaiting) {
      this.isAwaiting = false;
      this.external.flush(this);
      return true;
    }
    const tuple = this.derived.take();
    if (tuple < 0) return false;
    const row = this.derived.row[tuple]!;
    if (row < 0) this.#cursors[this.derived.table[tuple]!]!.resume(this, tuple);
    else this.#finish(this.tables[this.derived.table[tuple]!]!, row, tuple);
    return true;
  }

  #derive(table: Table, entry: number): void {
    let plans = this.#plansOf[table.number];
    if (plans === undefined) {
      plans = this.#plan(table);
      this.#plansOf[table.number] = plans;
    }
    const key = new Int32Array(table.demand.length);
    table.demandView.readKey(entry, key);
    for (const plan of plans) plan.run(key);
  }

  #plan(table: Table): readonly ClausePlan[] {
    const question = this.#question;
    if (question?.table !== table) return this.planner.plans(this, table);
    return question.clauses.map((clause) => this.planner.question(this, table, clause, question.isSingle));
  }

  /** The tuple is final: everybody who waits for it goes on. */
  #finish(table: Table, row: number, tuple: number): void {
    const { views } = table;
    while (this.#entries.length < views.length * 2) this.#entries = new Int32Array(this.#entries.length * 2);
    // Who begins to wait from here on finds the tuple in the view.
    const count = views.length;
    const entries = this.#entries;
    for (let i = 0; i < count; i++) {
      const view = views[i]!;
      // Read after the row was added: that may have made room.
      const entry = view.add(row);
      entries[i] = view.consumers[entry]!;
    }
    for (let i = 0; i < count; i++) {
      for (let start = entries[i]!; start >= 0; ) {
        const { cells } = this.#consumers;
        const before = cells[start]!;
        this.#steps[cells[start + 1]!]!.resume(cells, start + CONSUMER_HEAD, table, row, tuple);
        start = before;
      }
    }
  }
}
