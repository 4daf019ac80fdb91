import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EmbeddedText, Embedder } from '../../src/embedding/embedder.js';
import { onnxSettings } from '../../src/embedding/onnx-settings.js';
import { OnnxThread } from '../../src/embedding/onnx-thread.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { QueuedEmbedder } from '../../src/embedding/queued-embedder.js';
import { onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import { ModelsFolder } from './installed-model.js';

let folder: ModelsFolder;
let embedder: Embedder;
beforeAll(async () => {
  folder = await ModelsFolder.create();
  await folder.install();
  embedder = await openEmbedder('tiny', { modelsDirectory: folder.path });
});
afterAll(async () => {
  await embedder.stop();
  await folder.remove();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const words = fc.array(fc.constantFrom('pay', 'time', 'out', 'a', 'b7', 'payment', 'zebra', '🦙', '[CLS]'), {
  maxLength: 20,
});
const texts = fc.array(
  words.map((some) => some.join(' ')),
  { minLength: 1, maxLength: 12 },
);
const long = (i: number) => `text ${i} ${'payment time out '.repeat(6)}`;

function expectSame(a: EmbeddedText, b: EmbeddedText): void {
  expect(a.tokens).toBe(b.tokens);
  a.dense.forEach((x, d) => {
    expect(x).toBeCloseTo(b.dense[d]!, 5);
  });
}

describe('an embedded text', () => {
  it('does not depend on its companions, their order, or the role they are embedded in', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), async (some, bulk) => {
        const together = await embedder.embed(some, 'passage', { bulk });
        const reversed = await embedder.embed([...some].reverse(), 'passage', { bulk: !bulk });
        for (const [i, text] of some.entries()) {
          const [alone] = await embedder.embed([text], 'passage');
          expectSame(together[i]!, alone!);
          expectSame(reversed[some.length - 1 - i]!, alone!);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has unit length, or is zero when the model knows none of its tokens', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (some) => {
        for (const [i, { dense }] of (await embedder.embed(some, 'passage')).entries()) {
          expect(dense).toHaveLength(16);
          const isKnown = /[a-z0-9[]/i.test(some[i]!);
          expect(Math.hypot(...dense)).toBeCloseTo(isKnown ? 1 : 0, 5);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is the same, to the last bit, each time', async () => {
    const some = ['payment time out', 'pay', '', long(1)];
    const first = await embedder.embed(some, 'passage');
    expect(await embedder.embed(some, 'passage')).toEqual(first);
  });

  it('says how many tokens were read and whether any were left out', async () => {
    const [short, whole] = await embedder.embed(['pay', 'pay '.repeat(100)], 'passage');
    expect([short!.tokens, short!.truncated]).toEqual([3, false]);
    expect([whole!.tokens, whole!.truncated]).toEqual([32, true]);
  });

  it('comes in the order of the texts, each distinct text computed once', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const some = ['once b', 'once a', 'once b', '', 'once a'];
    const answers = await embedder.embed(some, 'passage');
    expect(post.mock.calls.flatMap(([message]) => (message as { texts: string[] }).texts).sort()).toEqual([
      '',
      'once a',
      'once b',
    ]);
    expect(answers[0]).toEqual(answers[2]);
    expect(answers[1]).toEqual(answers[4]);
    expect(answers[0]).not.toEqual(answers[1]);
  });

  it('is none for no texts', async () => {
    expect(await embedder.embed([], 'query')).toEqual([]);
  });
});

describe('queries', () => {
  it('are kept, and given out as copies', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const [first] = await embedder.embed(['a kept query'], 'query');
    const before = first!.dense.slice();
    first!.dense.fill(7);
    const [second] = await embedder.embed(['a kept query'], 'query');
    expect(second!.dense).toEqual(before);
    second!.dense.fill(7);
    const [third] = await embedder.embed(['a kept query'], 'query');
    expect(third!.dense).toEqual(before);
    expect(post).toHaveBeenCalledTimes(1);
  });

  it('are not kept when they are very long', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const text = 'pay '.repeat(1_000);
    await embedder.embed([text], 'query');
    await embedder.embed([text], 'query');
    expect(post).toHaveBeenCalledTimes(2);
  });

  it('have the prefix of queries, passages that of passages', async () => {
    await folder.install({ name: 'prefixed', prefixes: { query: 'query: ', passage: 'passage: ' } });
    await using prefixed = await openEmbedder('prefixed', { modelsDirectory: folder.path });
    const [query] = await prefixed.embed(['pay'], 'query');
    const [passage] = await prefixed.embed(['pay'], 'passage');
    const [plain] = await embedder.embed(['query: pay'], 'passage');
    expectSame(query!, plain!);
    expect(passage!.dense).not.toEqual(query!.dense);
    // Roles that wait together do not end up in one message.
    const [, queries, passages] = await Promise.all([
      prefixed.embed(['first in line'], 'query'),
      prefixed.embed(['time'], 'query'),
      prefixed.embed(['time'], 'passage'),
    ]);
    const [asQuery, asPassage] = await embedder.embed(['query: time', 'passage: time'], 'passage');
    expectSame(queries[0]!, asQuery!);
    expectSame(passages[0]!, asPassage!);
    const [empty] = await prefixed.embed([''], 'query');
    expect(Math.hypot(...empty!.dense)).toBe(0);
  });

  it('overtake bulk work', async () => {
    const order: string[] = [];
    const bulk = embedder
      .embed(
        Array.from({ length: 4_000 }, (_, i) => long(i)),
        'passage',
        { bulk: true },
      )
      .then(() => order.push('bulk'));
    await sleep(5);
    await embedder.embed(['a query in a hurry'], 'query');
    order.push('query');
    await bulk;
    expect(order).toEqual(['query', 'bulk']);
  });

  it('that are asked for at one time share their computation', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const all = await Promise.all(
      Array.from({ length: 20 }, () => embedder.embed(['asked by many'], 'query')),
    );
    expect(post).toHaveBeenCalledTimes(1);
    for (const [answer] of all) expect(answer).toEqual(all[0]![0]);
  });
});

describe('the caller', () => {
  it('is not held up while a bulk job runs', async () => {
    let last = performance.now();
    let longest = 0;
    let ticks = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      ticks++;
    }, 1);
    const started = performance.now();
    await embedder.embed(
      Array.from({ length: 15_000 }, (_, i) => `free ${long(i)}`),
      'passage',
      { bulk: true },
    );
    const took = performance.now() - started;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(20);
    expect(longest).toBeLessThan(Math.max(250, took / 3));
  });

  it('may leave: the texts that nobody waits for are not computed', async () => {
    const controller = new AbortController();
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const job = embedder.embed(
      Array.from({ length: 3_000 }, (_, i) => `left ${long(i)}`),
      'passage',
      {
        bulk: true,
        signal: controller.signal,
      },
    );
    controller.abort();
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
    await embedder.embed(['after the one who left'], 'passage', { bulk: true });
    const sent = post.mock.calls.flatMap(([message]) => (message as { texts: string[] }).texts);
    expect(sent.length).toBeLessThan(300);
  });

  it('who left before asking is refused at once', async () => {
    await expect(embedder.embed(['x'], 'query', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('who leaves does not take the answer from others who asked for the same text', async () => {
    const controller = new AbortController();
    const filler = embedder.embed(
      Array.from({ length: 500 }, (_, i) => `filler ${long(i)}`),
      'passage',
      { bulk: true },
    );
    const leaving = embedder.embed(['wanted by two'], 'passage', { bulk: true, signal: controller.signal });
    const staying = embedder.embed(['wanted by two'], 'passage', { bulk: true });
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await staying).toHaveLength(1);
    await filler;
  });
});

describe('an embedder', () => {
  it('gives calibrated similarities that rise with the cosine', () => {
    expect(embedder.similarityOf(0.3)).toBeCloseTo(0.5, 10);
    const cosines = [-1, -0.5, 0, 0.29, 0.31, 0.6, 1];
    const similarities = cosines.map((cosine) => embedder.similarityOf(cosine));
    expect([...similarities].sort((a, b) => a - b)).toEqual(similarities);
    for (const similarity of similarities) expect(similarity > 0 && similarity <= 1).toBe(true);
  });

  it('refuses more than may wait', async () => {
    await using crowded = await crowdedEmbedder({ queries: 2, bulk: 10 });
    const first = crowded.embed(
      Array.from({ length: 400 }, (_, i) => long(i)),
      'passage',
      { bulk: true },
    );
    await expect(crowded.embed(['one more'], 'passage', { bulk: true })).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    expect(await crowded.embed(['a query'], 'query')).toHaveLength(1);
    expect(await first).toHaveLength(400);
    expect(await crowded.embed(['one more'], 'passage', { bulk: true })).toHaveLength(1);
  });

  it('fails what is pending when its worker dies, and starts a new one at the next call', async () => {
    await using mortal = await openEmbedder('tiny', { modelsDirectory: folder.path });
    const [before] = await mortal.embed(['payment'], 'passage');
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const withWorker = mortal.embed(['with the worker'], 'query');
    const waiting = mortal.embed(['waiting'], 'query');
    while (post.mock.contexts.length === 0) await Promise.resolve();
    // terminate() may abort the process when it meets the native code at work; a message that makes no sense is as deadly.
    (post.mock.contexts[0] as Worker).postMessage({ kind: 'embed' });
    for (const pending of await Promise.allSettled([withWorker, waiting])) {
      expect(pending).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'EMBEDDING_SPACE_UNAVAILABLE',
          message: expect.stringContaining('The worker of the model tiny ended unexpectedly'),
        },
      });
    }
    const [after] = await mortal.embed(['payment'], 'passage');
    expect(after).toEqual(before);
  });

  it('cancels what is pending when it is stopped, and refuses what comes later', async () => {
    const stopped = await openEmbedder('tiny', { modelsDirectory: folder.path });
    const pending = stopped.embed(
      Array.from({ length: 2_000 }, (_, i) => long(i)),
      'passage',
      { bulk: true },
    );
    const failing = expect(pending).rejects.toMatchObject({ code: 'CANCELLED' });
    await Promise.all([stopped.stop(), stopped.stop()]);
    await failing;
    await expect(stopped.embed(['x'], 'query')).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the graph', () => {
  it.each(['cls', 'mean', 'last'] as const)(
    'is pooled by %s the same with padding on either side',
    async (pooling) => {
      const some = ['pay', 'payment time out', 'a b c d e f g'];
      const vectors: EmbeddedText[][] = [];
      for (const paddingSide of ['left', 'right']) {
        await folder.install({ pooling, paddingSide });
        await using one = await openEmbedder('tiny', { modelsDirectory: folder.path });
        vectors.push(await one.embed(some, 'passage'));
      }
      vectors[0]!.forEach((left, i) => {
        expectSame(left, vectors[1]![i]!);
      });
    },
  );

  it.each([
    ['first', 'cls', 'right'],
    ['last', 'last', 'left'],
  ] as const)(
    'may pool its %s position by itself, with padding on the other side',
    async (position, pooling, paddingSide) => {
      const some = ['pay', 'payment time out'];
      await folder.install({ pooling });
      await using tokens = await openEmbedder('tiny', { modelsDirectory: folder.path });
      const ours = await tokens.embed(some, 'passage');
      const graph = { inputs: {}, output: 'dense_vecs', outputKind: 'pooled' };
      await folder.install({ graph, paddingSide }, { pooled: position });
      await using pooled = await openEmbedder('tiny', { modelsDirectory: folder.path });
      const its = await pooled.embed(some, 'passage');
      expectSame(its[0]!, ours[0]!);
      expectSame(its[1]!, ours[1]!);
    },
  );
});

describe('a graph that quantises its batch as a whole', () => {
  const some = Array.from({ length: 12 }, (_, i) => `pay ${i} time`);
  const graph = { inputs: {}, output: 'token_embeddings', outputKind: 'tokens' };

  async function largestDifference(): Promise<number> {
    await using one = await openEmbedder('quantised', { modelsDirectory: folder.path });
    const together = await one.embed(some, 'passage');
    let largest = 0;
    for (const [i, text] of some.entries()) {
      const [alone] = await one.embed([text], 'passage');
      alone!.dense.forEach((x, d) => {
        largest = Math.max(largest, Math.abs(x - together[i]!.dense[d]!));
      });
    }
    return largest;
  }

  it('gives a text the same vector in any company when its registry entry forbids batches', async () => {
    await folder.install({ name: 'quantised', graph }, { kind: 'quantised' });
    expect(await largestDifference()).toBeGreaterThan(1e-5);
    await folder.install({ name: 'quantised', graph: { ...graph, batches: false } }, { kind: 'quantised' });
    expect(await largestDifference()).toBe(0);
  });
});

describe('an embedder that nobody wants', () => {
  it('is unloaded after its idle time, and loaded again by the next text', async () => {
    let opened = 0;
    let stopped = 0;
    const entry = onnxEntryOf(await readRegistry(folder.path), 'tiny');
    const outputs = new Set(['dense'] as const);
    const settings = await onnxSettings(entry, { ...tinyPlace(), outputs, device: 'cpu' });
    await using idle = await QueuedEmbedder.start({
      ...tinyFacts,
      outputs,
      idleMs: 50,
      async open(onEnd) {
        opened += 1;
        const thread = await OnnxThread.start('tiny', settings, onEnd);
        const stop = async () => {
          stopped += 1;
          await thread.stop();
        };
        return { embed: (...asked) => thread.embed(...asked), stop };
      },
    });
    const [before] = await idle.embed(['payment'], 'passage');
    await vi.waitFor(() => expect(stopped).toBe(1), { timeout: 10_000 });
    const [after] = await idle.embed(['payment'], 'passage');
    expect(after!.dense).toEqual(before!.dense);
    expect(opened).toBe(2);
  });
});

const tinyFacts = {
  model: 'tiny',
  dimensions: 16,
  fingerprint: 'f',
  fusionWeight: 0.5,
  calibration: { midpoint: 0.3, slope: 0.1 },
};
const tinyPlace = () => ({ folder: join(folder.path, 'tiny'), dimensions: 16 });

/** A tiny model with small limits on what may wait. */
async function crowdedEmbedder(waiting: { queries: number; bulk: number }): Promise<QueuedEmbedder> {
  const entry = onnxEntryOf(await readRegistry(folder.path), 'tiny');
  const outputs = new Set(['dense'] as const);
  const settings = await onnxSettings(entry, { ...tinyPlace(), outputs, device: 'cpu' });
  return QueuedEmbedder.start({
    ...tinyFacts,
    outputs,
    waiting,
    open: (onEnd) => OnnxThread.start('tiny', settings, onEnd),
  });
}
