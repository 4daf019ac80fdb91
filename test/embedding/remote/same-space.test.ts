import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../../../src/embedding/embedder.js';
import { listModels, openEmbedder } from '../../../src/embedding/open-embedder.js';
import { probeTexts } from '../../../src/embedding/remote/probes.js';
import { hashedVector } from '../../retrieval/fake-embedder.js';
import { ModelsFolder, tinyEntry } from '../installed-model.js';
import { EndpointServer, width } from './endpoint-server.js';
import { type EntryChanges, remoteEntry } from './remote-world.js';

let folder: ModelsFolder;
let local: Embedder;
/** The vectors that the installed model gives the probes, and a text, by what an endpoint is sent. */
let vectors: ReadonlyMap<string, Float32Array>;
const prefixes = { query: 'query ', passage: '' };
beforeAll(async () => {
  folder = await ModelsFolder.create();
  await folder.install({ prefixes });
  local = await openEmbedder('tiny', { modelsDirectory: folder.path });
  const texts = [...probeTexts, 'payment'];
  const passages = await local.embed(texts, 'passage');
  const queries = await local.embed(texts, 'query');
  vectors = new Map([
    ...texts.map((text, i) => [text, passages[i]!.dense] as const),
    ...texts.map((text, i) => [`query ${text}`, queries[i]!.dense] as const),
  ]);
});
afterAll(async () => {
  await local.stop();
  await folder.remove();
});

let server: EndpointServer;
beforeEach(async () => {
  server = await EndpointServer.start();
  server.vectorOf = (text) => vectors.get(text) ?? hashedVector(text, width);
});
afterEach(() => server.stop());

async function openFar(changes: EntryChanges = {}, fallbacks: string[] = []): Promise<Embedder> {
  const far = remoteEntry(server, { maxTokens: 32, prefixes, sameSpaceAs: 'tiny', ...changes });
  const absent = tinyEntry({
    name: 'absent',
    prefixes,
    files: {
      model: { path: 'model.onnx', sha256: 'a'.repeat(64) },
      tokenizer: { path: 'tokenizer.json', sha256: 'b'.repeat(64) },
    },
  });
  const unknown = tinyEntry({ name: 'unknown', prefixes });
  await folder.writeRegistry(tinyEntry({ prefixes }), absent, unknown, far);
  return openEmbedder('far', { modelsDirectory: folder.path, fallbacks });
}

/** Half precision: about three decimals are left. */
const rounded = (vector: ArrayLike<number>) => Array.from(vector, (x) => Math.round(x * 1_000) / 1_000);

describe('an endpoint that is said to serve an installed model', () => {
  it('has its fingerprint, in half precision too', async () => {
    server.vectorOf = (text) => rounded(vectors.get(text)!);
    await using far = await openFar();
    expect(far.fingerprint).toBe(local.fingerprint);
  });

  it.each<[string, (text: string) => ArrayLike<number>]>([
    ['serves another model', (text) => hashedVector(text, width)],
    ['leaves out the prefix of queries', (text) => vectors.get(text.replace('query ', ''))!],
    [
      'gives almost the same vectors',
      (text) => vectors.get(text)!.map((x, d) => x + 0.12 * hashedVector(text, width)[d]!),
    ],
  ])('is refused when it %s', async (_, vectorOf) => {
    server.vectorOf = vectorOf;
    await expect(openFar()).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringMatching(
        /is not in the vector space of tiny.* a cosine of -?0\.\d{3}, below 0\.995/,
      ),
    });
  });

  it.each([
    ['dimensions', { dimensions: 12 }],
    ['prefixes', { prefixes: { query: '', passage: '' } }],
    ['maxTokens', { maxTokens: 512 }],
    ['normalise', { normalise: false }],
    ['no such ONNX model', { sameSpaceAs: 'nobody' }],
  ])('is refused when the registry contradicts itself: %s', async (field, changes) => {
    await expect(openFar(changes)).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining(field),
    });
    expect(server.asked).toEqual([]);
  });

  it('can stand in for it, and it for the endpoint', async () => {
    await using far = await openFar({}, ['tiny']);
    server.reply = () => ({ status: 500 });
    const [there] = await far.embed(['payment'], 'query');
    const [here] = await local.embed(['payment'], 'query');
    expect(there!.dense).toEqual(here!.dense);
    expect(far.fingerprint).toBe(local.fingerprint);
  });
});

describe('an endpoint that is said to serve a model which is not installed', () => {
  it('is trusted, and has the fingerprint that the checksums of the registry make', async () => {
    server.vectorOf = (text) => hashedVector(text, width);
    await using far = await openFar({ sameSpaceAs: 'absent' });
    const models = await listModels({ modelsDirectory: folder.path });
    expect(models.find(({ name }) => name === 'far')!.fingerprint).toBe(far.fingerprint);
    expect(far.fingerprint).not.toBe(local.fingerprint);
  });

  it('is refused where the registry has no checksums: nobody could tell its space', async () => {
    await expect(openFar({ sameSpaceAs: 'unknown' })).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringContaining('no checksum of model.onnx, tokenizer.json'),
    });
  });
});

describe('the fingerprint of an endpoint that serves a model of its own', () => {
  it('depends on what its vectors do, and not on where it is', async () => {
    const fingerprintOf = async (changes: EntryChanges) => {
      await using far = await openFar({ sameSpaceAs: undefined, ...changes });
      return far.fingerprint;
    };
    const endpoint = { protocol: 'openai', url: server.url, model: 'm' };
    const same = [
      {},
      { endpoint: { ...endpoint, url: `${server.url}/v1` } },
      { description: 'Other words.' },
    ];
    const others = [
      { endpoint: { ...endpoint, model: 'n' } },
      { prefixes: {} },
      { maxTokens: 100 },
      { precision: 'fp32' },
    ];
    const alike: string[] = [];
    for (const changes of same) alike.push(await fingerprintOf(changes));
    expect(new Set(alike).size).toBe(1);
    const all: string[] = [];
    for (const changes of [{}, ...others]) all.push(await fingerprintOf(changes));
    expect(new Set(all).size).toBe(5);
  });
});
