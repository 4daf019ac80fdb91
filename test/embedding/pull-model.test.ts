import { statSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import { type HubOptions, openHub } from '../../src/embedding/tending/hub.js';
import { type PullOptions, pullModel } from '../../src/embedding/tending/pull-model.js';
import { cutOff, FileServer, sha256Of, startProxy } from '../cli/models/file-server.js';
import { ModelsFolder, tinyEntry } from './installed-model.js';

const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
const tokenizer = Buffer.from('{"model": {}}');
const weightsPath = 'who/what/resolve/abc123/onnx/model.onnx';
const tokenizerPath = 'who/what/resolve/abc123/tokenizer.json';

let folder: ModelsFolder;
let server: FileServer;
beforeEach(async () => {
  folder = await ModelsFolder.create();
  server = await FileServer.start();
  server.files.set(weightsPath, weights).set(tokenizerPath, tokenizer);
});
afterEach(() => folder.remove());

const described = { path: 'onnx/model.onnx', bytes: weights.length, sha256: sha256Of(weights) };

async function pull(
  model: object = described,
  options: Partial<PullOptions> = {},
  hubOptions: Partial<HubOptions> = {},
): Promise<string[]> {
  await folder.writeRegistry(
    tinyEntry({
      source: { kind: 'huggingface', repository: 'who/what', revision: 'abc123' },
      files: { model, tokenizer: { path: 'tokenizer.json' } },
    }),
  );
  const entry = onnxEntryOf(await readRegistry(folder.path), 'tiny');
  await using hub = openHub({ endpoint: server.url, environment: {}, silenceMs: 2_000, ...hubOptions });
  return await pullModel(entry, { hub, folder: join(folder.path, 'tiny'), retryMs: 1, ...options });
}

/** Its checksum: comparing 300,000 bytes one by one takes seconds. */
const installed = async () => sha256Of(await readFile(join(folder.path, 'tiny/onnx/model.onnx')));
const names = async () => (await readdir(join(folder.path, 'tiny/onnx')).catch(() => [] as string[])).sort();
const isWeights = (url: string | undefined) => url === `/${weightsPath}`;

const partLength = () =>
  statSync(join(folder.path, 'tiny/onnx/model.onnx.part'), { throwIfNoEntry: false })?.size ?? 0;

/** A part as an earlier pull left it. */
async function leavePart(bytes: Uint8Array, note: object): Promise<void> {
  await folder.writeFile('tiny/onnx/model.onnx.part', bytes);
  await writeFile(
    join(folder.path, 'tiny/onnx/model.onnx.part.json'),
    JSON.stringify({ of: `/${weightsPath}`, ...note }),
  );
}

describe('pulling a model', () => {
  it('brings its files from the repository at the revision, the graph last', async () => {
    expect(await pull()).toEqual(['tokenizer.json', 'onnx/model.onnx']);
    expect(await installed()).toBe(described.sha256);
    expect(server.requests.map(({ path }) => path)).toEqual([tokenizerPath, weightsPath]);
    expect(await names()).toEqual(['model.onnx']);
  });

  it('asks for nothing when all is there', async () => {
    await pull();
    server.requests.length = 0;
    expect(await pull()).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('replaces a file that is damaged', async () => {
    await pull();
    await folder.writeFile(
      'tiny/onnx/model.onnx',
      weights.map((x, i) => (i === 7 ? x + 1 : x)),
    );
    expect(await pull()).toEqual(['onnx/model.onnx']);
    expect(await installed()).toBe(described.sha256);
  });

  it('says how far it is, in bytes of all files', async () => {
    const seen: { done: number; total: number }[] = [];
    await pull(described, { onProgress: ({ done, total }) => seen.push({ done, total }) });
    const all = weights.length + tokenizer.length;
    expect(seen.at(-1)).toEqual({ done: all, total: all });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
  });

  it('goes on where the connection broke, as often as it does', async () => {
    server.misbehaviour = (request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
      if (!isWeights(request.url) || from >= 280_000) return false;
      cutOff(weights, { from, until: from + 40_000 }, response, () => partLength() >= from + 40_000);
      return true;
    };
    await pull();
    expect(await installed()).toBe(described.sha256);
    expect(server.ranges().slice(1)).toEqual([
      undefined,
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => `bytes=${n * 40_000}-`),
    ]);
  });

  it('goes on in the next run', async () => {
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      if (request.headers.range === undefined)
        cutOff(weights, { from: 0, until: 100_000 }, response, () => partLength() >= 100_000);
      else response.destroy();
      return true;
    };
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringMatching(/cannot be fetched: .*5 times in a row\. What has come is kept/),
    });
    expect(await names()).toEqual(['model.onnx.part', 'model.onnx.part.json']);
    server.misbehaviour = undefined;
    server.requests.length = 0;
    expect(await pull()).toEqual(['onnx/model.onnx']);
    expect(server.ranges()).toEqual(['bytes=100000-']);
    expect(await installed()).toBe(described.sha256);
  });

  it('begins anew where the server ignores the range', async () => {
    await leavePart(weights.subarray(0, 1_000), { etag: '"x"', bytes: weights.length });
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response.writeHead(200, { 'content-length': weights.length }).end(weights);
      return true;
    };
    await pull();
    expect(await installed()).toBe(described.sha256);
  });

  it('begins anew where the file has changed since, also without a checksum in the registry', async () => {
    const old = weights.map((x) => 255 - x);
    await leavePart(old.subarray(0, 200_000), { etag: `"${sha256Of(old)}"`, bytes: old.length });
    await pull({ path: 'onnx/model.onnx' });
    expect(await installed()).toBe(described.sha256);
  });

  it('begins anew where the server goes on with another file all the same', async () => {
    await leavePart(new Uint8Array(200_000), { etag: '"old"', bytes: weights.length });
    let asked = 0;
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url) || asked++ > 0) return false;
      // It does not know If-Range.
      cutOff(weights, { from: 200_000, until: weights.length }, response, () => false);
      return true;
    };
    await pull({ path: 'onnx/model.onnx' });
    expect(await installed()).toBe(described.sha256);
  });

  it('does not trust a part of which nothing is known', async () => {
    await folder.writeFile('tiny/onnx/model.onnx.part', new Uint8Array(1_000));
    await pull({ path: 'onnx/model.onnx' });
    expect(server.ranges()).toEqual([undefined, undefined]);
    expect(await installed()).toBe(described.sha256);
  });

  it('finishes a part that is whole already', async () => {
    await leavePart(weights, { etag: '"x"', bytes: weights.length });
    await pull();
    expect(server.requests.map(({ path }) => path)).toEqual([tokenizerPath]);
    expect(await installed()).toBe(described.sha256);
  });

  it('refuses a wrong byte, and keeps nothing of it', async () => {
    server.files.set(
      weightsPath,
      weights.map((x, i) => (i === 150_000 ? x ^ 1 : x)),
    );
    await expect(pull()).rejects.toMatchObject({
      code: 'EMBEDDING_SPACE_UNAVAILABLE',
      message: expect.stringMatching(
        /model\.onnx is not the file that the registry describes \(expected SHA-256/,
      ),
    });
    expect(await names()).toEqual([]);
  });

  it('refuses a file of another size before it is fetched', async () => {
    server.files.set(weightsPath, weights.subarray(1));
    await expect(pull()).rejects.toThrow('expected 300000 bytes, found 299999 bytes');
    expect(await names()).toEqual([]);
  });

  it('refuses an attachment that was cut off and gives no length', async () => {
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response.writeHead(200).end(weights.subarray(0, 1_000));
      return true;
    };
    await expect(pull()).rejects.toThrow('expected 300000 bytes, found 1000 bytes');
  });

  it.each([
    [404, /there is no such file \(404\).*revision or path/],
    [401, /not given to just anyone \(401\): set HF_TOKEN/],
    [403, /set HF_TOKEN/],
    [410, /the server answered 410/],
  ])('says what is wrong at once when the server answers %i', async (status, why) => {
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response.writeHead(status).end();
      return true;
    };
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringMatching(why),
    });
    expect(server.requests).toHaveLength(2);
  });

  it('tries again when the server is unwell, and keeps what it has', async () => {
    await leavePart(weights.subarray(0, 1_000), { etag: `"${sha256Of(weights)}"`, bytes: weights.length });
    let unwell = 3;
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url) || unwell === 0) return false;
      response.writeHead([500, 503, 429][--unwell]!).end();
      return true;
    };
    await pull();
    expect(server.ranges().slice(1)).toEqual(Array(4).fill('bytes=1000-'));
  });

  it('gives up a server that has nothing more to say', async () => {
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response.writeHead(200, { 'content-length': weights.length }).write(weights.subarray(0, 10));
      return true;
    };
    await expect(pull(described, {}, { silenceMs: 50 })).rejects.toThrow(
      /cannot be fetched: .*times in a row/,
    );
  });

  it('waits for a server that is slow', async () => {
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response.writeHead(200, { 'content-length': weights.length });
      let sent = 0;
      const drip = () => {
        if (sent >= weights.length) return response.end();
        response.write(weights.subarray(sent, sent + 60_000));
        sent += 60_000;
        setTimeout(drip, 40);
        return undefined;
      };
      drip();
      return true;
    };
    await pull(described, {}, { silenceMs: 1_500 });
    expect(await installed()).toBe(described.sha256);
  });

  it('says which machine cannot be reached', async () => {
    const endpoint = 'http://127.0.0.1:59';
    await expect(pull(described, {}, { endpoint })).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:59\/who\/what.*ECONNREFUSED/,
    );
  });

  it('follows redirects, and tells the token to the hub alone', async () => {
    const store = await FileServer.start();
    store.files.set('blob', weights);
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response.writeHead(302, { location: `${store.url}/blob` }).end();
      return true;
    };
    await pull(described, {}, { token: 'hf_secret' });
    expect(await installed()).toBe(described.sha256);
    expect(server.requests.map(({ token }) => token)).toEqual(['Bearer hf_secret', 'Bearer hf_secret']);
    expect(store.requests.map(({ token }) => token)).toEqual([undefined]);
  });

  it('goes through the proxy of the environment, but not where NO_PROXY says otherwise', async () => {
    const proxy = await startProxy();
    await pull(described, {}, { environment: { HTTP_PROXY: proxy.url } });
    expect(proxy.tunnels[0]).toBe(new URL(server.url).host);
    const throughProxy = proxy.tunnels.length;
    await folder.writeFile('tiny/onnx/model.onnx', '');
    await pull(described, {}, { environment: { http_proxy: proxy.url, no_proxy: '127.0.0.1' } });
    expect(proxy.tunnels).toHaveLength(throughProxy);
    expect(await installed()).toBe(described.sha256);
  });

  it('looks first whether the disk holds it', async () => {
    const freeSpace = async () => 100 * 2 ** 20;
    await expect(pull({ ...described, bytes: 2_000_000_000 }, { freeSpace })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/has room for 105 MB, but 2\.00 GB are to come: .*MODELS_DIR/),
    });
    expect(server.requests).toEqual([]);
  });

  it('stops before a file of unknown size that the disk does not hold', async () => {
    const freeSpace = async () => 64 * 2 ** 20 + 1_000;
    await expect(pull({ path: 'onnx/model.onnx' }, { freeSpace })).rejects.toMatchObject({
      code: 'START_FAILED',
    });
    expect(await names()).toEqual([]);
  });

  it('stops when told to, and leaves what has come', async () => {
    const controller = new AbortController();
    server.misbehaviour = (request, response) => {
      if (!isWeights(request.url)) return false;
      response
        .writeHead(200, { etag: '"x"', 'content-length': weights.length })
        .write(weights.subarray(0, 5_000));
      return true;
    };
    const onProgress = ({ path, done }: { path: string; done: number }) => {
      if (path === 'onnx/model.onnx' && done > tokenizer.length) controller.abort();
    };
    await expect(pull(described, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(await readFile(join(folder.path, 'tiny/onnx/model.onnx.part'))).toEqual(
      Buffer.from(weights.subarray(0, 5_000)),
    );
  });

  it('asks for a path as the registry writes it, whatever characters it has', async () => {
    server.files.set('who/what/resolve/abc123/on nx/mö#del.onnx', weights);
    await pull({ path: 'on nx/mö#del.onnx' });
    expect(await readdir(join(folder.path, 'tiny', dirname('on nx/x')))).toEqual(['mö#del.onnx']);
  });
});
