import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedApplication, serveApplication } from './served-application.js';

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication({ SAMPLE_DATA: 'on', ACCEPT_ROUTES: 'on' });
}, 90_000);
afterAll(() => served.stop());

const request = async (query: string, variables?: object) => {
  const { data, errors } = await served.request(query, variables);
  expect(errors).toBeUndefined();
  return data;
};

const ask = async (question: string) => {
  const query = `query ($question: String!) {
    ask(input: { question: $question, first: 3 }) {
      route {
        route reason confidence goal text warnings
        pattern { pattern module line goal answers similarity slots { name text value score } }
        alternatives { route goal }
      }
      answers { nodes { text values proof { nodes { kind similarity } } } totalCount }
      retrieved { score }
      warnings
    }
  }`;
  return (await request(query, { question })).ask;
};

const accept = async (question: string, goal: string, module?: string) => {
  const query = `mutation ($question: String!, $goal: Prolog!, $module: String) {
    acceptRoute(question: $question, goal: $goal, module: $module) {
      module { name source questionPatterns }
      diagnostics { severity code message line }
    }
  }`;
  return (await request(query, { question, goal, module })).acceptRoute;
};

describe('a question in plain language', () => {
  test('is answered by the goal of its pattern, with only what was asked for', async () => {
    const { route, answers, retrieved } = await ask('Who is on call for the main database?');
    expect(route).toMatchObject({
      route: 'LOGIC',
      goal: 'on_call_for(main_db, Person)',
      text: null,
      warnings: [],
      pattern: {
        pattern: 'who is on call for {Service}?',
        module: 'incidents',
        goal: 'on_call_for(main_db, Person)',
        answers: ['Person'],
        slots: [{ name: 'Service', text: 'main database', value: 'main_db' }],
      },
    });
    expect(answers.nodes.map(({ values }: { values: object }) => values)).toEqual([
      { Person: 'aiko' },
      { Person: 'jonas' },
    ]);
    expect(retrieved).toEqual([]);
  });

  test('is answered by its goal and its meaning where it has more to say', async () => {
    const { route, answers } = await ask('which incidents hit checkout while the payment provider was slow?');
    expect(route).toMatchObject({ route: 'HYBRID', text: 'while the payment provider was slow' });
    const [best] = answers.nodes;
    expect(best.values).toEqual({ Incident: 'inc_17' });
    expect(
      best.proof.nodes.some(({ similarity }: { similarity: number | null }) => similarity !== null),
    ).toBe(true);
  });

  test('leaves out of its answers what the pattern does not ask for', async () => {
    const { route, answers } = await ask(
      'who is on call for services hit by incidents like a payment time-out?',
    );
    expect(route).toMatchObject({ route: 'HYBRID', text: 'a payment time-out' });
    for (const { values } of answers.nodes) expect(Object.keys(values).sort()).toEqual(['Person', 'Service']);
    expect(answers.nodes[0].values).toMatchObject({ Service: 'checkout' });
  });

  test('may be the one that the README begins with', async () => {
    const { route, answers } = await ask(
      'Which teams are on call for services hit by incidents like a payment time-out?',
    );
    expect(route).toMatchObject({ route: 'HYBRID', text: 'a payment time-out' });
    expect(answers.nodes[0].values).toEqual({ Team: 'shop', Service: 'checkout' });
  });

  test('is routed by `route` as by `ask`', async () => {
    for (const question of ['what depends on dns?', 'asdf', 'welche Vorfälle sind offen?']) {
      const { route } = await request(
        'query ($question: String!) { route(question: $question) { route reason confidence goal text } }',
        { question },
      );
      expect((await ask(question)).route).toMatchObject(route);
    }
  });
});

describe('a route that is accepted', () => {
  const unusual = 'name a person to shout at because of the cart';

  test('becomes a pattern with slots, which answers questions of the kind', async () => {
    expect((await ask(unusual)).route).toMatchObject({ route: 'DENSE' });
    const { module, diagnostics } = await accept(unusual, 'on_call_for(cart, Person)');
    expect(diagnostics).toEqual([]);
    expect(module.name).toBe('accepted_routes');
    expect(module.questionPatterns).toEqual([
      expect.stringMatching(/^name a person to shout at because of the \{\w+\}$/),
    ]);
    const { route, answers } = await ask('name a person to shout at because of the ledger');
    expect(route).toMatchObject({ route: 'LOGIC', goal: 'on_call_for(ledger, Person)' });
    expect(answers.nodes[0].values).toEqual({ Person: 'ben' });
  });

  test('is added to those that were accepted before, once', async () => {
    const first = await accept('the pager of edge', 'on_call_for(edge, Person)', 'mine');
    const again = await accept('the pager of edge', 'on_call_for(edge, Person)', 'mine');
    expect(again).toEqual(first);
    const [one, other] = await Promise.all([
      accept('how much trouble has search been?', 'downtime(search, Minutes)', 'mine'),
      accept('which shops are there?', 'service(storefront)', 'mine'),
    ]);
    expect(one.diagnostics.concat(other.diagnostics)).toEqual([]);
    const { ruleModule } = await request('{ ruleModule(name: "mine") { questionPatterns } }');
    expect(ruleModule.questionPatterns).toHaveLength(3);
  });

  test('is refused with diagnostics where its goal makes no sense, and nothing is stored', async () => {
    const { module, diagnostics } = await accept('who is the boss of ana?', 'boss_of(ana, Boss)', 'none');
    expect(module).toBeNull();
    expect(diagnostics).toMatchObject([{ severity: 'ERROR', code: 'UNKNOWN_PREDICATE', line: 2 }]);
    expect((await request('{ ruleModule(name: "none") { name } }')).ruleModule).toBeNull();
  });

  test.each([
    ['without a question', ' ', 'service(S)', 'BAD_INPUT'],
    ['with a goal that is no Prolog', 'which services?', 'service(', 'PROLOG_SYNTAX'],
  ])('%s is refused', async (_, question, goal, code) => {
    const query = `mutation ($question: String!, $goal: Prolog!) {
      acceptRoute(question: $question, goal: $goal) { module { name } }
    }`;
    const { errors } = await served.request(query, { question, goal });
    expect(errors?.[0]?.extensions).toMatchObject({ code });
  });
});
