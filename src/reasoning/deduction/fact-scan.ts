import { compareRows } from './compare-rows.js';
import type { ConstantTable } from './constants.js';
import type { CallGoal, DatalogProgram } from './datalog.js';
import type { DeductionOutcome, DeductionQuestion } from './deduction.js';
import { factNode } from './fact-node.js';
import { leastFirst } from './least-first.js';
import { LimitReached } from './limit-reached.js';
import type { Relation } from './relation.js';
import type { RequestFacts } from './request-facts.js';
import type { WorkMeter } from './work-meter.js';

/** Rows that are gathered before all but the best are let go. */
const MOST_GATHERED = 10_000;

/**
 * A question that is one call of facts, each of which is an answer of its own: nothing is derived, so that a page of
 * millions of facts takes no more memory than the page.
 */
export class FactScan {
  readonly #relation: Relation;
  /** Where the values of the question's variables stand. */
  readonly #positions: readonly number[];
  readonly #known: readonly number[];
  readonly #key: Int32Array;
  /** The best answers so far, and the latest ones; in order after `#choose`. */
  #rows: number[] = [];
  #found = 0;

  private constructor(
    readonly call: CallGoal,
    readonly constants: ConstantTable,
    readonly facts: RequestFacts,
    readonly question: DeductionQuestion,
    readonly meter: WorkMeter,
    positions: readonly number[],
  ) {
    this.#relation = facts.relation(call.predicate);
    this.#positions = positions;
    this.#known = call.arguments.flatMap((argument, position) => ('constant' in argument ? [position] : []));
    this.#key = Int32Array.from(this.#known, (position) => {
      const argument = call.arguments[position]!;
      return 'constant' in argument ? constants.intern(argument.constant) : -1;
    });
  }

  /** Undefined for any other question. */
  static of(
    program: DatalogProgram,
    constants: ConstantTable,
    facts: RequestFacts,
    question: DeductionQuestion,
    meter: WorkMeter,
  ): FactScan | undefined {
    const { clauses, isSingle, external } = question;
    if (!facts.retrieved.isAll) return undefined;
    const [clause] = clauses;
    const call = clause?.body[0];
    if (!isSingle || clauses.length !== 1 || clause!.body.length !== 1 || call?.kind !== 'call')
      return undefined;
    if (program.clauses.has(call.predicate) || external.includes(call.predicate)) return undefined;
    // A supposition may repeat a fact.
    if (question.assumed.some(({ predicate, arity }) => `${predicate}/${arity}` === call.predicate))
      return undefined;
    const places = new Map<number, number>();
    for (const [position, argument] of call.arguments.entries()) {
      if ('constant' in argument) continue;
      if (places.has(argument.variable)) return undefined;
      places.set(argument.variable, position);
    }
    if (places.size !== question.arity) return undefined;
    const positions = clause!.head.map((each) => ('variable' in each ? places.get(each.variable)! : -1));
    return new FactScan(call, constants, facts, question, meter, positions);
  }

  run(): DeductionOutcome {
    const { question, facts, constants } = this;
    const relation = this.#relation;
    let limit: DeductionOutcome['limit'] = null;
    try {
      this.#gather();
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      limit = error.limit;
    }
    this.#choose();
    const end = question.skip + question.first;
    const isCounted = question.count || end >= question.answers;
    if (limit === null && this.#found > question.answers && isCounted) limit = 'ANSWERS';
    const columns = this.#columns();
    return {
      answers: this.#rows.slice(question.skip, Math.min(end, question.answers)).map((row) => ({
        score: facts.score(relation, row),
        values: columns.map((column) => constants.term(column[row]!)),
        proof: question.proofs
          ? { nodes: [factNode(this.call.predicate, relation, row, facts, constants)], truncated: false }
          : null,
      })),
      more: end < Math.min(this.#found, question.answers),
      total: limit === null && this.#found <= question.answers ? this.#found : null,
      limit,
      reliesOnOrder: false,
      error: null,
    };
  }

  #gather(): void {
    const relation = this.#relation;
    if (this.#known.length === 0) {
      for (let row = 0; row < relation.rows; row++) this.#take(row);
      return;
    }
    const index = relation.index(this.#known);
    for (let row = index.find(this.#key); row >= 0; row = index.next[row]!) this.#take(row);
  }

  #take(row: number): void {
    this.meter.step();
    const { facts, question } = this;
    if (!facts.sees(this.#relation, row)) return;
    if (question.mode === 'anchored' && facts.similarity(this.#relation.id(row)) === undefined) return;
    this.#found += 1;
    this.#rows.push(row);
    if (this.#rows.length >= MOST_GATHERED + 2 * this.#wanted) this.#choose();
  }

  get #wanted(): number {
    return this.question.skip + this.question.first;
  }

  #choose(): void {
    const { facts, constants } = this;
    const columns = this.#columns();
    const order = (a: number, b: number) =>
      facts.score(this.#relation, b) - facts.score(this.#relation, a) ||
      compareRows(columns, constants, a, b);
    this.#rows = leastFirst(this.#rows, this.#wanted, order).slice(0, this.#wanted);
  }

  #columns(): Int32Array[] {
    return this.#positions.map((position) => this.#relation.columns[position]!);
  }
}
