import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { compareTerms } from '../../src/prolog/compare.js';
import { listItems } from '../../src/prolog/list-items.js';
import { readProgram } from '../../src/prolog/reader.js';
import { atom, type Term } from '../../src/prolog/term.js';
import { substitute } from '../../src/prolog/variables.js';
import { displayTerm, writeTerm } from '../../src/prolog/writer.js';
import { testDatabase } from '../support/database.js';
import { AskingBase, sampleFile } from './asking-base.js';

const expectations = readProgram(sampleFile('incidents.test.pl')).clauses.map(({ term }) => {
  const [first, second, third] = (term as Term & { args: Term[] }).args as [Term, Term, Term | undefined];
  return {
    isScore: third === undefined,
    template: first,
    goal: third === undefined ? first : second,
    expected: third ?? second,
  };
});

let database: Database;
let base: AskingBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await AskingBase.ofSamples(database);
}, 60_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

describe('The sample knowledge base', () => {
  it.each(expectations.map((expectation) => [displayTerm(expectation.goal), expectation] as const))(
    'answers %s as written beside its rules',
    async (_, { isScore, template, goal, expected }) => {
      const { answers, complete } = await base.asker.prove({
        goal: writeTerm(goal),
        first: 1_000,
        knowledgeBase: base.name,
      });
      expect(complete).toBe(true);
      if (isScore) {
        expect(answers.edges[0]?.answer.score).toBeCloseTo(Number(displayTerm(expected)), 9);
        return;
      }
      const instances = answers.edges.map(({ answer }) =>
        answer.bindings.length === 0 && template.kind === 'atom'
          ? atom('yes')
          : substitute(template, new Map(answer.bindings.map(({ variable, value }) => [variable, value]))),
      );
      const distinct = new Map(instances.map((term) => [writeTerm(term), term]));
      expect([...distinct.values()].sort(compareTerms).map(displayTerm)).toEqual(
        listItems(expected)!.map(displayTerm),
      );
    },
  );

  it.each([
    ['a payment time-out', 'inc_17'],
    ['an expired certificate', 'inc_10'],
    ['customers charged twice', 'inc_09'],
  ])('finds the incident that is most like "%s" first', async (text, incident) => {
    const { answers } = await base.asker.ask({
      question: text,
      goal: 'summary(Incident, _)',
      knowledgeBase: base.name,
    });
    expect(displayTerm(answers.edges[0]!.answer.bindings[0]!.value)).toBe(incident);
  });

  it('says who is on call for services hit by incidents like a payment time-out, with proof', async () => {
    const { answers, route } = await base.asker.ask({
      question: 'responsible("a payment time-out", Incident, Service, Team, Person)',
      first: 3,
      knowledgeBase: base.name,
    });
    expect(route.route).toBe('LOGIC');
    const { answer } = answers.edges[0]!;
    expect(answer.bindings.map(({ value }) => displayTerm(value))).toEqual([
      'inc_17',
      'checkout',
      'shop',
      'ana',
    ]);
    expect(answer.proof?.nodes.map(({ kind }) => kind)).toEqual(['RULE', 'SEMANTIC', 'FACT', 'FACT', 'FACT']);
    expect(answer.score).toBe(answer.proof!.nodes[1]!.similarity);
    expect(answer.score).toBeGreaterThan(0.5);
    expect(answer.text).toBe('ana is on call for team shop, which owns checkout, hit by inc_17');
  });
});
