import { afterEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../../../src/embedding/embedder.js';
import { hashedVector, unit } from '../../retrieval/fake-embedder.js';
import { EndpointServer, type ProtocolName, width } from './endpoint-server.js';
import { openedAt, type WorldOptions } from './remote-world.js';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  while (opened.length > 0) await opened.pop()![Symbol.asyncDispose]();
});

async function world(
  protocol: ProtocolName,
  options: WorldOptions = {},
): Promise<{ server: EndpointServer; embedder: Embedder }> {
  const server = await EndpointServer.start(protocol);
  opened.push(server);
  const embedder = await openedAt(server, options);
  opened.push(embedder);
  return { server, embedder };
}

const protocols = ['openai', 'tei', 'ollama'] as const;

describe.each(protocols)('a model that is served by %s', (protocol) => {
  it('gives the vectors of the texts, in their order', async () => {
    const { embedder } = await world(protocol);
    const texts = ['one', 'two', 'a third, longer one', 'two', 'четыре 🦙'];
    const embedded = await embedder.embed(texts, 'passage');
    for (const [i, text] of texts.entries()) {
      hashedVector(text, width).forEach((x, d) => {
        expect(embedded[i]!.dense[d]).toBeCloseTo(x, 6);
      });
    }
  });

  it('sends a distinct text once, and blank ones never: they have the zero vector', async () => {
    const { server, embedder } = await world(protocol);
    const embedded = await embedder.embed(['', 'one', ' \n\t', 'one'], 'passage');
    expect(server.asked.flatMap(({ texts }) => texts)).toEqual(['one']);
    expect(embedded.map(({ dense }) => Math.round(Math.hypot(...dense)))).toEqual([0, 1, 0, 1]);
  });

  it('adds the prefix of the role, unless the endpoint does', async () => {
    const prefixes = { query: 'query: ', passage: 'passage: ' };
    const { server, embedder } = await world(protocol, { entry: { prefixes } });
    await embedder.embed(['a'], 'query');
    await embedder.embed(['a'], 'passage');
    expect(server.asked.map(({ texts }) => texts)).toEqual([['query: a'], ['passage: a']]);
    const endpoint = { protocol, url: server.url, model: 'm', appliesPrefixes: true };
    await using other = await openedAt(server, { entry: { prefixes, endpoint } });
    await other.embed(['a'], 'query');
    expect(server.asked.map(({ texts }) => texts)).toEqual([['a']]);
  });

  it('has unit length, however long the vectors are that the endpoint gives', async () => {
    const { server, embedder } = await world(protocol);
    for (const scale of [1e-30, 0.01, 7, 1e30]) {
      server.vectorOf = (text) => Array.from(hashedVector(text, width), (x) => x * scale);
      const [embedded] = await embedder.embed([`scaled by ${scale}`], 'passage');
      expect(Math.hypot(...embedded!.dense)).toBeCloseTo(1, 5);
    }
  });

  it('is cut to fewer dimensions, and of unit length again', async () => {
    const { embedder } = await world(protocol, { entry: { truncatableTo: [4] }, dimensions: 4 });
    const [embedded] = await embedder.embed(['cut'], 'passage');
    unit(hashedVector('cut', width).slice(0, 4)).forEach((x, d) => {
      expect(embedded!.dense[d]).toBeCloseTo(x, 6);
    });
    expect(embedded!.dense).toHaveLength(4);
  });

  it('says how many tokens a text had that went alone, and 0 where nobody counted them apart', async () => {
    const { embedder } = await world(protocol);
    expect((await embedder.embed(['alone'], 'passage'))[0]!.tokens).toBe(7);
    const together = await embedder.embed(['one', 'another'], 'passage');
    expect(together.map(({ tokens }) => tokens)).toEqual([0, 0]);
  });

  it('is asked with the key, if there is one', async () => {
    const { server } = await world(protocol);
    await using keyed = await openedAt(server, { endpoint: { key: 'secret-key' } });
    await keyed.embed(['a'], 'query');
    expect(server.asked[0]!.headers.authorization).toBe('Bearer secret-key');
    await using keyless = await openedAt(server);
    await keyless.embed(['a'], 'query');
    expect(server.asked[0]!.headers.authorization).toBeUndefined();
  });

  it('gets a large request in parts, and a part that is too large in halves', async () => {
    const { server, embedder } = await world(protocol);
    server.reply = ({ texts }) =>
      texts.length > 10 ? { status: 413, body: { error: 'Batch size error' } } : {};
    const texts = Array.from({ length: 150 }, (_, n) => `text ${n}`);
    const embedded = await embedder.embed(texts, 'passage', { bulk: true });
    texts.forEach((text, i) => {
      expect(embedded[i]!.dense[3]).toBeCloseTo(hashedVector(text, width)[3]!, 6);
    });
    const taken = server.asked.filter(({ texts: { length } }) => length <= 10);
    expect(taken.flatMap((request) => request.texts).sort()).toEqual([...texts].sort());
  });
});

describe('the request', () => {
  it('is what each protocol wants', async () => {
    const bodies: Record<string, unknown> = {};
    for (const protocol of protocols) {
      const { server, embedder } = await world(protocol);
      await embedder.embed(['a'], 'query');
      bodies[server.asked[0]!.path] = server.asked[0]!.body;
    }
    expect(bodies).toEqual({
      '/v1/embeddings': { model: 'm', input: ['a'], encoding_format: 'float' },
      '/embed': { inputs: ['a'], normalize: true, truncate: true },
      '/api/embed': { model: 'm', input: ['a'], truncate: true },
    });
  });

  it('goes below the path of the URL, which may end in /v1', async () => {
    const { server } = await world('openai');
    for (const [path, asked] of [
      ['/', '/v1/embeddings'],
      ['/v1', '/v1/embeddings'],
      ['/proxy/v1/', '/proxy/v1/embeddings'],
    ]) {
      await using embedder = await openedAt(server, {
        entry: { endpoint: { protocol: 'openai', url: server.url + path, model: 'm' } },
      });
      await embedder.embed(['a'], 'query');
      expect(server.asked[0]!.path).toBe(asked);
    }
  });

  it('goes to EMBEDDING_ENDPOINT where the entry names no URL', async () => {
    const { server } = await world('openai');
    const entry = { endpoint: { protocol: 'openai', model: 'm' } };
    await using embedder = await openedAt(server, { entry, endpoint: { url: server.url } });
    expect(await embedder.embed(['a'], 'query')).toHaveLength(1);
    await expect(openedAt(server, { entry })).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining('EMBEDDING_ENDPOINT'),
    });
  });
});

describe('an OpenAI-compatible endpoint', () => {
  it('may answer in any order that its indexes tell', async () => {
    const { server, embedder } = await world('openai');
    const texts = ['a', 'b', 'c', 'd'];
    server.reply = (request) => {
      const { data } = server.right(request.texts) as { data: object[] };
      return { body: { data: data.reverse() } };
    };
    const embedded = await embedder.embed(texts, 'passage');
    texts.forEach((text, i) => {
      expect(embedded[i]!.dense[0]).toBeCloseTo(hashedVector(text, width)[0]!, 6);
    });
  });

  it('is asked to truncate a text that it refused as too long, which goes apart from its companions', async () => {
    const { server, embedder } = await world('openai', { entry: { maxTokens: 100 } });
    const long = 'long '.repeat(200);
    server.reply = ({ texts, body }) =>
      texts.includes(long) && body.truncate_prompt_tokens === undefined
        ? { status: 400, body: { message: "This model's maximum context length is 100 tokens.", code: 400 } }
        : {};
    const embedded = await embedder.embed(['a', 'b', long, 'c'], 'passage');
    expect(embedded.map(({ truncated }) => truncated)).toEqual([false, false, true, false]);
    const truncating = server.asked.filter(({ body }) => body.truncate_prompt_tokens !== undefined);
    expect(truncating.map(({ body }) => body)).toEqual([
      {
        model: 'm',
        input: [long],
        encoding_format: 'float',
        truncate_prompt_tokens: 100,
        truncation_side: 'right',
      },
    ]);
  });
});

describe('text-embeddings-inference', () => {
  const well = { model_id: 'm', max_input_length: 512, max_client_batch_size: 3 };

  it('gets no more texts in a request than it says that it takes', async () => {
    const server = await EndpointServer.start('tei');
    opened.push(server);
    server.info = well;
    await using embedder = await openedAt(server);
    await embedder.embed(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'passage');
    expect(server.asked.map(({ texts }) => texts.length)).toEqual([3, 3, 1]);
  });

  it.each([
    ['serves another model', { ...well, model_id: 'other' }, 'serves other, not m'],
    ['reads less of a text than the entry says', { ...well, max_input_length: 256 }, 'reads 256 tokens'],
  ])('is refused when it %s', async (_, info, message) => {
    const server = await EndpointServer.start('tei');
    opened.push(server);
    server.info = info;
    await expect(openedAt(server)).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining(message),
    });
  });
});

describe('windows of a long text', () => {
  it('are refused, since they take a tokenizer; a text that is short anyway is embedded', async () => {
    const { embedder } = await world('openai', { entry: { maxTokens: 50 } });
    expect(await embedder.embed(['short'], 'passage', { long: 'windows' })).toHaveLength(1);
    await expect(embedder.embed(['x'.repeat(60)], 'passage', { long: 'windows' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });
});
