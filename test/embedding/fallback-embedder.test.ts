import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.js';
import { FallbackEmbedder, type FallbackMember } from '../../src/embedding/fallback-embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { hashedVector } from '../retrieval/fake-embedder.js';
import { ModelsFolder } from './installed-model.js';
import { EndpointServer, width } from './remote/endpoint-server.js';
import { openedAt, remoteEntry, TestClock } from './remote/remote-world.js';

let first: EndpointServer;
let second: EndpointServer;
let clock: TestClock;
const opened: Embedder[] = [];
beforeEach(async () => {
  first = await EndpointServer.start();
  second = await EndpointServer.start('tei');
  clock = new TestClock();
});
afterEach(async () => {
  while (opened.length > 0) await opened.pop()!.stop();
  await first.stop();
  await second.stop();
});

/** Serves what `server` has; `spaceOf` tells its vector space. */
function member(
  server: EndpointServer,
  name: string,
  { model = 'm', known = false }: { model?: string; known?: boolean } = {},
): FallbackMember {
  const open = () =>
    openedAt(server, {
      entry: { name, endpoint: { protocol: server.protocol, url: server.url, model } },
      clock: new TestClock(),
      limits: { attempts: 1 },
    });
  return {
    model: name,
    fingerprint: known ? model : undefined,
    outputs: new Set(['dense']),
    open,
  };
}

async function chain(...members: FallbackMember[]): Promise<FallbackEmbedder> {
  const embedder = await FallbackEmbedder.start({
    model: 'first',
    dimensions: width,
    fusionWeight: 0.5,
    calibration: { midpoint: 0.3, slope: 0.1 },
    members,
    now: () => clock.now(),
  });
  opened.push(embedder);
  return embedder;
}

const both = () => chain(member(first, 'first'), member(second, 'second'));
const counts = () => [first.asked.length, second.asked.length];
let made = 0;
const ask = async (embedder: Embedder) => {
  const text = `text ${++made}`;
  const [embedded] = await embedder.embed([text], 'query');
  expect(embedded!.dense[0]).toBeCloseTo(hashedVector(text, width)[0]!, 5);
};
const fail = (server: EndpointServer, status = 500) => {
  server.reply = () => ({ status });
};
const mend = (server: EndpointServer) => {
  server.reply = () => ({});
};

describe('a model with a fallback', () => {
  it('serves alone while it is well; the fallback is not even opened', async () => {
    const embedder = await both();
    await ask(embedder);
    await ask(embedder);
    expect(counts()).toEqual([2, 0]);
  });

  it('is stood in for while it fails, passed over for five seconds, and serves again when it is well', async () => {
    const embedder = await both();
    fail(first);
    await ask(embedder);
    const [failed] = counts();
    expect(failed).toBe(1);
    await ask(embedder);
    clock.pass(4_999);
    await ask(embedder);
    expect(first.asked).toHaveLength(1);
    mend(first);
    clock.pass(1);
    second.asked.length = 0;
    await ask(embedder);
    await ask(embedder);
    expect(counts()).toEqual([3, 0]);
  });

  it('is passed over for twice as long each time, up to a minute, and tried by one request at a time', async () => {
    const embedder = await both();
    fail(first);
    await ask(embedder);
    // Its own circuit breaker stays closed: fewer than five failures in a row.
    for (const seconds of [5, 10]) {
      first.asked.length = 0;
      clock.pass(seconds * 1_000 - 1);
      await ask(embedder);
      expect(first.asked).toHaveLength(0);
      clock.pass(1);
      await Promise.all([ask(embedder), ask(embedder), ask(embedder)]);
      expect(first.asked).toHaveLength(1);
    }
  });

  it('counts requests that fail together as one failure', async () => {
    const embedder = await both();
    let answer = () => {};
    const after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    first.reply = () => ({ status: 500, after });
    const all = [1, 2, 3].map(() => ask(embedder));
    await expect.poll(() => first.asked.length).toBe(3);
    answer();
    await Promise.all(all);
    mend(first);
    clock.pass(5_000);
    await ask(embedder);
    expect(first.asked).toHaveLength(4);
  });

  it('fails with its own error when all fail, and asks all again the next time', async () => {
    const embedder = await both();
    await ask(embedder);
    fail(first, 503);
    fail(second, 502);
    for (let n = 0; n < 2; n++) {
      await expect(embedder.embed([`lost ${n}`], 'query')).rejects.toMatchObject({
        code: 'EMBEDDING_SPACE_UNAVAILABLE',
        details: { endpoint: first.host, status: 503 },
      });
    }
    mend(second);
    await ask(embedder);
  });

  it('is helped out while it has too much to do, and not taken to be down', async () => {
    const embedder = await both();
    let answer = () => {};
    const after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    first.reply = () => ({ after });
    const batches = Array.from({ length: 40 }, (_, b) =>
      Array.from({ length: 64 }, (_, n) => `text ${b}.${n}`),
    );
    const caller = new AbortController();
    const all = batches.map((texts) => embedder.embed(texts, 'query', { signal: caller.signal }));
    await expect.poll(() => second.asked.length).toBeGreaterThan(0);
    // Those who wait for the first one go away, so that none of its answers shows that it is well.
    caller.abort();
    answer();
    const outcomes = await Promise.allSettled(all);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'CANCELLED' } });
    await ask(embedder);
    expect(first.asked.at(-1)!.texts).toEqual([`text ${made}`]);
  });

  it('need not be well at the start', async () => {
    await first.stop();
    const embedder = await both();
    expect([embedder.model, embedder.dimensions]).toEqual(['first', width]);
    await ask(embedder);
    expect(second.asked).toHaveLength(1);
    await first.listen();
    clock.pass(5_000);
    await ask(embedder);
    expect(second.asked).toHaveLength(1);
  });

  it('fails at the start with its own error when none can be opened', async () => {
    await first.stop();
    await second.stop();
    await expect(both()).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      details: { endpoint: first.host },
    });
  });

  it('does not hand on what is wrong with the request', async () => {
    const embedder = await both();
    await expect(embedder.embed(['a'], 'query', { also: ['sparse'] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(embedder.embed(['x'.repeat(2_000)], 'query', { long: 'windows' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    const gone = AbortSignal.abort();
    await expect(embedder.embed(['a'], 'query', { signal: gone })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(counts()).toEqual([0, 0]);
  });

  it('gives what all of its members give', async () => {
    const embedder = await chain(
      { ...member(first, 'first'), outputs: new Set(['dense', 'sparse', 'tokens']) },
      { ...member(second, 'second'), outputs: new Set(['tokens', 'dense']) },
    );
    expect([...embedder.outputs]).toEqual(['dense', 'tokens']);
  });

  it('stops all of its members', async () => {
    const embedder = await both();
    fail(first);
    await ask(embedder);
    second.reply = () => ({ after: new Promise(() => {}) });
    const pending = embedder.embed(['pending'], 'query').catch((error: unknown) => error);
    await expect.poll(() => second.asked.length).toBe(2);
    await embedder.stop();
    expect(await pending).toMatchObject({ code: 'CANCELLED' });
    await expect(embedder.embed(['later'], 'query')).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a fallback of another vector space', () => {
  it('stops the start when that is known before it is opened', async () => {
    const members = [
      member(first, 'first', { known: true }),
      member(second, 'second', { known: true, model: 'other' }),
    ];
    await expect(chain(...members)).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/first and second .*fingerprints m and other/),
    });
  });

  it('never serves when it shows only on opening', async () => {
    const embedder = await chain(member(first, 'first'), member(second, 'second', { model: 'other' }));
    fail(first);
    for (let n = 0; n < 3; n++) {
      clock.pass(60_000);
      await expect(embedder.embed([`kept apart ${n}`], 'query')).rejects.toMatchObject({
        code: 'EMBEDDING_SPACE_UNAVAILABLE',
        details: { endpoint: first.host },
      });
    }
    expect(second.asked).toHaveLength(0);
    mend(first);
    await ask(embedder);
  });
});

describe('openEmbedder', () => {
  it('takes fallbacks that have the fingerprint of the model, and refuses others by name', async () => {
    const folder = await ModelsFolder.create();
    try {
      const endpoint = { protocol: 'tei', url: second.url, model: 'm' };
      await folder.writeRegistry(
        remoteEntry(first),
        remoteEntry(second, { name: 'spare', endpoint }),
        remoteEntry(second, { name: 'stranger', endpoint, maxTokens: 100 }),
      );
      const options = { modelsDirectory: folder.path };
      const embedder = await openEmbedder('far', { ...options, fallbacks: ['spare'] });
      opened.push(embedder);
      expect(embedder.model).toBe('far');
      first.asked.length = 0;
      fail(first, 404);
      await ask(embedder);
      expect(counts()[0]).toBe(1);
      await expect(
        openEmbedder('far', { ...options, fallbacks: ['spare', 'stranger'] }),
      ).rejects.toMatchObject({
        code: 'START_FAILED',
        message: expect.stringContaining('far and stranger'),
      });
      await expect(openEmbedder('far', { ...options, fallbacks: ['spar'] })).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
        message: expect.stringContaining('Did you mean spare'),
      });
    } finally {
      await folder.remove();
    }
  });
});
