import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { meanOfWindows, windowsOf } from '../../src/embedding/windows.js';
import {
  expectedOf,
  installedXlmRoberta,
  tinyMaxTokens,
  tinyTokens,
} from './graphs/installed-xlm-roberta.js';
import { lexicalWeights, unit } from './graphs/xlm-roberta-forward.js';
import type { ModelsFolder } from './installed-model.js';

describe('windows', () => {
  it('overlap by an eighth, are full but for the last, and leave nothing out', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 80 }), (count, room) => {
        const items = Array.from({ length: count }, (_, i) => i);
        const windows = windowsOf(items, room);
        const overlap = Math.floor(room / 8);
        const [first, ...rest] = windows;
        expect([...first!, ...rest.flatMap((window) => window.slice(overlap))]).toEqual(items);
        rest.forEach((window, i) => {
          expect(window.slice(0, overlap)).toEqual(windows[i]!.slice(-overlap || room));
          expect(window.length).toBeGreaterThan(overlap);
        });
        for (const window of windows.slice(0, -1)) expect(window).toHaveLength(room);
        expect(windows.at(-1)!.length).toBeLessThanOrEqual(room);
      }),
    );
  });

  it('make one vector by their mean, of unit length where that is wanted', () => {
    const vectors = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    expect([...meanOfWindows(vectors, false)]).toEqual([0.5, 0.5]);
    for (const x of meanOfWindows(vectors, true)) expect(x).toBeCloseTo(Math.SQRT1_2, 6);
  });
});

describe.each(['passage', 'query'] as const)('a text longer than the model reads, as %s', (as) => {
  const prefix = { passage: '', query: 'the time ' }[as];
  const special = [0, 2];
  let folder: ModelsFolder;
  let embedder: Embedder;
  beforeAll(async () => {
    folder = await installedXlmRoberta({
      outputs: 'heads',
      changes: { prefixes: { query: 'the time ', passage: '' } },
    });
    embedder = await openEmbedder('tiny-xlm-r', { modelsDirectory: folder.path });
  });
  afterAll(async () => {
    await embedder?.stop();
    await folder?.remove();
  });

  const text = Array.from(
    { length: 60 },
    (_, i) => ['pay', 'timeout', 'a', 'payment', 'zé'][(i * i) % 5],
  ).join(' ');

  /** The windows of the text's tokens, cut by hand: the opening, so many tokens of the text, the closing. */
  function windowsByHand(): number[][] {
    // The tokenizer cuts at the model's length, so the text's tokens are had word by word.
    const inner = (words: string) => tinyTokens.tokenize(words).ids.slice(1, -1);
    const content = text.split(' ').flatMap(inner);
    const opening = [0, ...inner(prefix.trim())];
    if (prefix === '') expect(opening).toEqual([0]);
    const room = tinyMaxTokens - special.length - (opening.length - 1);
    const step = room - Math.floor(room / 8);
    const windows: number[][] = [];
    for (let from = 0; ; from += step) {
      windows.push([...opening, ...content.slice(from, from + room), 2]);
      if (from + room >= content.length) return windows;
    }
  }

  it('is, in windows, the mean of their vectors, the greatest of their weights, and all of their tokens', async () => {
    const [answer] = await embedder.embed([text], as, { also: ['sparse', 'tokens'], long: 'windows' });
    const windows = windowsByHand();
    expect(windows.length).toBeGreaterThan(3);
    const outputs = windows.map(expectedOf);
    const sum = outputs[0]!.dense.map((_, d) => outputs.reduce((all, { dense }) => all + dense[d]!, 0));
    expectClose(answer!.dense, unit(sum));
    const lexical = lexicalWeights(
      windows.flat(),
      outputs.flatMap(({ tokenWeights }) => tokenWeights),
    );
    expect([...answer!.sparse!.ids]).toEqual(lexical.map(([id]) => id));
    expectClose(
      answer!.sparse!.weights,
      lexical.map(([, weight]) => weight),
    );
    expectClose(
      answer!.tokenVectors!.data,
      outputs.flatMap(({ tokenVectors }) => tokenVectors.flat()),
    );
    expect(answer!.truncated).toBe(false);
    const read = text.split(' ').flatMap((word) => tinyTokens.tokenize(word).ids.slice(1, -1)).length;
    expect(answer!.tokens).toBe(read + prefixTokens() + special.length);
  });

  const prefixTokens = () => (prefix === '' ? 0 : tinyTokens.tokenize(prefix.trim()).ids.length - 2);

  it('is its beginning by default, and both are one for a text that fits', async () => {
    const [cut] = await embedder.embed([text], as);
    expect([cut!.tokens, cut!.truncated]).toEqual([tinyMaxTokens, true]);
    expectClose(cut!.dense, expectedOf(windowsByHand()[0]!).dense);
    const [short] = await embedder.embed(['pay'], as);
    const [shortToo] = await embedder.embed(['pay'], as, { long: 'windows' });
    expect(shortToo).toEqual(short);
  });

  it('counts no window of which nothing is known', async () => {
    const unknown = '🦙 '.repeat(200);
    const [answer] = await embedder.embed([`pay ${unknown}`], as, { long: 'windows', also: ['sparse'] });
    const [other] = await embedder.embed([`pay ${unknown}${unknown}`], as, { long: 'windows' });
    expectClose(answer!.dense, [...other!.dense]);
    expect(answer!.sparse!.pieces).toContain('▁pay');
    const [nothing] = await embedder.embed([unknown], as, { long: 'windows' });
    expect(Math.hypot(...nothing!.dense)).toBe(0);
  });
});

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!)))).toBeLessThan(1e-4);
}
