import { CorollaryError } from '../../errors.js';
import { AnchorNeeds } from './anchor-needs.js';
import { type AnswerSource, answerSource, type Found } from './answer-source.js';
import { BindingAnalysis } from './binding.js';
import { BuiltinTooLarge } from './builtins/builtin-too-large.js';
import { compareRows } from './compare-rows.js';
import type { DatalogProgram } from './datalog.js';
import type { DeducedAnswer, DeductionHost, DeductionOutcome, DeductionQuestion } from './deduction.js';
import type { DerivedTuples } from './derived-tuples.js';
import { ExternalFacts } from './external-facts.js';
import { FactScan } from './fact-scan.js';
import type { FactStore } from './fact-store.js';
import { leastFirst } from './least-first.js';
import { LimitReached } from './limit-reached.js';
import { Planner } from './planner.js';
import { ProofBuilder } from './proof-builder.js';
import { RequestFacts } from './request-facts.js';
import { RetrievedFacts } from './retrieved-facts.js';
import { SemanticSources } from './semantic-sources.js';
import { Space } from './space.js';
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
  const requestFacts = new RequestFacts(facts, question, new RetrievedFacts(question, host));
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

class Deduction {
  readonly #space: Space;
  readonly #source: AnswerSource;
  readonly #semantics: SemanticSources;
  readonly #spaces: Space[] = [];
  /** Best first. */
  readonly #answers: Found[] = [];
  /** Answers of one score and size: they are put in order when the last of them has come. */
  #group: Found[] = [];
  #isNoted = false;
  #wasCutBefore = false;
  #reliedOnOrder = false;

  constructor(
    program: DatalogProgram,
    readonly store: FactStore,
    readonly facts: RequestFacts,
    readonly question: DeductionQuestion,
    host: DeductionHost,
    meter: WorkMeter,
  ) {
    const { constants } = store;
    const { scoring, mode } = question;
    this.#semantics = new SemanticSources(host, facts, constants, scoring, meter);
    const isHybrid = mode !== 'plain' && facts.retrieved.isStreamed;
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
      hybrid: isHybrid ? { space: () => this.#space, needs: this.#anchorNeeds(program) } : undefined,
    });
    this.#space = new Space(planner, external, meter, mode === 'anchored');
    this.#source = answerSource(this.#space, program, constants, question);
  }

  #anchorNeeds(program: DatalogProgram): AnchorNeeds | undefined {
    const { question, facts } = this;
    if (question.mode !== 'anchored') return undefined;
    const external = new Set(question.external);
    return new AnchorNeeds(program, question.clauses, (predicate) => {
      return external.has(predicate) || facts.relation(predicate).sentences > 0;
    });
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
    const known = this.#isPageReady() ? this.#source.known(this.#answers.length) : this.#answers.length;
    const found = Math.min(known, question.answers);
    const isCounted = question.count || !this.#isPageFull(question.answers);
    if (limit === null && known > question.answers && isCounted) limit = 'ANSWERS';
    if (limit === null && (this.#semantics.isCut || this.#wasCutBefore)) limit = 'TOP_K';
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
      // What comes behind a full page may not be known.
      more: question.skip + question.first < found || (limit === null && this.facts.retrieved.isCut),
      total: isDone && limit === null && !this.facts.retrieved.isCut ? found : null,
      limit,
      reliesOnOrder: this.#reliedOnOrder || this.facts.retrieved.isAwaited,
      error,
    };
  }

  /** True when every answer was found, false when it stopped with the page. */
  #search(): boolean {
    const { question } = this;
    const source = this.#source;
    source.demand();
    for (;;) {
      this.#collect();
      if (this.#isPageReady()) {
        this.#noteRetrieved();
        const known = source.known(this.#answers.length);
        if (known > question.answers || (!question.count && this.#isPageFull(known))) return false;
        source.close();
      }
      if (!this.#space.advance()) break;
    }
    this.#collect();
    this.#settle();
    this.#noteRetrieved();
    return source.known(this.#answers.length) <= question.answers;
  }

  /** What comes when the page is full has no part in it. */
  #noteRetrieved(): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    const { retrieved } = this.facts;
    this.#wasCutBefore = retrieved.isCut;
    this.#reliedOnOrder = retrieved.reliesOnOrder;
  }

  /** Puts the answers that have come in their places. */
  #collect(): void {
    const { derived } = this.#source.table;
    for (let found = this.#source.next(); found !== undefined; found = this.#source.next()) {
      const [last] = this.#group;
      if (last !== undefined && !areTied(derived, last.tuple, found.tuple)) this.#settle();
      this.#group.push(found);
    }
    // Only now: those that have come so far are put in order all the same.
    if (this.#group.length > MOST_TIES + this.question.answers) throw new LimitReached('ANSWERS');
    const [last] = this.#group;
    if (last !== undefined && !this.#space.mayPrecede(derived, last.tuple)) this.#settle();
  }

  /** Whether the page's answers are in their places; what comes now is only counted. */
  #isPageReady(): boolean {
    const { skip, first, answers } = this.question;
    return this.#answers.length >= Math.min(skip + first, answers);
  }

  /** Whether there are answers enough for the page, and one that tells that there are more. */
  #isPageFull(answers: number): boolean {
    return answers > this.question.skip + this.question.first;
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
      score: table.derived.score[tuple]!,
      values: positions.map((position) => constants.term(table.columns[position]![row]!)),
      proof: this.question.proofs ? proofs.proof(table.derived, tuple) : null,
    };
  }
}

/** Whether two answers are of one score and size. */
const areTied = ({ score, size }: DerivedTuples, a: number, b: number) =>
  score[a] === score[b] && size[a] === size[b];

/** A stack, array or string that became too large. */
const isOverflow = (thrown: unknown) => thrown instanceof RangeError;
