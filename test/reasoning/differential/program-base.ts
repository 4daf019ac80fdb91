import fc from 'fast-check';
import { expect } from 'vitest';
import { list } from '../../../src/prolog/term.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import type { GoalOutcome, GoalRequest, ScoredAnswer } from '../../../src/reasoning/reasoning.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { type NaiveAnswer, type NaiveFact, type NaiveQuestion, naiveAnswers } from './naive-evaluator.js';
import type { RandomFact, RandomProgram } from './random-programs.js';
import { type EvaluatorUnderTest, limits, tauLimits } from './under-test.js';

/** A random program in a knowledge base of its own, beside the naive evaluator's view of it. */
export class ProgramBase implements AsyncDisposable {
  private constructor(
    readonly base: ReasoningBase,
    readonly program: RandomProgram,
    readonly evaluator: EvaluatorUnderTest,
    /** Live now, by id. */
    public facts: readonly NaiveFact[],
  ) {}

  static async load(
    beside: ReasoningBase,
    program: RandomProgram,
    evaluator: EvaluatorUnderTest,
    more: (index: number) => { readonly text?: string } = () => ({}),
  ): Promise<ProgramBase> {
    const loaded = new ProgramBase(await beside.another(), program, evaluator, []);
    await loaded.assert(program.facts.map((fact, i) => ({ ...fact, ...more(i) })));
    await loaded.base.rules(program.rules);
    return loaded;
  }

  /** The same facts and rules for another evaluator; only the first of them is to be disposed of. */
  askedOf(evaluator: EvaluatorUnderTest): ProgramBase {
    return new ProgramBase(this.base, this.program, evaluator, this.facts);
  }

  /** A fact that is known with another confidence is replaced. */
  async assert(facts: readonly (RandomFact & { readonly text?: string })[]): Promise<void> {
    if (facts.length === 0) return;
    const asserted = await this.base.assert(facts);
    const ids = new Set(asserted.facts.map(({ prolog }) => prolog));
    this.facts = [
      ...this.facts.filter(({ prolog }) => !ids.has(prolog)),
      ...asserted.facts.map(({ id, prolog, confidence, sentence }) => ({
        id,
        prolog,
        confidence,
        hasSentence: sentence !== null,
      })),
    ].sort((a, b) => a.id - b.id);
  }

  async retract(fact: NaiveFact): Promise<void> {
    await this.base.retract(fact.id);
    this.facts = this.facts.filter(({ id }) => id !== fact.id);
  }

  /** In Prolog a program with very many proofs may reach a limit: such ones are passed over. */
  async prove(goal: string, options: Partial<GoalRequest> = {}): Promise<GoalOutcome> {
    const isProlog = this.evaluator !== 'deduction';
    const outcome = await this.base.prove(goal, {
      limits: this.evaluator === 'tau' ? tauLimits : limits,
      first: limits.answers,
      ...(isProlog ? { evaluator: 'prolog' } : {}),
      ...options,
    });
    if (isProlog) fc.pre(outcome.complete);
    expect(outcome).toMatchObject({ complete: true, evaluator: this.evaluator });
    return outcome;
  }

  naive(goal: string, options: Partial<NaiveQuestion> = {}): NaiveAnswer[] {
    const { facts, program } = this;
    return naiveAnswers({ facts, rules: program.rules, goal, scoring: 'PRODUCT', ...options });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.base[Symbol.asyncDispose]();
  }
}

export const valuesOf = ({ bindings }: ScoredAnswer): string =>
  writeTerm(list(bindings.map(({ value }) => value)));

/** Score and values of each answer. */
export const answerLines = ({ answers }: GoalOutcome): string[] =>
  answers.map((answer) => `${answer.score} ${valuesOf(answer)}`);

const expectedLines = (answers: readonly NaiveAnswer[]): string[] =>
  answers.map(({ values, score }) => `${score} ${values}`);

/** The same answers with the same scores in the same order. */
export function expectInOrder(outcome: GoalOutcome, expected: readonly NaiveAnswer[]): void {
  expect(answerLines(outcome)).toEqual(expectedLines(expected));
}

/** The same answers with the same scores, best first; those of one score in any order. */
export function expectByScore(outcome: GoalOutcome, expected: readonly NaiveAnswer[]): void {
  const scores = outcome.answers.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(answerLines(outcome).sort()).toEqual(expectedLines(expected).sort());
}
