import { CorollaryError } from '../../errors.js';
import { BindingAnalysis } from './binding.js';
import { BuiltinTooLarge } from './builtins/builtin-too-large.js';
import { compareRows } from './compare-rows.js';
import type { ConstantTable } from './constants.js';
import type { DatalogProgram } from './datalog.js';
import type { DeducedAnswer, DeductionHost, DeductionOutcome, DeductionQuestion } from './deduction.js';
import { ExternalFacts } from './external-facts.js';
import { FactScan } from './fact-scan.js';
import type { FactStore } from './fact-store.js';
import { leastFirst } from './least-first.js';
import { LimitReached } from './limit-reached.js';
import { Planner } from './planner.js';
import { ProofBuilder } from './proof-builder.js';
import { RequestFacts } from './request-facts.js';
import { SemanticSources } from './semantic-sources.js';
import { Space } from './space.js';
import type { Table } from './table.js';
import { WorkMeter } from './work-meter.js';

/**
 * Answers one goal by best-first deduction; nothing of it stays behind in the facts.
 * A failure that is the caller's to see is in the outcome; anything else is thrown.
 */
export function deduce(
  program: DatalogProgram,
  facts: FactStore,
  question: DeductionQuestion,
  host: DeductionHost,
): DeductionOutcome {
  const known = facts.constants.size;
  const requestFacts = new RequestFacts(facts, question);
  try {
    requestFacts.suppose();
    const meter = new WorkMeter(host, question.inferences, question.memoryBytes);
    facts.constants.meter = meter;
    const scan = FactScan.of(program, facts.constants, requestFacts, question, meter);
    if (scan !== undefined) return scan.run();
    return new Deduction(program, facts, requestFacts, question, host, meter).run();
  } finally {
    requestFacts.forget();
    facts.constants.meter = undefined;
    facts.constants.truncate(known);
  }
}

/** Answers of one score and size beyond the limit of answers, after which their order is given up. */
const MOST_TIES = 100_000;

/** An answer whose score is known, in its place. */
interface Found {
  readonly tuple: number;
  readonly row: number;
}

class Deduction {
  readonly #space: Space;
  readonly #source: AnswerSource;
  readonly #semantics: SemanticSources;
  readonly #spaces: Space[] = [];
  /** Best first. */
  readonly #answers: Found[] = [];
  /** Answers of one score and size: they are put in order when the last of them has come. */
  #group: Found[] = [];

  constructor(
    program: DatalogProgram,
    readonly store: FactStore,
    readonly facts: RequestFacts,
    readonly question: DeductionQuestion,
    host: DeductionHost,
    meter: WorkMeter,
  ) {
    const { constants } = store;
    const { scoring, clauses, arity, isSingle, mode } = question;
    this.#semantics = new SemanticSources(host, facts, constants, scoring, meter);
    const external = new ExternalFacts(new Set(question.external), host, facts, constants, meter);
    const planner = new Planner({
      program,
      analysis: new BindingAnalysis(program, new Map()),
      facts,
      external,
      constants,
      semantics: this.#semantics,
      scoring,
      meter,
      spaceOf: (stratum) => {
        this.#spaces[stratum] ??= new Space(planner, external, meter, false);
        return this.#spaces[stratum];
      },
    });
    this.#space = new Space(planner, external, meter, mode === 'anchored');
    this.#source =
      directSource(this.#space, program, constants, question) ??
      tableSource(this.#space.questionTable(arity, clauses, isSingle), arity);
  }

  run(): DeductionOutcome {
    const { question } = this;
    let limit: DeductionOutcome['limit'] = null;
    let error: DeductionOutcome['error'] = null;
    let isDone = false;
    try {
      isDone = this.#search();
    } catch (thrown) {
      if (thrown instanceof LimitReached) limit = thrown.limit;
      else if (thrown instanceof BuiltinTooLarge || isOverflow(thrown)) limit = 'MEMORY';
      else if (thrown instanceof CorollaryError) {
        error = { code: thrown.code, message: thrown.message, details: thrown.details };
      } else throw thrown;
      this.#settle();
    }
    const found = Math.min(this.#answers.length, question.answers);
    const isCounted = question.count || !this.#isPageFull(question.answers);
    if (limit === null && this.#answers.length > question.answers && isCounted) limit = 'ANSWERS';
    if (limit === null && this.#semantics.isCut) limit = 'TOP_K';
    const page = this.#answers.slice(0, found).slice(question.skip, question.skip + question.first);
    const proofs = new ProofBuilder(
      this.#space,
      this.facts,
      this.#semantics,
      this.store.constants,
      question.goal,
    );
    return {
      answers: error === null ? page.map((answer) => this.#answer(answer, proofs)) : [],
      more: question.skip + question.first < found,
      total: isDone && limit === null ? found : null,
      limit,
      error,
    };
  }

  /** True when every answer was found, false when it stopped with the page. */
  #search(): boolean {
    const { question } = this;
    const space = this.#space;
    const { table, key } = this.#source;
    const view = table.demandView;
    const entry = view.entry(key);
    view.demand(entry);
    space.demanded(table, entry);
    let last = -1;
    for (;;) {
      if (this.#group.length > 0 && this.#isSettled()) {
        this.#settle();
        if (this.#answers.length > question.answers) return false;
        if (!question.count && this.#isPageFull(this.#answers.length)) return false;
      }
      if (!space.advance()) break;
      for (let row = last < 0 ? view.first[entry]! : view.next[last]!; row >= 0; row = view.next[row]!) {
        last = row;
        const tuple = table.tuples[row]!;
        if (this.#isAnswer(row)) this.#group.push({ tuple, row });
      }
      if (this.#group.length > MOST_TIES + question.answers) throw new LimitReached('ANSWERS');
    }
    this.#settle();
    return this.#answers.length <= question.answers;
  }

  /** Whether there are answers enough for the page, and one that tells that there are more. */
  #isPageFull(answers: number): boolean {
    return answers > this.question.skip + this.question.first;
  }

  /** Where anchors count, only a proof with a retrieved fact makes an answer. */
  #isAnswer(row: number): boolean {
    const { columns, width } = this.#source.table;
    return this.question.mode !== 'anchored' || columns[width - 1]![row] === 1;
  }

  /** Whether no other answer with the group's score and size can come. */
  #isSettled(): boolean {
    const { derived } = this.#space;
    const best = derived.best();
    if (best < 0) return false;
    const { tuple } = this.#group[0]!;
    const [score, own] = [derived.score[best]!, derived.score[tuple]!];
    return score < own || (score === own && Math.floor(derived.size[best]!) > derived.size[tuple]!);
  }

  /** The group's answers get their places. Those behind the page are only counted. */
  #settle(): void {
    const { skip, first } = this.question;
    const isWanted = this.#answers.length < skip + first;
    if (isWanted && this.#group.length > 1) {
      const { table, positions } = this.#source;
      const values = positions.map((position) => table.columns[position]!);
      const order = (a: Found, b: Found) => compareRows(values, this.store.constants, a.row, b.row);
      const places = skip + first - this.#answers.length;
      this.#group =
        this.#group.length > places * 8 ? leastFirst(this.#group, places, order) : this.#group.sort(order);
    }
    for (const found of this.#group) this.#answers.push(found);
    this.#group = [];
  }

  #answer({ tuple, row }: Found, proofs: ProofBuilder): DeducedAnswer {
    const { constants } = this.store;
    const { table, positions } = this.#source;
    return {
      score: this.#space.derived.score[tuple]!,
      values: positions.map((position) => constants.term(table.columns[position]![row]!)),
      proof: this.question.proofs ? proofs.proof(tuple) : null,
    };
  }
}

/** A stack, array or string that became too large. */
const isOverflow = (thrown: unknown) => thrown instanceof RangeError;

/** The table whose tuples for one key are the answers, and where their values stand. */
interface AnswerSource {
  readonly table: Table;
  readonly key: Int32Array;
  /** Columns of the values, in the order of the question's variables. */
  readonly positions: readonly number[];
}

function tableSource(table: Table, arity: number): AnswerSource {
  return { table, key: new Int32Array(0), positions: Array.from({ length: arity }, (_, i) => i) };
}

/** Where the question is one call whose answers differ as its own do, they need no table of their own. */
function directSource(
  space: Space,
  program: DatalogProgram,
  constants: ConstantTable,
  { clauses, isSingle, arity }: DeductionQuestion,
): AnswerSource | undefined {
  const [clause] = clauses;
  const call = clause?.body[0];
  if (!isSingle || clauses.length !== 1 || clause!.body.length !== 1 || call?.kind !== 'call')
    return undefined;
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
  return { table: space.table(call.predicate, known), key: Int32Array.from(values), positions };
}
