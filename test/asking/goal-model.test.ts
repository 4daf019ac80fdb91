import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openGoalModel } from '../../src/asking/goal-model/open-goal-model.js';
import { readConfig } from '../../src/config.js';
import type { Database } from '../../src/database/database.js';
import { testDatabase } from '../support/database.js';
import { RoutingWorld, routingFacts, routingRules } from './routing-world.js';

/** A real HTTP server that stands in for a language model: it says what a test tells it to. */
class ChatServer {
  readonly asked: { path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
  status = 200;
  /** The model's message, or the whole body where it is an object; undefined: it never answers. */
  said: string | object | undefined = '';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        this.asked.push({ path: request.url!, headers: request.headers, body });
        if (this.said === undefined) return;
        response.writeHead(this.status, { 'content-type': 'application/json' });
        const { said } = this;
        response.end(
          JSON.stringify(
            typeof said === 'object'
              ? said
              : { choices: [{ message: { role: 'assistant', content: said } }] },
          ),
        );
      });
    });
  }

  static async start(): Promise<ChatServer> {
    const server = new ChatServer();
    await new Promise<void>((listening) => server.#server.listen(0, '127.0.0.1', listening));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

let database: Database;
let world: RoutingWorld;
let server: ChatServer;
beforeAll(async () => {
  database = await testDatabase();
  world = await RoutingWorld.create(database, routingFacts, routingRules);
  server = await ChatServer.start();
}, 60_000);
afterEach(() => {
  server.status = 200;
  server.asked.length = 0;
});
afterAll(async () => {
  await server.stop();
  await database.stop();
});

/** A router that asks the server, and has asked nothing yet. */
function decider(settings: { url?: string; timeoutMs?: number; key?: string } = {}) {
  const proposer = openGoalModel({
    goalModelUrl: settings.url ?? server.url,
    goalModel: 'stand-in',
    goalModelApiKey: settings.key,
    goalModelTimeoutMs: settings.timeoutMs ?? 5_000,
  });
  const router = world.router({ proposer: proposer! });
  return (question: string) => world.decide({ question }, router);
}

const unusual = 'is anybody from the payments team a colleague of ana?';

describe('A model that proposes goals', () => {
  it.each([
    ['as JSON', '{"goal": "works_in(Person, payments)"}'],
    ['in a fence', '```json\n{"goal": "works_in(Person, payments)."}\n```'],
    [
      'among words',
      'Of course! Here you are:\n{"goal": "works_in(Person, payments)"}\nHope that helps {smile}.',
    ],
  ])('is asked where no pattern fits, and its goal is shown as proposed: %s', async (_, said) => {
    server.said = said;
    const decision = await decider()(unusual);
    expect(decision).toMatchObject({
      route: 'LOGIC',
      goal: 'works_in(Person, payments)',
      pattern: null,
      warnings: [],
      isProposed: true,
    });
    expect(decision.reason).toContain('proposed by the model stand-in');
    expect(decision.alternatives.at(-1)).toMatchObject({ route: 'DENSE', text: unusual });
  });

  it('is told predicates, templates and patterns, but no facts, with the key, at the path of OpenAI', async () => {
    server.said = '{"goal": null}';
    await decider({ key: 'sesame' })(unusual);
    const [{ path, headers, body } = { path: '', headers: {}, body: {} }] = server.asked;
    expect(path).toBe('/v1/chat/completions');
    expect(headers.authorization).toBe('Bearer sesame');
    expect(body).toMatchObject({ model: 'stand-in', temperature: 0 });
    const told = JSON.stringify(body);
    for (const text of ['owned_by/2', 'who owns {Service}?', 'owned_by(Service, Team)', unusual])
      expect(told).toContain(text);
    for (const constant of ['checkout', 'gift_cards', 'Requests timed out'])
      expect(told).not.toContain(constant);
  });

  it('is not asked where a pattern fits, a goal is given, or the caller decides', async () => {
    server.said = '{"goal": "works_in(Person, payments)"}';
    const decide = decider();
    await decide('who owns checkout?');
    await decide('owned_by(checkout, Team)');
    const router = world.router({ proposer: { propose: () => Promise.reject(new Error('asked')) } });
    await world.decide({ question: unusual, route: 'DENSE' }, router);
    await world.decide({ question: unusual, goal: 'works_in(P, shop)' }, router);
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['calls what is not known', '{"goal": "boss_of(ana, X)"}', /boss_of\/2 is not known/],
    ['calls what the sandbox refuses', '{"goal": "works_in(P, shop), shell(ls)"}', /shell\/1/],
    ['reads files', '{"goal": "open(\'/etc/passwd\', read, S)"}', /open\/3/],
    ['is no Prolog', '{"goal": "works_in(P, "}', /not asked/],
    ['is a variable', '{"goal": "G"}', /not asked/],
    ['is a number', '{"goal": "42"}', /not asked/],
    ['asks nothing of the knowledge base', '{"goal": "X is 6 * 7"}', /asks nothing/],
    [
      'is endless',
      JSON.stringify({ goal: `works_in(P, ${'f('.repeat(1_500)}a${')'.repeat(1_500)})` }),
      /2000 characters/,
    ],
    ['is missing', 'I am sorry, Dave.', /holds none/],
    ['is of the wrong kind', '{"goal": ["works_in(P, shop)"]}', /holds none/],
  ])('whose goal %s is not believed: DENSE, with a warning', async (_, said, warning) => {
    server.said = said;
    const decision = await decider()(unusual);
    expect(decision).toMatchObject({ route: 'DENSE', goal: null });
    expect(decision.warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('that says there is no goal leaves the question to DENSE, without a warning', async () => {
    server.said = '{"goal": null}';
    expect(await decider()(unusual)).toMatchObject({ route: 'DENSE', warnings: [] });
  });

  it.each([
    ['fails', 500, { error: { message: 'out of memory' } }, /status 500: out of memory/],
    ['wants a key', 401, { error: { message: 'no key' } }, /GOAL_MODEL_API_KEY/],
    ['says something else', 200, { hello: 'world' }, /gave no message/],
  ])('that %s leaves the question to DENSE, with a warning', async (_, status, said, warning) => {
    server.status = status;
    server.said = said;
    const decision = await decider()(unusual);
    expect(decision).toMatchObject({ route: 'DENSE' });
    expect(decision.warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('that does not answer in time leaves the question to DENSE, and is left alone after five times', async () => {
    server.said = undefined;
    const decide = decider({ timeoutMs: 50 });
    for (let i = 0; i < 6; i++) {
      const decision = await decide(`${unusual} (${i})`);
      expect(decision).toMatchObject({ route: 'DENSE' });
      expect(decision.warnings).toHaveLength(1);
    }
    expect(server.asked).toHaveLength(5);
  });

  it('that nobody serves leaves the question to DENSE, with a warning', async () => {
    const gone = await ChatServer.start();
    const { url } = gone;
    await gone.stop();
    const decision = await decider({ url })(unusual);
    expect(decision).toMatchObject({ route: 'DENSE' });
    expect(decision.warnings[0]).toContain('cannot be reached');
  });

  it('is asked once for one question, so that all pages are of one goal', async () => {
    server.said = '{"goal": "works_in(Person, payments)"}';
    const decide = decider();
    const first = await decide(unusual);
    server.said = '{"goal": "works_in(Person, shop)"}';
    expect(await decide(unusual)).toEqual(first);
    expect(server.asked).toHaveLength(1);
  });

  it('needs a name, and a URL that is one', () => {
    expect(() => readConfig({ GOAL_MODEL_URL: 'http://localhost:8000' })).toThrow(/GOAL_MODEL must be/);
    expect(() => readConfig({ GOAL_MODEL_URL: 'ftp://me:secret@host', GOAL_MODEL: 'm' })).toThrow(/http/);
    expect(() => readConfig({ GOAL_MODEL_URL: 'ftp://me:secret@host', GOAL_MODEL: 'm' })).not.toThrow(
      /secret/,
    );
    const settings = { goalModel: 'm', goalModelApiKey: undefined, goalModelTimeoutMs: 1 };
    expect(() => openGoalModel({ ...settings, goalModelUrl: 'http://me:secret@host' })).toThrow(
      expect.objectContaining({ code: 'START_FAILED', message: expect.not.stringContaining('secret') }),
    );
    expect(openGoalModel({ ...settings, goalModelUrl: undefined })).toBeUndefined();
  });
});
