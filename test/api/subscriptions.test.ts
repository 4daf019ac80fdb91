import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { serve } from '../../src/api/server.js';
import type { Job } from '../../src/reembedding/reembedding.js';
import { type ServedApplication, serveApplication } from './served-application.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication({}, pino({ level: 'fatal' }));
  const facts = Array.from({ length: 40 }, (_, n) => ({
    prolog: `said(${n})`,
    text: `sentence number ${n} about parcels`,
  }));
  const { errors } = await served.request(
    'mutation ($facts: [FactInput!]!) { assertFacts(input: { facts: $facts }) { inserted } }',
    { facts },
  );
  expect(errors).toBeUndefined();
});
afterAll(() => served.stop());

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

const socketUrl = (url: string) => `${url.replace('http', 'ws')}/graphql`;

function client(
  url = served.url,
  options: { lazy?: boolean; onClosed?: (event: unknown) => void } = {},
): Client {
  const { onClosed, lazy = true } = options;
  const made = createClient({
    url: socketUrl(url),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy,
    onNonLazyError: () => undefined,
    ...(onClosed && { on: { closed: onClosed } }),
  });
  clients.push(made);
  return made;
}

const jobQuery = 'subscription ($id: ID!) { job(id: $id) { id state done total space { state } } }';

/** All results of a subscription until it ends. @throws what the server says instead */
async function results(
  query: string,
  variables: Record<string, unknown> = {},
  from = client(),
): Promise<unknown[]> {
  const received: unknown[] = [];
  for await (const result of from.iterate({ query, variables })) received.push(result);
  return received;
}

async function paused(dimensions: number): Promise<string> {
  const { data, errors } = await served.request(
    'mutation ($d: Int!) { reembed(input: { model: "corollary-mini", dimensions: $d, paused: true, activate: MANUAL }) { id } }',
    { d: dimensions },
  );
  expect(errors).toBeUndefined();
  return data.reembed.id;
}

const command = (name: 'resumeJob' | 'cancelJob', id: string) =>
  served.request(`mutation ($id: ID!) { ${name}(id: $id) { state } }`, { id });

/** The status line that a handshake with these headers is answered with. */
async function handshake(url: string, headers: Record<string, string>, path = '/graphql'): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = {
    Host: `${hostname}:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...headers,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${text.join('')}\r\n`);
  const [data] = await once(socket, 'data');
  socket.destroy();
  return String(data).split('\r\n', 1)[0]!;
}

describe('a subscription to a job', () => {
  test('tells how it goes, until it has ended', async () => {
    const id = await paused(128);
    const received = results(jobQuery, { id });
    await sleep(300);
    await command('resumeJob', id);
    const jobs = (await received).map((result) => (result as { data: { job: Job } }).data.job);
    expect(jobs[0]).toMatchObject({ id, state: 'PAUSED', done: 0, total: 40 });
    expect(jobs.at(-1)).toMatchObject({
      id,
      state: 'SUCCEEDED',
      done: 40,
      total: 40,
      space: { state: 'READY' },
    });
    for (const [index, { done }] of jobs.entries()) {
      if (index > 0) expect(done).toBeGreaterThanOrEqual(jobs[index - 1]!.done);
    }
    // Of one that is over there is one thing to tell.
    expect(await results(jobQuery, { id })).toEqual([{ data: { job: jobs.at(-1) } }]);
  });

  test('serves many watchers, and forgets one that goes', async () => {
    const id = await paused(64);
    const { reembedding } = served.application;
    const watch = vi.spyOn(reembedding, 'watch');
    const goes = client();
    const first = goes.iterate({ query: jobQuery, variables: { id } });
    expect((await first.next()).value).toMatchObject({ data: { job: { state: 'PAUSED' } } });
    const stays = Array.from({ length: 3 }, () => results(jobQuery, { id }));
    await first.return!();
    const signal = watch.mock.calls[0]![1]!;
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
    await sleep(200);
    await command('cancelJob', id);
    for (const received of stays) {
      expect((await received).at(-1)).toMatchObject({ data: { job: { state: 'CANCELLED' } } });
    }
    watch.mockRestore();
  });

  test.each([
    ['a job that is not there', 'subscription { job(id: "job:999999") { state } }', 'JOB_NOT_FOUND'],
    ['what is no job', 'subscription { job(id: "space:1:1") { state } }', 'BAD_INPUT'],
    [
      'a field that is not there',
      'subscription { job(id: "job:1") { colour } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['what is no GraphQL', 'subscription { job(', 'GRAPHQL_PARSE_FAILED'],
    [
      'two things at once',
      'subscription { a: job(id: "job:1") { id } b: job(id: "job:2") { id } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a query', '{ status { version } }', 'BAD_REQUEST'],
    ['a mutation', 'mutation { deleteKnowledgeBase(name: "x") { deletedId } }', 'BAD_REQUEST'],
    [
      'an operation out of proportion',
      `subscription { job(id: "job:1") { ${Array.from({ length: 60 }, (_, n) => `a${n}: id`).join(' ')} } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('of %s is refused, and says so in its code', async (_, query, code) => {
    // Before it runs as an error of the subscription, else as that of its only result.
    const errors = await results(query).then(
      ([result]) => (result as { errors: unknown[] }).errors,
      (refusal: unknown) => refusal,
    );
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });

  test('that fails by a defect shows an id, and the log says what happened', async () => {
    const logged: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
    const own = await serveApplication({}, log);
    try {
      own.application.reembedding.watch = async function* () {
        yield* [];
        throw new Error('the disk is on fire at 10.0.0.7');
      };
      const [error] = (await results('subscription { job(id: "job:1") { id } }', {}, client(own.url)).catch(
        (errors: unknown) => errors,
      )) as { message: string; extensions: { id: string; code: string } }[];
      expect(error!.extensions.code).toBe('INTERNAL_SERVER_ERROR');
      expect(error!.message).not.toContain('disk');
      expect(logged.some((line) => line.includes('on fire') && line.includes(error!.extensions.id))).toBe(
        true,
      );
    } finally {
      await own.stop();
    }
  });
});

describe('a WebSocket', () => {
  test.each([
    ['another name', { Host: 'evil.example' }, '/graphql', 'HTTP/1.1 403 Forbidden'],
    ['a page of another site', { Origin: 'https://evil.example' }, '/graphql', 'HTTP/1.1 403 Forbidden'],
    ['a page of a sandbox', { Origin: 'null' }, '/graphql', 'HTTP/1.1 403 Forbidden'],
    ['another path', {}, '/elsewhere', 'HTTP/1.1 404 Not Found'],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }, '/graphql', 'HTTP/1.1 403 Forbidden'],
    ['nothing special', {}, '/graphql', 'HTTP/1.1 101 Switching Protocols'],
  ])('for %s is answered as it should be', async (_, headers, path, line) => {
    expect(await handshake(served.url, headers as Record<string, string>, path)).toBe(line);
  });

  test('for a page of this server itself is opened', async () => {
    expect(await handshake(served.url, { Origin: served.url })).toBe('HTTP/1.1 101 Switching Protocols');
  });

  test('that says nothing, something else, or too much is closed', async () => {
    const open = async (protocol = 'graphql-transport-ws') => {
      const socket = new WebSocket(socketUrl(served.url), protocol);
      await once(socket, 'open');
      return socket;
    };
    const codeOf = async (socket: WebSocket) => (await once(socket, 'close'))[0] as number;
    const [silent, garbage, large] = [await open(), await open(), await open()];
    const codes = Promise.all([silent, garbage, large].map(codeOf));
    garbage.send('nonsense');
    large.send('x'.repeat(300_000));
    // The first by the protocol: who says nothing within 3 seconds is closed.
    expect(await codes).toEqual([4408, 4400, 1009]);
    await expect(open('another-protocol')).rejects.toThrow();
  });

  test('beyond the limits is refused, and there is room again when one closes', async () => {
    const limits = { connections: 2, subscriptions: 1, pingMs: 60_000 };
    const serving = await serve(served.application, { host: '127.0.0.1', port: 0, subscriptions: limits });
    const id = await paused(256);
    try {
      const [first, second] = [client(serving.url), client(serving.url)];
      const iterators = [first, second].map((each) => each.iterate({ query: jobQuery, variables: { id } }));
      for (const iterator of iterators) await iterator.next();
      expect(await handshake(serving.url, {})).toBe('HTTP/1.1 503 Service Unavailable');
      const tooMany = await results(jobQuery, { id }, first).catch((errors: unknown) => errors);
      expect(tooMany).toMatchObject([{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]);
      await second.dispose();
      await vi.waitFor(async () => expect(await handshake(serving.url, {})).toContain('101'));
    } finally {
      await command('cancelJob', id);
      await serving.stop();
    }
  });

  test('whose other end is gone without a word is ended', async () => {
    const limits = { pingMs: 100 };
    const serving = await serve(served.application, { host: '127.0.0.1', port: 0, subscriptions: limits });
    try {
      const [alive, dead] = ['alive', 'dead'].map(
        (name) =>
          new WebSocket(socketUrl(serving.url), 'graphql-transport-ws', { autoPong: name === 'alive' }),
      );
      await Promise.all([once(alive!, 'open'), once(dead!, 'open')]);
      for (const socket of [alive!, dead!]) socket.send('{"type":"connection_init"}');
      const [code] = await once(dead!, 'close');
      expect(code).toBe(1006);
      expect(alive!.readyState).toBe(WebSocket.OPEN);
    } finally {
      await serving.stop();
    }
  });

  test('is told when the server stops, and does not hold it up', async () => {
    const serving = await serve(served.application, { host: '127.0.0.1', port: 0, drainMs: 60_000 });
    const id = await paused(256);
    try {
      const closed: unknown[] = [];
      const polite = client(serving.url, { onClosed: (event) => closed.push(event) });
      await polite.iterate({ query: jobQuery, variables: { id } }).next();
      // One that never answers: its connection is cut.
      const { hostname, port } = new URL(serving.url);
      const rude = connect(Number(port), hostname);
      rude.write(
        `GET /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
      );
      await once(rude, 'data');
      rude.on('error', () => undefined);
      await serving.stop();
      await vi.waitFor(() => expect(closed).toMatchObject([{ code: 1001 }]));
      rude.destroy();
    } finally {
      await command('cancelJob', id);
      await serving.stop();
    }
  });
});
