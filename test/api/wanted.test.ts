import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GoalRequest } from '../../src/reasoning/reasoning.js';
import { type ServedApplication, serveApplication } from './served-application.js';

let served: ServedApplication;
/** What the reasoner was asked for; it answers as ever. */
const asked: GoalRequest[] = [];

beforeAll(async () => {
  served = await serveApplication();
  await served.request(`mutation {
    assertFacts(input: { facts: [{ prolog: "p(a)" }, { prolog: "p(b)" }, { prolog: "p(c)" }, { prolog: "q(a)" }], awaitEmbedding: false }) { inserted }
    putRuleModule(input: { name: "rules", source: ":- template(p(X), \\"{X} it is\\")." }) { diagnostics { message } }
  }`);
  const { reasoner } = served.application;
  const prove = reasoner.prove.bind(reasoner);
  reasoner.prove = (request) => {
    asked.push(request);
    return prove(request);
  };
}, 60_000);
afterAll(() => served.stop());
beforeEach(() => {
  asked.length = 0;
});

const prove = (selection: string, goal = 'p(X)', more = '') =>
  `prove(input: { goal: "${goal}" ${more} }) { ${selection} }`;

describe('the reasoner opens proofs', () => {
  test.each([
    ['for the proof of a node', `{ ${prove('answers { nodes { proof { depth } } }')} }`],
    ['for the proof of an edge', `{ ${prove('answers { edges { node { proof { text } } } }')} }`],
    ['for the facts that support an answer', `{ ${prove('answers { nodes { supports { confidence } } }')} }`],
    ['under other names', `{ a: ${prove('b: answers { c: nodes { d: proof { depth } } }')} }`],
    [
      'in fragments',
      `{ ${prove('...result')} }
       fragment result on ProveResult { answers { ... on AnswerConnection { nodes { ...answer } } } }
       fragment answer on Answer { values ... { proof { depth } } }`,
    ],
    [
      'where the same field is selected in two places',
      `{ ${prove('answers { nodes { values } } answers { nodes { proof { depth } } }')} }`,
    ],
    [
      'where a variable includes them',
      `query ($yes: Boolean = true, $no: Boolean = false) {
         ${prove('answers { nodes { proof @include(if: $yes) @skip(if: $no) { depth } } }')} }`,
    ],
    [
      'where one of two spreads of a fragment is left out',
      `{ ${prove('...result @skip(if: true) ...result')} }
       fragment result on ProveResult { answers { nodes { proof { depth } } } }`,
    ],
    ['for a question too', '{ ask(input: { question: "p(X)" }) { answers { nodes { proof { depth } } } } }'],
    ['for the text of a goal of several parts', `{ ${prove('answers { nodes { text } }', 'p(X), q(X)')} }`],
  ])('%s', async (_, query) => {
    const { errors } = await served.request(query);
    expect(errors).toBeUndefined();
    expect(asked.map(({ proofs }) => proofs)).toEqual([true]);
  });
});

describe('the reasoner opens no proofs', () => {
  test.each([
    [
      'for bindings, goals and scores',
      `{ ${prove('answers { nodes { values goal score bindings { value } } }')} }`,
    ],
    ['for the text of a goal that has a template', `{ ${prove('answers { nodes { text } }')} }`],
    ['where a field of that name stands elsewhere', `{ ${prove('answers { proof: totalCount }')} }`],
    [
      'where a variable leaves them out',
      `query ($yes: Boolean = true, $no: Boolean = false) {
         ${prove('answers { nodes { score proof @include(if: $no) { depth } supports @skip(if: $yes) { confidence } } }')} }`,
    ],
    [
      'where what they are in is left out',
      `{ ${prove('complete answers @include(if: false) { nodes { proof { depth } } } ... @skip(if: true) { answers { nodes { proof { depth } } } }')} }`,
    ],
  ])('%s', async (_, query) => {
    const { errors } = await served.request(query);
    expect(errors).toBeUndefined();
    expect(asked.map(({ proofs }) => proofs)).toEqual([false]);
  });

  test('and none come, but the answers are the same', async () => {
    const selection = 'answers { nodes { values score text } pageInfo { hasNextPage endCursor } } complete';
    const without = await served.request(`{ ${prove(selection)} }`);
    // Its signal has fired: that request has its reply.
    const { proofs, signal: _, ...request } = asked[0]!;
    const withProofs = await served.request(
      `{ ${prove(selection.replace('text', 'text proof { depth }'))} }`,
    );
    const [first] = withProofs.data.prove.answers.nodes;
    expect(first.proof.depth).toBe(1);
    for (const node of withProofs.data.prove.answers.nodes) delete node.proof;
    expect(without.data).toEqual(withProofs.data);
    expect(without.data.prove.answers.nodes[0].text).toBe('a it is');
    expect((await served.application.reasoner.prove({ ...request, proofs })).answers[0]?.proof).toBeNull();
  });

  test('and a query that spreads fragments without end in sight is answered', async () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment f${i} on ProveResult { ...f${i + 1} ...f${i + 1} }`,
    );
    const query = `{ ${prove('complete ...f0')} } ${fragments.join(' ')} fragment f60 on ProveResult { __typename }`;
    expect((await served.request(query)).data.prove.complete).toBe(true);
    expect(asked.map(({ proofs, count }) => ({ proofs, count }))).toEqual([{ proofs: false, count: false }]);
  });
});

describe('all answers are counted', () => {
  test.each([
    ['where their number is selected', '{ answers { totalCount } }', true],
    ['under another name', '{ answers { all: totalCount } }', true],
    ['not for a page', '{ answers { nodes { values } pageInfo { hasNextPage } } }', false],
    ['not where it is left out', '{ answers { nodes { values } totalCount @include(if: false) } }', false],
  ])('%s', async (_, selection, count) => {
    await served.request(`{ prove(input: { goal: "p(X)", first: 1 }) ${selection} }`);
    await served.request(`{ ask(input: { question: "p(X)", first: 1 }) ${selection} }`);
    expect(asked.map((request) => request.count)).toEqual([count, count]);
  });

  test('over all pages, and the number is null where a limit leaves it open', async () => {
    const selection = 'answers { nodes { values } totalCount } complete';
    const { data } = await served.request(`{
      page: ${prove(selection, 'p(X)', ', first: 2')}
      none: ${prove(selection, 'p(X)', ', first: 0')}
      cut: ${prove(selection, 'p(X)', ', limits: { answers: 2 }')}
    }`);
    expect(data.page).toMatchObject({ answers: { nodes: [{}, {}], totalCount: 3 }, complete: true });
    expect(data.none).toMatchObject({ answers: { nodes: [], totalCount: 3 }, complete: true });
    expect(data.cut).toMatchObject({ answers: { nodes: [{}, {}], totalCount: null }, complete: false });
  });
});

describe('a page of answers', () => {
  test.each([
    [1, true],
    [2, true],
    [3, false],
    [4, false],
  ])('of %i out of three says whether there are more, and a full one is complete', async (first, more) => {
    const { data } = await served.request(
      `{ ${prove('answers { nodes { values } pageInfo { hasNextPage } } complete limitReached', 'p(X)', `, first: ${first}`)} }`,
    );
    const { answers, complete, limitReached } = data.prove;
    expect(answers.nodes).toHaveLength(Math.min(first, 3));
    expect(answers.pageInfo.hasNextPage).toBe(more);
    expect({ complete, limitReached }).toEqual({ complete: true, limitReached: null });
  });

  test('ends with the last answer when the pages come out even', async () => {
    const page = async (after: string | null) => {
      const query = `query ($after: String) { prove(input: { goal: "member(X, [d, e, f, g])", first: 2, after: $after })
        { answers { nodes { values } pageInfo { hasNextPage endCursor } } } }`;
      return (await served.request(query, { after })).data.prove.answers;
    };
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const values = [...first.nodes, ...second.nodes].map((node: { values: { X: string } }) => node.values.X);
    expect(values).toEqual(['d', 'e', 'f', 'g']);
    expect((await page(second.pageInfo.endCursor)).nodes).toEqual([]);
  });
});

test('a result names what evaluated it', async () => {
  const { data } = await served.request(`{
    ${prove('evaluator evaluatorReason')}
    logic: ask(input: { question: "p(X)" }) { evaluator evaluatorReason }
    dense: ask(input: { question: "what is it?" }) { evaluator evaluatorReason }
  }`);
  const { evaluator, evaluatorReason } = data.prove;
  expect(['deduction', 'swi', 'tau']).toContain(evaluator);
  if (evaluator === 'deduction') expect(evaluatorReason).toBeNull();
  expect(data.logic).toEqual(data.prove);
  expect(data.dense).toEqual({ evaluator: null, evaluatorReason: null });
});
