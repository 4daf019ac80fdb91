import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteDecision } from '../../src/asking/asking.js';
import type { Database } from '../../src/database/database.js';
import { displayTerm } from '../../src/prolog/writer.js';
import { AskingBase } from '../asking/asking-base.js';
import { testDatabase } from '../support/database.js';

interface Question {
  readonly category: 'LOGIC' | 'HYBRID' | 'DENSE' | 'NONSENSE';
  readonly question: string;
  readonly goal?: string;
  readonly about?: string;
}

const questions: Question[] = readFileSync(new URL('routing/held-out.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

let database: Database;
let base: AskingBase;
const found: { question: Question; decision: RouteDecision; isRight: boolean; hasRightGoal: boolean }[] = [];

beforeAll(async () => {
  database = await testDatabase();
  base = await AskingBase.ofSamples(database);
  for (const question of questions) {
    const decision = await base.asker.route(question.question, base.name);
    const hasRightGoal = await isRightGoal(question, decision);
    const isRight = decision.route === routeOf(question) && hasRightGoal;
    found.push({ question, decision, isRight, hasRightGoal });
  }
  process.stderr.write(`${confusion()}\n`);
}, 300_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

const routeOf = ({ category }: Question) => (category === 'NONSENSE' ? 'DENSE' : category);

/** By the values that it gives. */
async function isRightGoal({ goal, about }: Question, { route, goal: asked, text, pattern }: RouteDecision) {
  if (goal === undefined || asked === null) return route === 'DENSE';
  if (about !== undefined && route === 'HYBRID' && !text!.includes(about)) return false;
  const wanted = await valuesOf(goal, /\bA\b/.test(goal) ? 'A' : undefined);
  const variables = pattern!.answers.length === 0 ? [undefined] : pattern!.answers;
  const values = await Promise.all(variables.map((variable) => valuesOf(asked, variable)));
  return values.includes(wanted);
}

async function valuesOf(goal: string, variable: string | undefined): Promise<string> {
  const { answers } = await base.asker.prove({ goal, first: 1_000, knowledgeBase: base.name });
  const values = answers.edges.map(({ answer: { bindings } }) =>
    variable === undefined ? 'yes' : displayTerm(bindings.find((each) => each.variable === variable)!.value),
  );
  return [...new Set(values)].sort().join();
}

function confusion(): string {
  const columns = ['DENSE', 'LOGIC', 'HYBRID', 'wrong goal'] as const;
  const rows = (['DENSE', 'LOGIC', 'HYBRID', 'NONSENSE'] as const).map((category) => {
    const of = found.filter(({ question }) => question.category === category);
    const counts = columns.map((column) =>
      column === 'wrong goal'
        ? of.filter(({ decision, hasRightGoal }) => decision.route !== 'DENSE' && !hasRightGoal).length
        : of.filter(
            ({ decision, hasRightGoal }) => decision.route === column && (column === 'DENSE' || hasRightGoal),
          ).length,
    );
    return [category, ...counts].map((cell) => String(cell).padStart(10)).join(' ');
  });
  const right = found.filter(({ isRight }) => isRight).length;
  const brier = found.filter(({ decision }) => decision.pattern !== null);
  const loss = brier.reduce(
    (sum, { decision, isRight }) => sum + (decision.confidence - (isRight ? 1 : 0)) ** 2,
    0,
  );
  return [
    ['asked', ...columns].map((cell) => cell.padStart(10)).join(' '),
    ...rows,
    `${right} of ${found.length} right; Brier score of ${brier.length} patterns taken: ${(loss / brier.length).toFixed(4)}`,
  ].join('\n');
}

describe('Of two hundred questions that the router was not made for', () => {
  it('nine in ten take the right route, with a goal that gives the right values', () => {
    expect(found.filter(({ isRight }) => isRight).length / found.length).toBeGreaterThan(0.9);
  });

  it('hardly any gets a goal that gives wrong values', () => {
    const wrong = found.filter(({ decision, hasRightGoal }) => decision.route !== 'DENSE' && !hasRightGoal);
    expect(wrong.length / found.length).toBeLessThan(0.02);
  });

  it('those that mean nothing here are left to retrieval', () => {
    const taken = found.filter(
      ({ question, decision }) => question.category === 'NONSENSE' && decision.goal !== null,
    );
    expect(taken.map(({ question }) => question.question)).toEqual([]);
  });

  it('those that a pattern answers are right about as often as its confidence says', () => {
    const taken = found.filter(({ decision }) => decision.pattern !== null);
    const said = taken.reduce((sum, { decision }) => sum + decision.confidence, 0) / taken.length;
    const were = taken.filter(({ isRight }) => isRight).length / taken.length;
    expect(Math.abs(said - were)).toBeLessThan(0.1);
  });
});
