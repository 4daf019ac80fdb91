import { CorollaryError } from '../../../errors.js';
import { readTerm } from '../../../prolog/reader.js';
import { type Compound, compound, float, indicatorOf, type Term } from '../../../prolog/term.js';
import { match } from '../../../prolog/unify.js';
import { isGround, variablesOf } from '../../../prolog/variables.js';
import { displayTerm, writeTerm } from '../../../prolog/writer.js';
import type { Place } from '../cursor.js';
import type { SemanticGoal } from '../datalog.js';
import type { Instances } from '../instantiate.js';
import type { RequestFacts } from '../request-facts.js';
import {
  type SemanticRow,
  type SemanticSource,
  type SemanticSources,
  wrongText,
} from '../semantic-sources.js';
import { Step } from './step.js';

/** Calls similar/3, nearest/3 or similarity/3. The number of the semantic row goes into the cell `reference`. */
export class SemanticStep extends Step {
  readonly #call: Compound;
  /** Of nearest/3, the fact's own variables too, by the time a row is taken. */
  readonly #knownThen: ReadonlySet<number>;

  constructor(
    readonly frame: Int32Array,
    readonly goal: SemanticGoal,
    readonly instances: Instances,
    /** Variables that have values before the call. */
    readonly known: ReadonlySet<number>,
    readonly reference: number,
    readonly sources: SemanticSources,
    readonly facts: RequestFacts,
    /** In a rule's own body it is a sorted source; elsewhere (undefined) all its rows are wanted at once. */
    readonly place: Place | undefined,
  ) {
    super();
    this.#call = goal.source as Compound;
    const own = goal.name === 'nearest' ? variablesOf(this.#call.args[0]!) : [];
    this.#knownThen = new Set([...known, ...own.map((name) => instances.cellOf(name))]);
  }

  run(): boolean {
    const [first, second] = this.#call.args as [Term, Term, Term];
    const { name } = this.goal;
    const isKnown = (cell: number) => this.known.has(cell);
    if (name === 'nearest') return this.#nearest(first, second, isKnown);
    const text = textOf(this.instances.of(first, isKnown));
    if (name === 'similarity') {
      return this.#follow(this.sources.similarity(text, textOf(this.instances.of(second, isKnown))));
    }
    return this.#follow(this.sources.similar({ name, of: text, pattern: this.#pattern(second, isKnown) }));
  }

  /** Goes on with one row; true when enough was found. */
  take(row: SemanticRow): boolean {
    const { fact, similarity } = row;
    const [, pattern, score] = this.#call.args as [Term, Term, Term];
    if (fact !== undefined) {
      if (this.facts.isExcluded(fact.fact)) return false;
      const term = readTerm(fact.prolog, { maxNesting: Number.POSITIVE_INFINITY }).term;
      if (!this.#meets(pattern, term, this.#knownThen)) return false;
    }
    if (!this.#meets(score, float(similarity), this.#knownThen)) return false;
    if (this.reference >= 0) this.frame[this.reference] = row.number;
    return this.next.run();
  }

  /** For every fact of the first pattern, the facts that are near it. */
  #nearest(first: Term, second: Term, isKnown: (cell: number) => boolean): boolean {
    const given = this.instances.of(first, isKnown);
    const indicator = indicatorOf(given);
    if (indicator === undefined)
      throw new CorollaryError('EVALUATION', `${displayTerm(given)} stands where a fact is needed`);
    const relation = this.facts.relation(indicator);
    for (let row = 0; row < relation.rows; row++) {
      if (!relation.isLive(row, this.facts.question.revision) || this.facts.isExcluded(relation.id(row)))
        continue;
      const { constants } = this.instances;
      const args = relation.columns.map((column) => constants.term(column[row]!));
      const fact: Term = given.kind === 'compound' ? compound(given.name, ...args) : given;
      if (!this.#meets(first, fact, this.known)) continue;
      const pattern = this.#pattern(second, (cell) => this.#knownThen.has(cell));
      if (this.#follow(this.sources.similar({ name: 'nearest', of: relation.id(row), pattern }))) return true;
    }
    return false;
  }

  #follow(source: SemanticSource): boolean {
    if (this.place !== undefined) {
      this.sources.follow(source, this, this.place);
      return false;
    }
    for (const row of this.sources.all(source)) if (this.take(row)) return true;
    return false;
  }

  /** Variables are named alike in every call, so that the same call is made once. */
  #pattern(pattern: Term, isKnown: (cell: number) => boolean): string {
    const given = this.instances.of(pattern, isKnown);
    if (given.kind !== 'variable' && indicatorOf(given) === undefined)
      throw new CorollaryError(
        'EVALUATION',
        `${displayTerm(given)} stands where a pattern of facts is needed`,
      );
    return writeTerm(given);
  }

  /** Gives the variables of `pattern` that have no value yet theirs; false where it does not fit. */
  #meets(pattern: Term, value: Term, known: ReadonlySet<number>): boolean {
    const { constants } = this.instances;
    if (pattern.kind === 'variable') {
      const cell = this.instances.cellOf(pattern.name);
      if (known.has(cell)) return this.frame[cell] === constants.intern(value);
      this.frame[cell] = constants.intern(value);
      return true;
    }
    const given = this.instances.of(pattern, (cell) => known.has(cell));
    if (isGround(given)) return constants.intern(given) === constants.intern(value);
    const bindings = match(given, value);
    if (bindings === undefined) return false;
    for (const [name, term] of bindings) this.frame[this.instances.cellOf(name)] = constants.intern(term);
    return true;
  }
}

function textOf(term: Term): string {
  if (term.kind === 'string') return term.value;
  if (term.kind === 'atom') return term.name;
  throw wrongText(displayTerm(term));
}
