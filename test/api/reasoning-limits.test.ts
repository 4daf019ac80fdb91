import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  graphqlRequest,
  type Reply,
  type ServedApplication,
  serveApplication,
} from './served-application.js';

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication();
  await served.request(`mutation {
    assertFacts(input: { facts: [{ prolog: "p(a)" }, { prolog: "p(b)" }], awaitEmbedding: false }) { inserted }
    putRuleModule(input: { name: "rules", source: "q(X) :- p(X). q(X) :- between(1, inf, X), X < 0." }) { diagnostics { code } }
  }`);
}, 60_000);
afterAll(() => served.stop());

const query = `query ($input: ProveInput!) { prove(input: $input) {
  answers { nodes { values } pageInfo { hasNextPage } totalCount } complete limitReached } }`;

/** It goes on until somebody stops it. */
const endless = {
  goal: 'between(1, inf, X), X < 0',
  limits: { timeMs: 60_000, inferences: 2_000_000_000 },
};

/** What whoever asks next gets. */
async function expectService() {
  const { data } = await served.request(query, { input: { goal: 'p(X)' } });
  expect(data.prove).toMatchObject({ complete: true, answers: { totalCount: 2 } });
}

describe('a goal that reaches its limit', () => {
  test.each([
    ['ANSWERS', 'between(1, inf, X)', { answers: 7 }, 7],
    ['INFERENCES', 'q(X)', { inferences: 100_000 }, 2],
    ['TIME', 'q(X)', { inferences: 2_000_000_000, timeMs: 700, memoryMb: 1_024 }, 2],
    [
      'MEMORY',
      '(p(X) ; numlist(1, 3000000, L), msort(L, M), length(M, X))',
      { memoryMb: 32, timeMs: 20_000 },
      2,
    ],
  ])('of %s says so, with the answers that it had', async (limit, goal, limits, found) => {
    const { data, errors } = await served.request(query, { input: { goal, limits } });
    expect(errors).toBeUndefined();
    expect(data.prove).toMatchObject({ complete: false, limitReached: limit });
    expect(data.prove.answers.nodes).toHaveLength(found);
    expect(data.prove.answers.totalCount).toBeNull();
    await expectService();
  });

  test('has no more pages than it has answers', async () => {
    const page = async (first: number) => {
      const input = { goal: 'between(1, inf, X)', limits: { answers: 7 }, first };
      return (await served.request(query, { input })).data.prove;
    };
    expect((await page(5)).answers.pageInfo.hasNextPage).toBe(true);
    expect((await page(7)).answers.pageInfo.hasNextPage).toBe(false);
  });
});

/** A request that its client can leave. */
function leavable(body: object): { readonly reply: Promise<Reply>; leave(): void } {
  const controller = new AbortController();
  return { reply: graphqlRequest(served.url, body, controller.signal), leave: () => controller.abort() };
}

describe('the only thread of the reasoner', () => {
  test('is free again at once when the client of an endless goal goes away', async () => {
    const { reply, leave } = leavable({ query, variables: { input: endless } });
    await sleep(300);
    leave();
    await expect(reply).rejects.toThrow();
    // Long before the goal's own limit, which is beyond that of this test.
    await expectService();
  });

  test('is free again when another part of the same request has failed', async () => {
    const both = `query ($input: ProveInput!) {
      endless: prove(input: $input) { complete }
      wrong: prove(input: { goal: "X is Y + 1" }) { complete }
      unknown: prove(input: { goal: "nothing_of_the_kind(X)" }) { complete } }`;
    const { data, errors } = await served.request(both, { input: endless });
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('UNKNOWN_PREDICATE');
    await expectService();
  });

  test('is not begun by a goal whose client went away while it waited', async () => {
    const first = leavable({ query, variables: { input: endless } });
    await sleep(100);
    const second = leavable({ query, variables: { input: { ...endless, goal: `${endless.goal}, true` } } });
    await sleep(100);
    second.leave();
    await expect(second.reply).rejects.toThrow();
    first.leave();
    await expect(first.reply).rejects.toThrow();
    await expectService();
  });
});

test('a server with too much to do refuses what comes then, and recovers', async () => {
  // One HTTP request may hold fifty goals.
  const aliases = Array.from({ length: 50 }, (_, i) => `a${i}: prove(input: $input) { complete }`);
  const body = {
    query: `query ($input: ProveInput!) { ${aliases.join(' ')} }`,
    variables: { input: endless },
  };
  const crowd = Array.from({ length: 21 }, () => leavable(body));
  const refused = await Promise.race(crowd.map(({ reply }) => reply));
  expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['OVERLOADED']);
  expect(refused.errors?.[0]?.message).toMatch(/goals are waiting already; try again later/);
  for (const { leave } of crowd) leave();
  await Promise.allSettled(crowd.map(({ reply }) => reply));
  await expectService();
  // A thousand goals have to arrive first.
}, 120_000);
