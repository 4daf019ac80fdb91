import { setImmediate } from 'node:timers/promises';
import { CorollaryError } from '../errors.js';
import { listItems } from '../prolog/list-items.js';
import { readTerm } from '../prolog/reader.js';
import { compound, list, type Term, variable } from '../prolog/term.js';
import { substitute } from '../prolog/variables.js';
import { writeTerm } from '../prolog/writer.js';
import type { Retriever } from '../retrieval/retrieval.js';
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
import type { ReasonerPool } from './reasoner-pool.js';
import { WorkerEnded } from './reasoner-worker.js';
import type { GoalOutcome, LimitKind, ScoredAnswer } from './reasoning.js';
import { requestView } from './request-view.js';
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
    const { program, request } = evaluation;
    const started = performance.now();
    const { retriever, factsOf, feed } = this.options;
    const calls = new SemanticCalls(
      retriever,
      factsOf,
      request.knowledgeBase,
      request.revision,
      request.signal,
      request.pin,
    );
    const answers = new HostAnswers(calls, feed, request.knowledgeBase, request.revision);
    const end = async (
      solved: Solved | undefined,
      limit: LimitKind | null,
    ): Promise<Omit<GoalOutcome, 'warnings'>> => {
      const limitReached = limit ?? (calls.cut ? 'TOP_K' : null);
      const complete = limitReached === null;
      const found = solved?.found ?? 0;
      return {
        answers: await readAnswers(solved?.page ?? [], evaluation),
        more: request.skip + request.first < found,
        total: complete ? found : null,
        complete,
        limitReached,
        evaluator: this.name,
        reasonMs: performance.now() - started,
        embedMs: calls.embedMs,
        retrieveMs: calls.retrieveMs,
      };
    };
    try {
      const solved = await this.options.pool.solve({
        facts: factsWanted(evaluation, feed),
        shape: goalShape(evaluation.goal.term),
        program,
        factPredicates: [...evaluation.facts.keys()],
        question: engineQuestion(evaluation),
        timeMs: request.limits.timeMs,
        skip: request.skip,
        first: request.first,
        proofs: request.proofs,
        answerer: (asked) => answers.answer(asked),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      if (solved.outcome.error !== null) {
        throw (
          calls.failure ?? prologError(solved.outcome.error, [...program.defined, ...evaluation.goal.calls])
        );
      }
      return await end(solved, solved.outcome.limit as LimitKind | null);
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      if (error.reason === 'time') return end(undefined, 'TIME');
      if (error.reason === 'memory') return end(undefined, 'MEMORY');
      throw new CorollaryError('REASONER_FAILED', 'the reasoner failed on this goal', {}, { cause: error });
    }
  }
}

/** What a thread must hold, or look up, to evaluate. */
export function factsWanted(
  { program, facts, goal, request, sentences }: Evaluation,
  feed: FactFeed,
): FactsWanted {
  return {
    knowledgeBase: request.knowledgeBase.id,
    revision: request.revision,
    sentences,
    asksForSentences: request.anchors?.scope === 'ALL',
    needed: neededFacts(goal.term, program.needs, facts),
    feed,
  };
}

function engineQuestion(evaluation: Evaluation): EngineQuestion {
  const { program, goal } = evaluation;
  const variables = list(goal.variables.map(variable));
  return {
    program: program.key,
    facts: program.facts,
    text: writeTerm(compound('question', variables, goal.term)),
    ...requestView(evaluation.request, evaluation.assumed),
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
