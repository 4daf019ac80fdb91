import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { testDatabase } from '../support/database.js';
import { AskingBase } from './asking-base.js';
import { facts } from './learning/world.js';

const rules = `
:- question("who leads {Team}?", lead(Team, Person), [answer(Person)]).
:- question("who owns {Service}?", owned_by(Service, Team), [answer(Team)]).
:- phrase("the team that owns {Service}", owned_by(Service, Team), Team).
:- phrase("what {Service} depends on", depends(Service, Needed), Needed).
`;

let database: Database;
let base: AskingBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await AskingBase.create(database);
  await base.fill(`${facts.join('.\n')}.\n`, rules);
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

async function answers(question: string): Promise<unknown[]> {
  const { answers: page, route } = await base.asker.ask({ question, knowledgeBase: base.name });
  if (route.route !== 'LOGIC') return [route.route, route.reason];
  return page.edges.map(({ answer }) => answer.bindings.map(({ value }) => (value as { name: string }).name));
}

it('fills a slot with a phrase', async () => {
  expect(await answers('who leads the team that owns checkout?')).toEqual([['ana']]);
  expect(await answers('who owns what checkout depends on?')).toEqual([['platform']]);
});

it('fills the slot of a phrase with another phrase', async () => {
  expect(await answers('who leads the team that owns what login depends on?')).toEqual([['cem']]);
});

it('keeps the variables of both goals apart', async () => {
  const { goal } = await base.asker.route('who owns what checkout depends on?', base.name);
  expect(goal).toBe('depends(checkout, _Service), owned_by(_Service, Team)');
});
