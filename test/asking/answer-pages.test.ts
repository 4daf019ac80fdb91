import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QuestionAsker } from '../../src/asking/asker.js';
import type { AskRequest, AskResult } from '../../src/asking/asking.js';
import type { Database } from '../../src/database/database.js';
import { list } from '../../src/prolog/term.js';
import { writeTerm } from '../../src/prolog/writer.js';
import type { Reasoner } from '../../src/reasoning/reasoning.js';
import { testDatabase } from '../support/database.js';
import { HybridBase } from './hybrid-base.js';

let database: Database;
let base: HybridBase;
let name: string;
let other: string;
beforeAll(async () => {
  database = await testDatabase();
  base = await HybridBase.create(database);
  const facts = (letter: string) =>
    Array.from({ length: 240 }, (_, i) => ({
      prolog: `incident(${letter}${i}, s${i % 7})`,
      text: `Report ${(i * 7919) % 65_536}.`,
      confidence: i % 3 === 0 ? 0.5 : 1,
    }));
  const rules = `
    :- dynamic owner/2.
    hit(I, S) :- incident(I, S), S \\== s3.
    0.5 :: hit(I, T) :- incident(I, _), T = all.
    shown(I, L) :- incident(I, S), call(atom_length, S, L).`;
  ({ name } = await base.fill(facts('i'), rules));
  ({ name: other } = await base.fill(facts('j'), rules));
}, 120_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

/** A server of its own, which has kept nothing, and how many goals it has evaluated. */
function server(): { asker: QuestionAsker; goals: () => number } {
  let goals = 0;
  const counting: Reasoner = {
    prove: (request) => {
      goals += 1;
      return base.reasoner.prove(request);
    },
    stop: () => base.reasoner.stop(),
    [Symbol.asyncDispose]: () => base.reasoner.stop(),
  };
  const { store: knowledge, retriever } = base;
  return { asker: new QuestionAsker({ knowledge, retriever, reasoner: counting }), goals: () => goals };
}

const shown = ({ answers, complete, limitReached, revision }: AskResult) => ({
  answers: answers.edges.map(
    ({ cursor, answer }) =>
      `${cursor} ${answer.score} ${writeTerm(list(answer.bindings.map(({ value }) => value)))} ${answer.proof?.nodes.length}`,
  ),
  more: answers.pageInfo.hasNextPage,
  complete,
  limitReached,
  revision,
});

async function pages(next: () => QuestionAsker, request: AskRequest, most: number) {
  const found: ReturnType<typeof shown>[] = [];
  let after: string | null = null;
  do {
    const result: AskResult = await next().ask({ ...request, after });
    found.push(shown(result));
    after = result.answers.pageInfo.hasNextPage ? result.answers.pageInfo.endCursor : null;
  } while (after !== null && found.length < most);
  return found;
}

describe('Pages of answers', () => {
  it.each([
    ['of a goal', { question: 'hit(I, S)' }],
    [
      'of a goal that is counted',
      { question: 'hit(I, S)', wanted: { proofs: false, texts: true, count: true } },
    ],
    ['of a goal for Prolog', { question: 'shown(I, L)' }],
    ['of a text with a goal', { question: 'text 77', goal: 'hit(I, S)' }],
    [
      'of a text with a goal over what is retrieved',
      { question: 'text 8', goal: 'hit(I, S)', scope: 'RETRIEVED' },
    ],
  ] as const)(
    '%s are the same from a server that keeps them and from one that does not',
    async (_, asked) => {
      const request: AskRequest = {
        wanted: { proofs: true, texts: false, count: false },
        ...asked,
        knowledgeBase: name,
        first: 9,
      };
      const keeping = server();
      const kept = await pages(() => keeping.asker, request, 14);
      const anew = await pages(() => server().asker, request, 14);
      expect(kept).toEqual(anew);
      expect(kept.length).toBeGreaterThan(10);
      // The first page, and ten pages at a time from then on.
      expect(keeping.goals()).toBeLessThanOrEqual(3);
    },
  );

  it('stay as they were when facts change between them, and another knowledge base has its own', async () => {
    const { asker } = server();
    const request = { question: 'text 5', goal: 'hit(I, S)', first: 5, knowledgeBase: name } as const;
    const before = await pages(() => asker, request, 4);
    const first = await asker.ask(request);
    const [second] = (await pages(() => asker, request, 2)).slice(1);
    const after = first.answers.pageInfo.endCursor;
    await base.store.retractFacts({ matches: 'incident(i0, _)' }, { knowledgeBase: name });
    expect(shown(await asker.ask({ ...request, after }))).toEqual(second);
    expect(shown(await server().asker.ask({ ...request, after }))).toEqual(second);
    expect((await asker.ask(request)).revision).toBe(first.revision + 1);
    expect(before[1]).toEqual(second);
    const elsewhere = await pages(() => asker, { ...request, knowledgeBase: other }, 3);
    for (const answer of elsewhere.flatMap(({ answers }) => answers)) expect(answer).toMatch(/\[j\d+,/);
    await expect(asker.ask({ ...request, knowledgeBase: other, after })).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
  });

  it('are those of the limits that the request sets, whatever is kept', async () => {
    const { asker } = server();
    const request = { question: 'hit(I, S)', first: 5, knowledgeBase: name } as const;
    const [, second] = await pages(() => asker, request, 2);
    const limits = { answers: 7 };
    const limited = await pages(() => asker, { ...request, limits }, 3);
    expect(limited).toHaveLength(2);
    expect(limited[1]).toMatchObject({ complete: false, limitReached: 'ANSWERS', more: false });
    expect(limited[1]!.answers).toEqual(second!.answers.slice(0, 2));
  });
});
