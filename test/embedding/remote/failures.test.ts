import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../../../src/embedding/embedder.js';
import { CorollaryError } from '../../../src/errors.js';
import { hashedVector } from '../../retrieval/fake-embedder.js';
import { EndpointServer, type Reply, width } from './endpoint-server.js';
import { openedAt, quick, TestClock } from './remote-world.js';

let server: EndpointServer;
let embedder: Embedder;
beforeEach(async () => {
  server = await EndpointServer.start();
  embedder = await openedAt(server);
});
afterEach(async () => {
  await embedder.stop();
  await server.stop();
});

const right = () => Array.from(hashedVector('any', width));
const never = new Promise(() => {});

async function failureOf(promise: Promise<unknown>): Promise<CorollaryError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CorollaryError);
  return error as CorollaryError;
}

const wrongVectors: [string, () => unknown, string][] = [
  ['is too short', () => right().slice(1), 'a vector of 15 numbers, not 16'],
  ['is too long', () => [...right(), 0], 'a vector of 17 numbers, not 16'],
  ['holds null', () => right().with(5, null as never), 'null at place 5'],
  ['holds a string', () => right().with(5, '0.5' as never), 'a string at place 5'],
  ['holds a number that no float32 can', () => right().with(5, 1e39), '1e+39 at place 5'],
  ['is nothing but zeros', () => right().fill(0), 'a vector of zeros'],
  ['is null', () => null, 'null where a vector should be'],
  ['is base64', () => 'AACAPw==', 'a string where a vector should be'],
];

describe('an answer is refused whole', () => {
  it.each(wrongVectors)('when a vector %s', async (_, row, message) => {
    server.reply = ({ texts }) => ({ body: server.answerOf([...texts.slice(1).map(right), row()]) });
    const error = await failureOf(embedder.embed(['a', 'b', 'c'], 'passage'));
    expect(error.code).toBe('EMBEDDING_SPACE_UNAVAILABLE');
    expect(error.message).toContain(message);
    expect(error.message).toContain(`The endpoint ${server.host} of the model far`);
    // It would be wrong the next time too.
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['has too few vectors', { data: [{ index: 0, embedding: right() }] }, '1 vectors for 2 texts'],
    ['is another object', { error: 'no' }, 'no list "data"'],
    ['is null', null, 'no list "data"'],
    ['holds NaN', '{"data":[{"index":0,"embedding":[NaN]}]}', 'NaN among the numbers'],
    ['is a page of HTML', '<!doctype html><title>Welcome to nginx!</title>', 'a page of HTML'],
    ['is cut off but ends well', '{"data":[{"index":0,"embe', 'something else'],
    ['is empty', '', 'answered with nothing'],
    ...[
      [0, 0],
      [1, 2],
      [-1, 0],
      [0, 0.5],
      ['0', '1'],
      [0, undefined],
    ].map((indexes): [string, unknown, string] => [
      `has the indexes ${indexes.map(String)}`,
      { data: indexes.map((index) => ({ index, embedding: right() })) },
      '"index" does not say which texts',
    ]),
  ])('when it %s', async (_, body, message) => {
    server.reply = () => ({ body });
    const error = await failureOf(embedder.embed(['a', 'b'], 'passage'));
    expect(error).toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining(message),
      details: { model: 'far', endpoint: server.host },
    });
    expect(server.asked).toHaveLength(1);
  });

  it('when it is far larger than the vectors can be', async () => {
    server.reply = () => ({ body: `{"data":[${' '.repeat(5_000_000)}` });
    expect((await failureOf(embedder.embed(['a'], 'query'))).message).toMatch(/more than \d+ bytes/);
  });

  it.each([301, 302, 307, 308])('when it redirects (%i): texts and key go nowhere else', async (status) => {
    await using elsewhere = await EndpointServer.start();
    server.reply = () => ({ status, headers: { location: `${elsewhere.url}/v1/embeddings` } });
    expect((await failureOf(embedder.embed(['a'], 'query'))).message).toContain('a redirection');
    expect(elsewhere.asked).toEqual([]);
  });
});

describe('what was wrong', () => {
  it('is not kept: the next answer counts', async () => {
    server.replies.push({ body: server.answerOf([right().fill(0)]) });
    await failureOf(embedder.embed(['a'], 'query'));
    const [embedded] = await embedder.embed(['a'], 'query');
    expect(embedded!.dense[0]).toBeCloseTo(hashedVector('a', width)[0]!, 6);
    await embedder.embed(['a'], 'query');
    expect(server.asked).toHaveLength(2);
  });

  it('never shows the key, not even where the endpoint repeats it', async () => {
    await using keyed = await openedAt(server, { endpoint: { key: 'sk-very-secret' } });
    server.reply = () => ({
      status: 401,
      body: { error: { message: 'Incorrect API key: sk-very-secret.' } },
    });
    const error = await failureOf(keyed.embed(['a'], 'query'));
    expect(error.message).toContain('status 401 (EMBEDDING_API_KEY?): Incorrect API key: ….');
    expect(JSON.stringify([error.message, error.details, String(error.stack)])).not.toContain('secret');
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['a key with a line break', { key: 'sk-secret\n' }],
    ['a password in the URL', { url: 'http://user:secret@127.0.0.1:1' }],
    ['a URL that is none', { url: 'http://secret:99999999' }],
  ])('never shows %s, which is refused', async (_, endpoint) => {
    const entry = 'url' in endpoint ? { endpoint: { protocol: 'openai', model: 'm' } } : {};
    const error = await failureOf(openedAt(server, { entry, endpoint }));
    expect(error.code).toBe('EMBEDDING_SPACE_UNAVAILABLE');
    expect(JSON.stringify([error.message, error.details, String(error.stack)])).not.toContain('secret');
  });

  it('is what the endpoint says, shortened', async () => {
    server.reply = () => ({
      status: 404,
      body: { error: `model "m" not found, ${'try pulling it '.repeat(100)}` },
    });
    const { message } = await failureOf(embedder.embed(['a'], 'query'));
    expect(message).toContain('status 404: model "m" not found, try pulling it');
    expect(message.length).toBeLessThan(400);
  });
});

describe('another attempt', () => {
  it.each<[string, Reply]>([
    ['a status 500', { status: 500 }],
    ['a status 502 with a page of HTML', { status: 502, body: '<html>Bad gateway</html>' }],
    ['a status 408', { status: 408 }],
    ['a cut connection', { cut: true }],
    ['silence', { after: never }],
  ])('follows %s, and its answer counts', async (_, reply) => {
    await using patient = await openedAt(server, { limits: { ...quick, timeoutMs: 300 } });
    server.replies.push(reply, reply);
    const [embedded] = await patient.embed(['a'], 'query');
    expect(embedded!.dense[0]).toBeCloseTo(hashedVector('a', width)[0]!, 6);
    expect(server.asked).toHaveLength(3);
  });

  it.each<[string, Reply, string]>([
    ['a status 503', { status: 503, body: { detail: 'loading' } }, 'answered with status 503: loading'],
    ['a cut connection', { cut: true }, 'cannot be reached or broke off'],
    ['silence', { after: never }, 'gave no whole answer within 0.2 s'],
  ])('is the third at most, after %s', async (_, reply, message) => {
    await using patient = await openedAt(server, { limits: { ...quick, timeoutMs: 200 } });
    server.reply = () => reply;
    const error = await failureOf(patient.embed(['a'], 'query'));
    expect(error.code).toBe('EMBEDDING_SPACE_UNAVAILABLE');
    expect(error.message).toContain(message);
    expect(server.asked).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 422])('never follows a status %i', async (status) => {
    server.reply = () => ({ status });
    const error = await failureOf(embedder.embed(['a'], 'query'));
    expect(error.details).toMatchObject({ status });
    expect(server.asked).toHaveLength(1);
  });

  it('comes after a random pause whose bound doubles', async () => {
    const clock = new TestClock();
    await using pausing = await openedAt(server, { clock, limits: { backoffMs: 1_000, attempts: 6 } });
    server.reply = () => ({ status: 500 });
    await failureOf(pausing.embed(['a'], 'query'));
    expect(clock.pauses).toHaveLength(5);
    [1_000, 2_000, 4_000, 5_000, 5_000].forEach((bound, n) => {
      expect(clock.pauses[n]).toBeLessThanOrEqual(bound);
    });
    expect(new Set(clock.pauses).size).toBe(5);
  });

  it('waits as long as a status 429 asks for, in seconds or until a date', async () => {
    const clock = new TestClock();
    await using pausing = await openedAt(server, { clock, limits: quick });
    const date = new Date(Date.now() + 20_000).toUTCString();
    server.replies.push(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 429, headers: { 'retry-after': date } },
    );
    expect(await pausing.embed(['a'], 'query')).toHaveLength(1);
    expect(clock.pauses[0]).toBe(7_000);
    expect(clock.pauses[1]).toBeGreaterThan(15_000);
    expect(clock.pauses[1]).toBeLessThanOrEqual(20_000);
  });

  it('is not begun when the pause would outlast the time for all of them', async () => {
    const clock = new TestClock();
    await using pausing = await openedAt(server, { clock, limits: quick });
    server.replies.push({ status: 429, headers: { 'retry-after': '61' } });
    await failureOf(pausing.embed(['a'], 'query'));
    expect(server.asked).toHaveLength(1);
    expect(clock.pauses).toEqual([]);
  });
});

describe('the circuit breaker', () => {
  it('opens after five failed calls in a row, tries one after ten seconds, and closes when that succeeds', async () => {
    const clock = new TestClock();
    await using breaking = await openedAt(server, { clock, limits: { ...quick, attempts: 1 } });
    server.reply = () => ({ status: 500 });
    for (let n = 0; n < 5; n++) await failureOf(breaking.embed([`failed ${n}`], 'query'));
    expect(server.asked).toHaveLength(5);
    const error = await failureOf(breaking.embed(['refused'], 'query'));
    expect(error.code).toBe('EMBEDDING_SPACE_UNAVAILABLE');
    expect(error.message).toMatch(/status 500\. It failed 5 times in a row and is asked again in 10 s\./);
    clock.pass(9_999);
    await failureOf(breaking.embed(['refused'], 'query'));
    expect(server.asked).toHaveLength(5);
    clock.pass(1);
    server.reply = () => ({});
    expect(await breaking.embed(['let through'], 'query')).toHaveLength(1);
    expect(await breaking.embed(['and another'], 'query')).toHaveLength(1);
    expect(server.asked).toHaveLength(7);
  });

  it('lets a single call through, and doubles the pause up to two minutes when it fails', async () => {
    const clock = new TestClock();
    await using breaking = await openedAt(server, { clock, limits: { ...quick, attempts: 1 } });
    server.reply = () => ({ status: 500 });
    for (let n = 0; n < 5; n++) await failureOf(breaking.embed([`failed ${n}`], 'query'));
    for (const seconds of [10, 20, 40, 80, 120, 120]) {
      server.asked.length = 0;
      clock.pass(seconds * 1_000 - 1);
      await failureOf(breaking.embed(['too early'], 'query'));
      expect(server.asked).toHaveLength(0);
      clock.pass(1);
      let answer = () => {};
      const after = new Promise<void>((resolve) => {
        answer = resolve;
      });
      server.replies.push({ status: 500, after });
      const probe = failureOf(breaking.embed(['probe'], 'query'));
      await failureOf(breaking.embed(['beside it'], 'passage'));
      answer();
      await probe;
      expect(server.asked.map(({ texts }) => texts)).toEqual([['probe']]);
    }
  });

  it('stays closed while the endpoint only refuses texts, and when successes come between', async () => {
    await using breaking = await openedAt(server, {
      clock: new TestClock(),
      limits: { ...quick, attempts: 1 },
    });
    for (let n = 0; n < 12; n++) {
      server.replies.push({ status: n % 5 === 4 ? 200 : 500 });
      await breaking.embed([`now and then ${n}`], 'query').catch(() => undefined);
    }
    for (let n = 0; n < 12; n++) {
      server.replies.push({ status: 422 });
      await failureOf(breaking.embed([`refused ${n}`], 'query'));
    }
    expect(server.asked).toHaveLength(24);
    expect(await breaking.embed(['well'], 'query')).toHaveLength(1);
  });

  it('opens for wrong vectors too', async () => {
    await using breaking = await openedAt(server, { clock: new TestClock() });
    server.reply = ({ texts }) => ({ body: server.answerOf(texts.map(() => [1])) });
    for (let n = 0; n < 7; n++) await failureOf(breaking.embed([`${n}`], 'query'));
    expect(server.asked).toHaveLength(5);
  });
});

describe('opening', () => {
  it('fails when nobody listens', async () => {
    await server.stop();
    const error = await failureOf(openedAt(server));
    expect(error).toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining(
        `${server.host} of the model far cannot be reached or broke off (ECONNREFUSED)`,
      ),
    });
  });

  it('fails when every text gets the same vector', async () => {
    server.vectorOf = () => hashedVector('one for all', width);
    expect((await failureOf(openedAt(server))).message).toContain('gives every text the same vector');
  });

  it('fails when vectors come in another order than the texts', async () => {
    server.reply = ({ texts }) => ({ body: server.right(texts.toReversed()) });
    expect((await failureOf(openedAt(server))).message).toContain('out of order');
  });

  it('fails for an endpoint that serves a model of another size', async () => {
    server.vectorOf = (text) => hashedVector(text, 24);
    expect((await failureOf(openedAt(server))).message).toContain('a vector of 24 numbers, not 16');
  });
});

describe('stopping', () => {
  it('breaks off what is on its way, and leaves no connection behind', async () => {
    server.reply = () => ({ after: never });
    const pending = [1, 2, 3].map((n) =>
      failureOf(embedder.embed([`pending ${n}`], 'passage', { bulk: true })),
    );
    await expect.poll(() => server.asked.length).toBe(3);
    await embedder.stop();
    for (const each of pending) expect((await each).code).toBe('CANCELLED');
    expect((await failureOf(embedder.embed(['later'], 'query'))).code).toBe('CANCELLED');
  });

  it('ends a pause between attempts', async () => {
    await using pausing = await openedAt(server);
    server.reply = () => ({ status: 429, headers: { 'retry-after': '50' } });
    const pending = failureOf(pausing.embed(['pending'], 'query'));
    await expect.poll(() => server.asked.length).toBe(1);
    // The answer must have come for the pause to have begun.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pausing.stop();
    expect((await pending).code).toBe('CANCELLED');
  });

  it('is not needed by a caller who goes away: its signal is heard at once', async () => {
    server.reply = () => ({ after: never });
    const caller = new AbortController();
    const pending = failureOf(embedder.embed(['pending'], 'query', { signal: caller.signal }));
    await expect.poll(() => server.asked.length).toBe(1);
    caller.abort();
    expect((await pending).code).toBe('CANCELLED');
  });
});

describe('whatever the endpoint answers', () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true });
  const odd = fc.oneof(fc.double(), fc.constantFrom(null, 'x', true, 1e308, 1e-320));
  const row = fc.oneof(
    { weight: 20, arbitrary: fc.array(number, { minLength: width, maxLength: width }) },
    fc.array(fc.oneof(number, odd), { minLength: width, maxLength: width }),
    fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, odd), { minLength: width, maxLength: width }),
    fc.array(number, { maxLength: width + 2 }),
    fc.jsonValue(),
  );
  const rows = fc.oneof(
    { weight: 4, arbitrary: fc.array(row, { minLength: 3, maxLength: 3 }) },
    fc.array(row, { maxLength: 5 }),
  );
  const index = fc.oneof(fc.integer({ min: -1, max: 3 }), fc.constantFrom(undefined, null, '1', 0.5));
  const indexes = fc.oneof(
    fc.constantFrom([0, 1, 2], [2, 0, 1]),
    fc.array(index, { minLength: 5, maxLength: 5 }),
  );
  const body = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(rows, indexes).map(([all, order]) => ({
        data: all.map((embedding, i) => ({ index: order[i], embedding })),
      })),
    },
    fc.jsonValue(),
    fc.string(),
  );
  const reply: fc.Arbitrary<Reply> = fc.record({
    status: fc.oneof(
      { weight: 8, arbitrary: fc.constant(200) },
      fc.constantFrom(201, 400, 404, 413, 429, 500, 503),
    ),
    body,
    cut: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  });

  it('a text gets a vector of unit length, or the caller an error with a code', async () => {
    // Time that passes between the runs keeps the breaker from refusing them.
    const clock = new TestClock();
    await using tried = await openedAt(server, { clock, limits: { ...quick, attempts: 2 } });
    let run = 0;
    let given = 0;
    await fc.assert(
      fc.asyncProperty(reply, fc.boolean(), async (first, isQuery) => {
        run++;
        clock.pass(200_000);
        server.replies.length = 0;
        server.reply = () => first;
        const texts = ['a', 'b', 'c'].map((text) => `${text} ${run}`);
        const as = isQuery ? 'query' : 'passage';
        const outcome = await tried.embed(texts, as).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(CorollaryError);
          expect((outcome as CorollaryError).code).toBe('EMBEDDING_SPACE_UNAVAILABLE');
        } else {
          given++;
          for (const { dense } of outcome as { dense: Float32Array }[]) {
            expect(dense).toHaveLength(width);
            expect(Math.hypot(...dense)).toBeCloseTo(1, 5);
          }
          return;
        }
        // Nothing of it was kept.
        clock.pass(200_000);
        server.reply = () => ({});
        const well = await tried.embed(texts, as);
        texts.forEach((text, i) => {
          expect(well[i]!.dense[7]).toBeCloseTo(hashedVector(text, width)[7]!, 5);
        });
      }),
      { numRuns: 150 },
    );
    // Both outcomes were seen.
    expect(given).toBeGreaterThan(5);
    expect(given).toBeLessThan(run - 5);
  });
});
