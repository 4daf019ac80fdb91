import fc from 'fast-check';
import { expect } from 'vitest';
import { list } from '../../../src/prolog/term.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import type { GoalOutcome, GoalRequest, ScoredAnswer } from '../../../src/reasoning/reasoning.js';
import type { ReasoningBase } from '../reasoning-base.js';
import { type NaiveAnswer, type NaiveFact, type NaiveQuestion, naiveAnswers } from './naive-evaluator.js';
import type { RandomFact, RandomProgram } from './random-programs.js';
import { limits } from './under-test.js';

/** A random program in a knowledge base of its own, beside the naive evaluator's view of it. */
export class ProgramBase implements AsyncDisposable {
  private constructor(
    readonly base: ReasoningBase,
    readonly program: RandomProgram,
    /** Live now, by id. */
    public facts: readonly NaiveFact[],
  ) {}

  static async load(beside: ReasoningBase, program: RandomProgram): Promise<ProgramBase> {
    const loaded = new ProgramBase(await beside.another(), program, []);
    await loaded.assert(program.facts);
    await loaded.base.rules(program.rules);
    return loaded;
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

  /** Programs that the evaluator gives up at a limit are passed over. */
  async prove(goal: string, options: Partial<GoalRequest> = {}): Promise<GoalOutcome> {
    const outcome = await this.base.prove(goal, { limits, first: limits.answers, ...options });
    fc.pre(outcome.complete);
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

const lines = (answers: readonly { readonly values: string; readonly score: number }[]): string[] =>
  answers.map(({ values, score }) => `${score} ${values}`);

/** The same answers with the same scores in the same order. */
export function expectInOrder(outcome: GoalOutcome, expected: readonly NaiveAnswer[]): void {
  const found = outcome.answers.map((answer) => ({ values: valuesOf(answer), score: answer.score }));
  expect(lines(found)).toEqual(lines(expected));
}

/** The same answers with the same scores, best first; those of one score in any order. */
export function expectByScore(outcome: GoalOutcome, expected: readonly NaiveAnswer[]): void {
  const found = outcome.answers.map((answer) => ({ values: valuesOf(answer), score: answer.score }));
  expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
  expect(lines(found).sort()).toEqual(lines(expected).sort());
}
