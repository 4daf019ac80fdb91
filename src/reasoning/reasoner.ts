import { CorollaryError } from '../errors.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import { isReserved } from '../knowledge/reserved-predicates.js';
import { isDeeperThan } from '../prolog/nesting.js';
import { readTerm } from '../prolog/reader.js';
import { indicatorOf } from '../prolog/term.js';
import { isGround } from '../prolog/variables.js';
import { writeTerm } from '../prolog/writer.js';
import { definable } from './builtins.js';
import { questionClauses } from './deduction/question-clauses.js';
import { closureOf } from './dependencies.js';
import type { Evaluation, Evaluator } from './evaluator.js';
import { LONGEST_GOAL, readGoal } from './goal.js';
import { hasNegation, type Program } from './program.js';
import type { GoalOutcome, GoalRequest, Reasoner } from './reasoning.js';
import type { AssumedFact } from './request-view.js';
import { DEEPEST_TERM, isCompound } from './rule.js';
import { type RuleBase, RuleBases } from './rule-base.js';

/** Reads the goal, compiles the rules that are live at the request's revision and hands both to an evaluator. */
export class RuleReasoner implements Reasoner {
  readonly #bases: RuleBases;

  constructor(
    store: KnowledgeStore,
    /** Evaluates every goal. */
    readonly prolog: Evaluator,
    /** Evaluates those that need no Prolog; without it all are left to `prolog`. */
    readonly deduction?: Evaluator,
  ) {
    this.#bases = new RuleBases(store);
  }

  async prove(request: GoalRequest): Promise<GoalOutcome> {
    const base = await this.#bases.at(request.knowledgeBase, request.revision);
    const assumed = readAssumptions(request.assume ?? []);
    const supposed = assumed.map(({ predicate, arity }) => `${predicate}/${arity}`);
    const program = base.program(request.scoring, supposed);
    const facts = new Set([...base.facts, ...base.declared, ...supposed]);
    const goal = readGoal(request.goal, { defined: program.defined, facts });
    const negates = hasNegation(goal.term) || dependsOnNegation(program, goal.calls);
    const isDoubtful = request.anchors?.scope === 'RETRIEVED' && negates;
    const [anchored, isWhole] = isDoubtful ? await allRetrieved(request) : [request, true];
    const outcome = await this.#evaluate(base, facts, {
      program,
      facts: base.factCounts,
      sentences: base.sentences,
      goal,
      request: anchored,
      assumed,
    });
    const warnings = isDoubtful
      ? [
          'the goal negates or counts over retrieved facts only: what retrieval did not bring counts as untrue',
        ]
      : [];
    if (isWhole) return { ...outcome, warnings };
    return {
      ...outcome,
      total: null,
      complete: false,
      limitReached: outcome.limitReached ?? 'TOP_K',
      warnings,
    };
  }

  /** By deduction where it can evaluate all that the goal depends on, else in Prolog. */
  async #evaluate(
    base: RuleBase,
    facts: ReadonlySet<string>,
    evaluation: Evaluation,
  ): Promise<Omit<GoalOutcome, 'warnings'>> {
    if (this.deduction === undefined || evaluation.request.evaluator === 'prolog') {
      return this.prolog.evaluate(evaluation);
    }
    const { goal, assumed } = evaluation;
    const rules = base.deduction(assumed.map(({ predicate, arity }) => `${predicate}/${arity}`));
    const { program, key } = rules;
    const question = questionClauses(goal.term, goal.variables, rules, facts);
    if ('reason' in question) {
      return { ...(await this.prolog.evaluate(evaluation)), evaluatorReason: question.reason };
    }
    return this.deduction.evaluate({ ...evaluation, deduction: { program, key, ...question } });
  }

  /** Both evaluators share their threads. */
  async stop(): Promise<void> {
    await Promise.all([this.deduction?.stop(), this.prolog.stop()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** What is not there must be known before anything follows from it; the second says whether it is. */
async function allRetrieved(request: GoalRequest): Promise<[GoalRequest, boolean]> {
  const { anchors } = request;
  if (anchors === undefined || !('stream' in anchors)) return [request, true];
  const { scope, stream } = anchors;
  const similarities = new Map<number, number>();
  for (;;) {
    const left = stream.topK - similarities.size;
    const { facts, isAll } = await stream.take(similarities.size, left);
    for (const { fact, similarity } of facts) similarities.set(fact, similarity);
    if (isAll || facts.length === 0) return [{ ...request, anchors: { scope, similarities } }, isAll];
  }
}

function dependsOnNegation(program: Program, calls: readonly string[]): boolean {
  for (const indicator of closureOf(program.graph, calls)) if (program.negating.has(indicator)) return true;
  return false;
}

/** Facts that one request may suppose. */
const MOST_ASSUMED = 1_000;

function readAssumptions(texts: readonly string[]): AssumedFact[] {
  if (texts.length > MOST_ASSUMED) {
    const message = `a request may suppose at most ${MOST_ASSUMED} facts, not ${texts.length}`;
    throw new CorollaryError('BAD_INPUT', message, { most: MOST_ASSUMED });
  }
  return texts.map(readAssumption);
}

/** @throws CorollaryError PROLOG_SYNTAX, FACT_NOT_CALLABLE, FACT_NOT_GROUND, BAD_INPUT; `details.index` is its place */
function readAssumption(text: string, index: number): AssumedFact {
  if (text.length > LONGEST_GOAL) {
    throw new CorollaryError('BAD_INPUT', `a supposed fact has at most ${LONGEST_GOAL} characters`, {
      index,
    });
  }
  let { term } = readTerm(text);
  if (isDeeperThan(term, DEEPEST_TERM)) {
    throw new CorollaryError('BAD_INPUT', `a supposed fact is nested at most ${DEEPEST_TERM} levels deep`, {
      index,
    });
  }
  let confidence = 1;
  if (isCompound(term, '::', 2)) {
    const [weight, fact] = term.args;
    confidence =
      weight?.kind === 'float'
        ? weight.value
        : weight?.kind === 'integer'
          ? Number(weight.value)
          : Number.NaN;
    if (!(confidence > 0 && confidence <= 1)) {
      throw new CorollaryError('BAD_INPUT', 'a confidence is a number above 0 and at most 1', { index });
    }
    term = fact!;
  }
  const indicator = indicatorOf(term);
  if (indicator === undefined || !definable(indicator) || isReserved(indicator)) {
    throw new CorollaryError('FACT_NOT_CALLABLE', `${writeTerm(term)} cannot be supposed as a fact`, {
      index,
    });
  }
  if (!isGround(term))
    throw new CorollaryError('FACT_NOT_GROUND', `${writeTerm(term)} holds a variable`, { index });
  const arity = term.kind === 'compound' ? term.args.length : 0;
  return {
    predicate: indicator.slice(0, indicator.lastIndexOf('/')),
    arity,
    prolog: writeTerm(term),
    confidence,
  };
}
