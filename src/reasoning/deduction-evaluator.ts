import { CorollaryError, type ErrorCode } from '../errors.js';
import type { Term } from '../prolog/term.js';
import { substitute } from '../prolog/variables.js';
import type {
  DeducedAnswer,
  DeducedProof,
  DeductionOutcome,
  DeductionQuestion,
} from './deduction/deduction.js';
import type { DeductionTask, Evaluation, Evaluator } from './evaluator.js';
import { goalShape } from './goal-shape.js';
import { HostAnswers } from './host-answers.js';
import { factsWanted, type PrologEvaluatorOptions, streamOf } from './prolog-evaluator.js';
import { WorkerEnded } from './reasoner-worker.js';
import type { GoalOutcome, LimitKind, Proof, RuleReference, ScoredAnswer } from './reasoning.js';
import { requestView } from './request-view.js';
import { SemanticCalls } from './semantic-calls.js';

/** Evaluates goals that need no Prolog by best-first deduction, in the same threads. */
export class DeductionEvaluator implements Evaluator {
  readonly name = 'deduction';
  constructor(readonly options: PrologEvaluatorOptions) {}

  stop(): Promise<void> {
    return this.options.pool.stop();
  }

  async evaluate(evaluation: Evaluation): Promise<Omit<GoalOutcome, 'warnings'>> {
    const { request, deduction } = evaluation;
    if (deduction === undefined) throw new Error('the goal was not compiled for deduction');
    const started = performance.now();
    const { pool, retriever, factsOf, feed } = this.options;
    const { knowledgeBase, revision, limits, signal, pin } = request;
    const calls = new SemanticCalls(retriever, factsOf, knowledgeBase, revision, signal, pin);
    const stream = streamOf(request);
    const answers = new HostAnswers(calls, feed, knowledgeBase, revision, stream);
    const end = (outcome: DeductionOutcome | undefined, limit: LimitKind | null) => ({
      answers: outcome?.answers.map((answer) => readAnswer(answer, evaluation)) ?? [],
      more: outcome?.more ?? false,
      total: limit === null ? (outcome?.total ?? null) : null,
      complete: limit === null,
      limitReached: limit,
      evaluator: this.name,
      reasonMs: performance.now() - started,
      embedMs: calls.embedMs,
      retrieveMs: calls.retrieveMs,
    });
    try {
      const outcome = await pool.deduce({
        facts: factsWanted(evaluation, feed),
        shape: goalShape(evaluation.goal.term),
        key: deduction.key,
        program: deduction.program,
        question: await deductionQuestion(evaluation, deduction),
        timeMs: limits.timeMs,
        answerer: (asked) => answers.answer(asked),
        ...(signal === undefined ? {} : { signal }),
      });
      if (outcome.error !== null) {
        const { code, message, details } = outcome.error;
        throw new CorollaryError(code as ErrorCode, message, { ...details });
      }
      const isApproximate = outcome.reliesOnOrder && stream?.isApproximate === true;
      const limit = outcome.limit ?? (isApproximate ? 'APPROXIMATION' : null);
      return end(outcome, limit as LimitKind | null);
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      if (error.reason === 'time') return end(undefined, 'TIME');
      if (error.reason === 'memory') return end(undefined, 'MEMORY');
      throw new CorollaryError('REASONER_FAILED', 'the reasoner failed on this goal', {}, { cause: error });
    }
  }
}

async function deductionQuestion(
  evaluation: Evaluation,
  { clauses, isSingle }: DeductionTask,
): Promise<Omit<DeductionQuestion, 'external'>> {
  const { goal, request } = evaluation;
  const { scoring, skip, first, proofs, count } = request;
  return {
    clauses,
    arity: goal.variables.length,
    goal: goal.term,
    isSingle,
    scoring,
    skip,
    first,
    proofs,
    count,
    ...(await requestView(evaluation.request, evaluation.assumed)),
  };
}

function readAnswer({ score, values, proof }: DeducedAnswer, { goal, program }: Evaluation): ScoredAnswer {
  const bindings = goal.variables.map((name, i) => ({ variable: name, value: values[i]! }));
  const bound = new Map<string, Term>(bindings.map(({ variable, value }) => [variable, value]));
  return {
    bindings,
    goal: substitute(goal.term, bound),
    score,
    proof: proof === null ? null : readProof(proof, program.rules),
  };
}

function readProof({ nodes, truncated }: DeducedProof, rules: readonly RuleReference[]): Proof {
  return {
    nodes: nodes.map(({ rule, ...node }) => (rule === undefined ? node : { ...node, rule: rules[rule]! })),
    truncated,
  };
}
