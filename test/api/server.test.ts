import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../src/api/server.js';
import { graphqlRequest, type ServedApplication, serveApplication } from './served-application.js';

interface Failure {
  readonly errors: readonly [{ readonly message: string; readonly extensions: { readonly code: string } }];
}

let served: ServedApplication;
/** Lines that the server logged. */
const logged: string[] = [];

beforeAll(async () => {
  const { pino } = await import('pino');
  const log = pino({ level: 'warn' }, { write: (line: string) => logged.push(line) });
  served = await serveApplication({}, log);
}, 60_000);
afterAll(() => served.stop());

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${served.url}/graphql`, { method: 'POST', body, headers });

const codesOf = async (query: string) =>
  (await served.request(query)).errors?.map(({ extensions }) => extensions.code);

describe('a refusal', () => {
  test.each([
    ['a page that is too large', 'prove(input: { goal: "p(1)", first: 1001 })', 'BAD_INPUT'],
    [
      'a cursor that was never given out',
      'prove(input: { goal: "X = 1", after: "bm9uc2Vuc2U" })',
      'BAD_CURSOR',
    ],
    ['a limit below zero', 'prove(input: { goal: "X = 1", limits: { timeMs: -1 } })', 'BAD_INPUT'],
    [
      'a knowledge base that is not there',
      'prove(input: { goal: "X = 1", knowledgeBase: "defualt" })',
      'KNOWLEDGE_BASE_NOT_FOUND',
    ],
    [
      'a revision that is not there',
      'prove(input: { goal: "X = 1", asOf: { revision: 99 } })',
      'REVISION_NOT_FOUND',
    ],
    ['an id that is none', 'prove(input: { goal: "X = 1", without: ["nonsense"] })', 'BAD_INPUT'],
    [
      "another knowledge base's fact",
      'prove(input: { goal: "X = 1", without: ["fact:7:1"] })',
      'FACT_NOT_FOUND',
    ],
    ['text that is no goal', 'prove(input: { goal: "p(" })', 'PROLOG_SYNTAX'],
    [
      'a predicate that is not known',
      'prove(input: { goal: "nothing_of_the_kind(X)" })',
      'UNKNOWN_PREDICATE',
    ],
    ['what the sandbox keeps in', 'prove(input: { goal: "open(f, read, S)" })', 'NOT_PERMITTED'],
    ['arithmetic on a variable', 'prove(input: { goal: "X is Y + 1" })', 'EVALUATION'],
  ])('for %s says so in its code', async (_, field, code) => {
    expect(await codesOf(`{ ${field} { complete } }`)).toEqual([code]);
  });

  test.each([
    ['{ embed(input: { texts: [] }) { tokens } }', 'BAD_INPUT'],
    ['{ embed(input: { texts: ["a"], model: "no-such-model" }) { tokens } }', 'MODEL_NOT_FOUND'],
    ['{ facts(first: 1, last: 1) { totalCount } }', 'BAD_INPUT'],
    ['{ facts(after: "bm9uc2Vuc2U") { totalCount } }', 'BAD_CURSOR'],
    ['{ facts(filter: { matches: "p(" }) { totalCount } }', 'PROLOG_SYNTAX'],
    ['{ search(input: { text: " " }) { revision } }', 'BAD_INPUT'],
    ['{ search(input: { text: "a", retrieval: { topK: 0 } }) { revision } }', 'BAD_INPUT'],
    ['{ ask(input: { question: "a", route: HYBRID }) { revision } }', 'BAD_INPUT'],
    ['mutation { retractFacts(input: {}) { retracted } }', 'BAD_INPUT'],
    ['mutation { deleteKnowledgeBase(name: "nothing") { deletedId } }', 'KNOWLEDGE_BASE_NOT_FOUND'],
    ['mutation { putRuleModule(input: { name: "a b", source: "" }) { module { id } } }', 'BAD_INPUT'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ status { version }', 'GRAPHQL_PARSE_FAILED'],
  ])('of %s has the code %s', async (query, code) => {
    expect(await codesOf(query)).toEqual([code]);
  });

  test('of a wrong variable keeps the code that names the fault', async () => {
    const query = 'query ($time: DateTime!) { facts(asOf: { time: $time }) { totalCount } }';
    const { errors } = await served.request(query, { time: '2026-02-31T00:00:00Z' });
    expect(errors?.[0]?.message).toContain('A DateTime is written like');
  });

  test('of a defect shows an id, and the log says what happened', async () => {
    const { knowledge } = served.application;
    const { knowledgeBases } = knowledge;
    knowledge.knowledgeBases = () => Promise.reject(new Error('the disk is on fire at 10.0.0.7'));
    const { errors } = await served.request('{ knowledgeBases { name } }').finally(() => {
      knowledge.knowledgeBases = knowledgeBases;
    });
    const { id, code } = errors![0]!.extensions;
    expect(code).toBe('INTERNAL_SERVER_ERROR');
    expect(errors![0]!.message).toContain(id);
    expect(JSON.stringify(errors)).not.toContain('disk');
    expect(logged.some((line) => line.includes('the disk is on fire') && line.includes(String(id)))).toBe(
      true,
    );
  });
});

describe('over HTTP', () => {
  test('a page explains the server, and loads nothing from elsewhere', async () => {
    const response = await fetch(served.url);
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(html).toContain('/graphql');
    expect(html).not.toMatch(/(src|href)="https?:/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('a browser that is sent to the endpoint is shown that page', async () => {
    const response = await fetch(`${served.url}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(response.url).toBe(`${served.url}/`);
  });

  test('it says that it lives and that it is ready', async () => {
    expect(await (await fetch(`${served.url}/health/live`)).json()).toEqual({ status: 'live' });
    expect(await (await fetch(`${served.url}/health/ready`)).json()).toEqual({ status: 'ready' });
  });

  test('it is not ready when its database does not answer', async () => {
    const { database } = served.application;
    const { rows } = database;
    database.rows = () => Promise.reject(new Error('gone'));
    const response = await fetch(`${served.url}/health/ready`).finally(() => {
      database.rows = rows;
    });
    expect(response.status).toBe(503);
  });

  test('what a web page could send without asking is refused', async () => {
    const query = '{"query":"mutation { createKnowledgeBase(name: \\"x\\") { id } }"}';
    expect((await post(query, { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await fetch(`${served.url}/graphql?query={status{version}}`)).status).toBe(400);
  });

  test('a name that somebody else let point here is refused', async () => {
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const { port } = new URL(served.url);
        const request = httpRequest({ port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on('error', reject).end();
      });
    expect(await status('evil.example')).toBe(403);
    expect(await status('127.0.0.1.evil.example')).toBe(403);
    expect(await status('localhost:4000')).toBe(200);
    expect(await status('[::1]:4000')).toBe(200);
  });

  test('bodies that are no JSON, or too large, are refused in the shape of GraphQL', async () => {
    const broken = await post('{"query":');
    expect(broken.status).toBe(400);
    expect(((await broken.json()) as Failure).errors[0].extensions.code).toBe('BAD_REQUEST');
    const large = await post(
      JSON.stringify({ query: '{ status { version } }', variables: { x: 'x'.repeat(21_000_000) } }),
    );
    expect(large.status).toBe(413);
    expect(((await large.json()) as Failure).errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
    const elsewhere = await fetch(`${served.url}/nothing`);
    expect(elsewhere.status).toBe(404);
    expect(((await elsewhere.json()) as Failure).errors[0].message).toContain('/graphql');
  });

  test('queries out of proportion are refused before they run', async () => {
    const deep = `{ facts { nodes ${'{ similar { fact '.repeat(8)}{ id }${'} }'.repeat(8)} } }`;
    expect((await served.request(deep)).errors?.[0]?.message).toMatch(/depth 19, at most 15/);
    const many = `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: status { version }`).join(' ')} }`;
    expect((await served.request(many)).errors?.[0]?.message).toMatch(/aliases 51, at most 50/);
    const long = `{ ${'__typename '.repeat(10_001)} }`;
    expect((await served.request(long)).errors?.[0]?.message).toMatch(/token/i);
  });

  test('the schema can be asked for', async () => {
    const { getIntrospectionQuery, buildClientSchema } = await import('graphql');
    const { data } = await served.request(getIntrospectionQuery());
    expect(buildClientSchema(data).getQueryType()?.getFields().ask?.description).toContain('entry point');
  });

  test('a client that goes away takes its question with it', async () => {
    const { asker } = served.application;
    const { prove } = asker;
    let cancelled = false;
    const aborted = new Promise<void>((resolve) => {
      asker.prove = ({ signal }) =>
        new Promise((_, reject) => {
          signal!.addEventListener('abort', () => {
            cancelled = true;
            reject(signal!.reason);
            resolve();
          });
        });
    });
    const controller = new AbortController();
    const question = fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ prove(input: { goal: "p(X)" }) { complete } }' }),
      signal: controller.signal,
    });
    await sleep(200);
    controller.abort();
    await expect(question).rejects.toThrow();
    await aborted.finally(() => {
      asker.prove = prove;
    });
    expect(cancelled).toBe(true);
  });
});

describe('listening', () => {
  test('on a port that is taken fails with one line that says what to do', async () => {
    const port = Number(new URL(served.url).port);
    await expect(serve(served.application, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: `port ${port} on 127.0.0.1 is taken: stop what listens there, or set PORT to another (0 takes a free one)`,
    });
  });

  test('on an address of another machine fails likewise', async () => {
    await expect(serve(served.application, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('192.0.2.1 is no address of this machine'),
    });
  });

  test('ends without cutting off what is in hand, and then takes no more', async () => {
    const { url, stop } = await serve(served.application, { host: '127.0.0.1', port: 0 });
    const { port } = new URL(url);
    // A connection that is kept open, and idle, must not hold the server up.
    const idle = connect({ port: Number(port), host: '127.0.0.1' });
    await new Promise((resolve) => idle.once('connect', resolve));
    const query =
      '{ prove(input: { goal: "between(1, 30000000, N), N < 0", limits: { timeMs: 1000 } }) { complete } }';
    const question = graphqlRequest(url, { query });
    await sleep(150);
    const started = performance.now();
    const stopped = stop();
    expect((await question).data).toEqual({ prove: { complete: false } });
    await stopped;
    expect(performance.now() - started).toBeLessThan(5_000);
    await stop();
    await expect(fetch(url)).rejects.toThrow();
    idle.destroy();
  });

  test('ends in time although a question takes too long', async () => {
    const { url, stop } = await serve(served.application, { host: '127.0.0.1', port: 0, drainMs: 100 });
    const query =
      '{ prove(input: { goal: "between(1, 300000000, N), N < 0", limits: { timeMs: 20000, inferences: 2000000000 } }) { complete } }';
    const question = graphqlRequest(url, { query }).catch(() => 'cut off');
    await sleep(300);
    const started = performance.now();
    await stop();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(JSON.stringify(await question)).toMatch(/CANCELLED|cut off/);
  });
});
