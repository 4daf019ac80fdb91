import type { ConstantTable } from './constants.js';
import type { DatalogProgram } from './datalog.js';
import type { DeductionQuestion } from './deduction.js';
import type { Space } from './space.js';
import type { Table, View } from './table.js';

/** An answer whose score is known. */
export interface Found {
  readonly tuple: number;
  readonly row: number;
}

/** Where the answers of a question come from, best first; those with one score and size in any order. */
export interface AnswerSource {
  readonly table: Table;
  /** Columns of the values, in the order of the question's variables. */
  readonly positions: readonly number[];
  /** Asks for the answers. */
  demand(): void;
  /** The next one that no other can precede any more; undefined until the space has done more work, or for good. */
  next(): Found | undefined;
  /** How many there are at least, when `taken` were taken. */
  known(taken: number): number;
  /** What is not taken yet is only counted from here on. */
  close(): void;
}

export function answerSource(
  space: Space,
  program: DatalogProgram,
  constants: ConstantTable,
  question: DeductionQuestion,
): AnswerSource {
  return directAnswers(space, program, constants, question) ?? new QuestionAnswers(space, question);
}

/** The answers of one call, which are answers of the question as they are: they need no table of their own. */
class DirectAnswers implements AnswerSource {
  readonly #view: View;
  readonly #entry: number;
  #last = -1;

  constructor(
    readonly space: Space,
    readonly table: Table,
    key: Int32Array,
    readonly positions: readonly number[],
    /** Only a proof with a retrieved fact makes an answer. */
    readonly countsAnchors: boolean,
  ) {
    this.#view = table.demandView;
    this.#entry = this.#view.entry(key);
  }

  demand(): void {
    this.#view.demand(this.#entry);
    this.space.demanded(this.table, this.#entry);
  }

  next(): Found | undefined {
    const { table } = this;
    const view = this.#view;
    for (;;) {
      const row = this.#last < 0 ? view.first[this.#entry]! : view.next[this.#last]!;
      if (row < 0) return undefined;
      this.#last = row;
      if (!this.countsAnchors || table.columns[table.width - 1]![row] === 1) {
        return { tuple: table.tuples[row]!, row };
      }
    }
  }

  known(taken: number): number {
    return taken;
  }

  close(): void {}
}

/**
 * The answers of any other question: a table with an agenda of its own, since nothing is derived from them. Most are
 * only counted, and cost neither a place in the agenda nor a proof.
 */
class QuestionAnswers implements AnswerSource {
  readonly table: Table;
  readonly positions: readonly number[];
  readonly #countsAnchors: boolean;

  constructor(
    readonly space: Space,
    { arity, clauses, isSingle, mode }: DeductionQuestion,
  ) {
    this.table = space.questionTable(arity, clauses, isSingle);
    this.positions = Array.from({ length: arity }, (_, i) => i);
    this.#countsAnchors = mode === 'anchored';
  }

  demand(): void {
    const entry = this.table.demandView.entry(new Int32Array(0));
    this.table.demandView.demand(entry);
    this.space.demanded(this.table, entry);
  }

  next(): Found | undefined {
    const { derived, columns, width } = this.table;
    for (;;) {
      const best = derived.best();
      if (best < 0 || this.space.mayPrecede(derived, best)) return undefined;
      const row = derived.row[derived.take()]!;
      if (!this.#countsAnchors || columns[width - 1]![row] === 1) return { tuple: best, row };
    }
  }

  known(taken: number): number {
    return this.#countsAnchors ? taken : this.table.rows;
  }

  close(): void {
    if (!this.#countsAnchors) this.table.derived.close();
  }
}

/** Undefined where the question is more than one call, or where its answers differ from those of the call. */
function directAnswers(
  space: Space,
  program: DatalogProgram,
  constants: ConstantTable,
  { clauses, isSingle, arity, mode }: DeductionQuestion,
): AnswerSource | undefined {
  const [clause] = clauses;
  const call = clause?.body[0];
  if (!isSingle || clauses.length !== 1 || clause!.body.length !== 1 || call?.kind !== 'call') {
    return undefined;
  }
  if (!program.clauses.has(call.predicate)) return undefined;
  const places = new Map<number, number>();
  const known: number[] = [];
  const values: number[] = [];
  for (const [position, argument] of call.arguments.entries()) {
    if ('constant' in argument) {
      known.push(position);
      values.push(constants.intern(argument.constant));
    } else if (places.has(argument.variable)) return undefined;
    else places.set(argument.variable, position);
  }
  if (places.size !== arity) return undefined;
  const positions = clause!.head.map((argument) =>
    'variable' in argument ? places.get(argument.variable)! : -1,
  );
  const table = space.table(call.predicate, known);
  return new DirectAnswers(space, table, Int32Array.from(values), positions, mode === 'anchored');
}
