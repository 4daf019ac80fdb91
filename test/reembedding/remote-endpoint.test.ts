import { expect, onTestFinished, test, vi } from 'vitest';
import { EndpointServer, width } from '../embedding/remote/endpoint-server.js';
import { openedAt } from '../embedding/remote/remote-world.js';
import { hashedVector } from '../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { Server, type ServerOptions } from './reembedding-server.js';
import { wrongVectors } from './wrong-vectors.js';

vi.setConfig({ testTimeout: 180_000 });

const FACTS = 300;

/** Facts in the space of a model of this server, and a re-embedding of them by an endpoint that ends half-way. */
describeWithDatabase('a re-embedding by an endpoint over HTTP that dies half-way', (open) => {
  const prepared = async (die: (endpoint: EndpointServer) => void, options: ServerOptions = {}) => {
    const endpoint = await EndpointServer.start();
    const far = await openedAt(endpoint);
    const world = await World.create(await open());
    const server = new Server(world, { models: [far], ...options });
    onTestFinished(async () => {
      await server.stop();
      await far.stop();
      await endpoint.stop();
    });
    await world.say(...Array.from({ length: FACTS }, (_, n) => `sentence ${n} ${'and '.repeat(n % 5)}`));
    await server.indexer.settled(await world.knowledgeBase());
    const [active] = await server.spaces();
    let texts = 0;
    endpoint.reply = (asked) => {
      texts += asked.texts.length;
      if (texts > FACTS / 2) die(endpoint);
      return {};
    };
    const job = await server.reembed({ model: 'far' });
    return { endpoint, world, server, active: active!, job };
  };

  test('waits, says which endpoint it waits for, and goes on when that is back', async () => {
    const { endpoint, world, server, active, job } = await prepared((each) => void each.stop());
    await vi.waitFor(
      async () =>
        expect(await server.reembedding.job(job.id)).toMatchObject({
          state: 'PAUSED',
          error: expect.stringContaining(endpoint.host),
        }),
      { timeout: 60_000, interval: 200 },
    );
    const { done } = await server.reembedding.job(job.id);
    expect(done).toBeLessThan(FACTS);
    expect(await server.search('sentence 5', 1)).toMatchObject({ space: active.id, facts: [{}] });
    await world.assert({ prolog: 'meanwhile(1)', text: 'written while the endpoint was away' });

    endpoint.reply = () => ({});
    await endpoint.listen();
    expect(await server.ended(job)).toMatchObject({ state: 'SUCCEEDED', error: null });
    const vectors = (text: string) => hashedVector(text, width);
    expect(await wrongVectors(world.database, job.space!, async (of) => of.map(vectors))).toEqual([]);
    expect(await server.search('sentence 5', 1)).toMatchObject({ space: job.space, facts: [{}] });
  });

  test('fails in the end where it stays away, and leaves the active space alone', async () => {
    const { endpoint, server, active, job } = await prepared((each) => void each.stop(), { outageMs: 1_000 });
    expect(await server.ended(job)).toMatchObject({
      state: 'FAILED',
      error: expect.stringContaining(endpoint.host),
    });
    expect(await server.search('sentence 5', 1)).toMatchObject({ space: active.id, facts: [{}] });
  });

  test('fails in the end where it gives vectors of another model instead, and says so', async () => {
    const { server, active, job } = await prepared(
      (endpoint) => {
        endpoint.vectorOf = () => new Float32Array(width - 1).fill(0.25);
      },
      { outageMs: 1_000 },
    );
    const ended = await server.ended(job);
    expect(ended.state).toBe('FAILED');
    expect(ended.error).toContain('a vector of 15 numbers, not 16');
    expect(await server.search('sentence 5', 1)).toMatchObject({ space: active.id, facts: [{}] });
  });
});
