import { setImmediate } from 'node:timers/promises';
import { CorollaryError } from '../errors.js';
import { listItems } from '../prolog/list-items.js';
import { readTerm } from '../prolog/reader.js';
import { compound, list, type Term, variable } from '../prolog/term.js';
import { substitute } from '../prolog/variables.js';
import { writeTerm } from '../prolog/writer.js';
import type { Retriever } from '../retrieval/retrieval.js';
import type { FactStream } from '../retrieval/streamed-facts.js';
import type { EngineQuestion } from './engine.js';
import type { Evaluation, Evaluator } from './evaluator.js';
import type { FactFeed } from './fact-feed.js';
import { goalShape } from './goal-shape.js';
import type { FactsWanted } from './held-facts.js';
import { HostAnswers } from './host-answers.js';
import { neededFacts } from './needed-facts.js';
import { withPlainVariables } from './plain-variables.js';
import { prologError } from './prolog-error.js';
import { readProof } from './read-proof.js';
import type { PrologGoal, ReasonerPool } from './reasoner-pool.js';
import { WorkerEnded } from './reasoner-worker.js';
import type { GoalOutcome, GoalRequest, LimitKind, ScoredAnswer } from './reasoning.js';
import { type RequestView, requestView } from './request-view.js';
import { solveInRounds } from './retrieval-rounds.js';
import { type FactsOf, SemanticCalls } from './semantic-calls.js';
import type { Solved } from './thread-messages.js';

export interface PrologEvaluatorOptions {
  readonly pool: ReasonerPool;
  readonly feed: FactFeed;
  readonly retriever: Retriever;
  readonly factsOf: FactsOf;
}

/** Evaluates any goal in Prolog: rules translated to clauses with score and proof, recursive ones tabled. */
export class PrologEvaluator implements Evaluator {
  readonly name: string;
  constructor(readonly options: PrologEvaluatorOptions) {
    this.name = options.pool.options.reasoner;
  }

  stop(): Promise<void> {
    return this.options.pool.stop();
  }

  async evaluate(evaluation: Evaluation): Promise<Omit<GoalOutcome, 'warnings'>> {
    const { request } = evaluation;
    const started = performance.now();
    const { retriever, factsOf, feed } = this.options;
    const { knowledgeBase, revision, signal, skip, first, pin } = request;
    const calls = new SemanticCalls(retriever, factsOf, knowledgeBase, revision, signal, pin);
    const answerer = new HostAnswers(calls, feed, knowledgeBase, revision);
    const stream = streamOf(request);
    let outcome: Outcome;
    if (stream === undefined) {
      const view = await requestView(request, evaluation.assumed);
      const solved = await this.#solve(evaluation, view, answerer, request, request.limits.timeMs);
      const answers = await readAnswers(solved.page, evaluation);
      outcome = { answers, found: solved.found, limit: solved.limit, isAll: true };
    } else outcome = await this.#inRounds(evaluation, stream, answerer, started);
    const limitReached = outcome.limit ?? (calls.cut ? 'TOP_K' : null);
    const complete = limitReached === null;
    return {
      answers: outcome.answers,
      more: skip + first < outcome.found,
      total: complete && outcome.isAll ? outcome.found : null,
      complete,
      limitReached,
      evaluator: this.name,
      reasonMs: performance.now() - started,
      embedMs: calls.embedMs,
      retrieveMs: calls.retrieveMs,
    };
  }

  /** Answers before the page belong to a round too: whether one of them is there decides what is on the page. */
  async #inRounds(
    evaluation: Evaluation,
    stream: FactStream,
    answerer: HostAnswers,
    started: number,
  ): Promise<Outcome> {
    const { request, assumed } = evaluation;
    const { skip, first, proofs, limits } = request;
    const view = await requestView(request, assumed);
    const { round, answers, limit, isAll } = await solveInRounds(stream, view.mode, async (retrieved) => {
      const left = Math.max(1, Math.ceil(limits.timeMs - (performance.now() - started)));
      const part = { skip: 0, first: skip + first, proofs: true };
      const solved = await this.#solve(evaluation, { ...view, ...retrieved }, answerer, part, left);
      return {
        found: solved.found,
        answers: await readAnswers(solved.page, evaluation),
        limit: solved.limit,
      };
    });
    const page = answers.slice(skip, skip + first);
    return {
      answers: proofs ? page : page.map((answer) => ({ ...answer, proof: null })),
      found: limit === null ? round.found : answers.length,
      limit,
      isAll,
    };
  }

  /** A goal that took its thread with it has found nothing. */
  async #solve(
    evaluation: Evaluation,
    view: RequestView,
    answers: HostAnswers,
    { skip, first, proofs }: Pick<PrologGoal, 'skip' | 'first' | 'proofs'>,
    timeMs: number,
  ): Promise<Pick<Solved, 'page' | 'found'> & { readonly limit: LimitKind | null }> {
    const { program, request } = evaluation;
    try {
      const solved = await this.options.pool.solve({
        facts: factsWanted(evaluation, this.options.feed),
        shape: goalShape(evaluation.goal.term),
        program,
        factPredicates: [...evaluation.facts.keys()],
        question: engineQuestion(evaluation, view),
        timeMs,
        skip,
        first,
        proofs,
        answerer: (asked) => answers.answer(asked),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      const { error, limit } = solved.outcome;
      if (error === null) return { ...solved, limit: limit as LimitKind | null };
      throw answers.semantic.failure ?? prologError(error, [...program.defined, ...evaluation.goal.calls]);
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      if (error.reason !== 'crashed')
        return { page: [], found: 0, limit: error.reason === 'time' ? 'TIME' : 'MEMORY' };
      throw new CorollaryError('REASONER_FAILED', 'the reasoner failed on this goal', {}, { cause: error });
    }
  }
}

interface Outcome {
  readonly answers: readonly ScoredAnswer[];
  readonly found: number;
  readonly limit: LimitKind | null;
  /** No other answers than those that were found are possible. */
  readonly isAll: boolean;
}

/** Of a hybrid question. */
export const streamOf = ({ anchors }: GoalRequest): FactStream | undefined =>
  anchors !== undefined && 'stream' in anchors ? anchors.stream : undefined;

/** What a thread must hold, or look up, to evaluate. */
export function factsWanted(
  { program, facts, goal, request, sentences }: Evaluation,
  feed: FactFeed,
): FactsWanted {
  return {
    knowledgeBase: request.knowledgeBase.id,
    revision: request.revision,
    sentences,
    asksForSentences: request.anchors?.scope === 'ALL' || streamOf(request) !== undefined,
    needed: neededFacts(goal.term, program.needs, facts),
    feed,
  };
}

function engineQuestion({ program, goal }: Evaluation, view: RequestView): EngineQuestion {
  const variables = list(goal.variables.map(variable));
  return {
    program: program.key,
    facts: program.facts,
    text: writeTerm(compound('question', variables, goal.term)),
    ...view,
  };
}

/** Other requests get their turn after so long. */
const LONGEST_TURN_MS = 10;

async function readAnswers(page: Solved['page'], evaluation: Evaluation): Promise<ScoredAnswer[]> {
  const answers: ScoredAnswer[] = [];
  let began = performance.now();
  for (const answer of page) {
    answers.push(readAnswer(answer, evaluation));
    if (performance.now() - began < LONGEST_TURN_MS) continue;
    await setImmediate();
    began = performance.now();
  }
  return answers;
}

function readAnswer(
  { score, values, proof }: Solved['page'][number],
  { goal, program }: Evaluation,
): ScoredAnswer {
  const read = listItems(
    withPlainVariables(readTerm(values, { maxNesting: Number.POSITIVE_INFINITY }).term),
  )!;
  const bindings = goal.variables.map((name, i) => ({ variable: name, value: read[i]! }));
  const bound = new Map<string, Term>(bindings.map(({ variable: name, value }) => [name, value]));
  return {
    bindings,
    goal: substitute(goal.term, bound),
    score,
    proof: proof === null ? null : readProof(proof, program.rules),
  };
}
