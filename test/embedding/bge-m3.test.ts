import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import { TextTokenizer } from '../../src/embedding/tokenizer.js';
import { ModelsFolder } from './installed-model.js';
import { tinyModel } from './tiny-model.js';

// The tokenizer of BGE-M3, and token ids that others have published for it: data that does not belong to the project.
const data = resolve(fileURLToPath(new URL('../../../shared/data/xlmr', import.meta.url)));
const isThere = existsSync(join(data, 'tokenizer.json'));
if (!isThere) console.warn(`Skipped: the tests with the tokenizer of BGE-M3, which is not in ${data}.`);

interface Reference {
  readonly text: string;
  readonly add_special_tokens: boolean;
  readonly bge_m3_config_ids: readonly number[];
}

const specialToken = /<(s|\/s|unk|pad|mask)>/;

describe.skipIf(!isThere)('the tokenizer of BGE-M3', () => {
  let tokenizer: TextTokenizer;
  let references: Reference[];
  beforeAll(async () => {
    tokenizer = await TextTokenizer.load(join(data, 'tokenizer.json'), 8192);
    references = JSON.parse(await readFile(join(data, 'reference_ids.json'), 'utf8'));
  });

  it('gives the published token ids', () => {
    const plain = references.filter(({ text }) => !specialToken.test(text));
    expect(plain.length).toBeGreaterThan(30);
    for (const { text, add_special_tokens: withSpecial, bge_m3_config_ids: expected } of plain) {
      const { ids } = tokenizer.tokenize(text);
      expect(withSpecial ? ids : ids.slice(1, -1), JSON.stringify(text)).toEqual(expected);
    }
  });

  it('gives the published ids around the name of a special token, and characters in its place', () => {
    const [start, before, between] = [0, 6, 1274];
    const reference = references.find(({ text }) => text.includes('<s>'))!;
    const { ids } = tokenizer.tokenize(reference.text);
    const inside = ids.slice(1, -1);
    expect(inside).not.toContain(start);
    const published = reference.bge_m3_config_ids;
    const first = published.indexOf(start);
    const last = published.lastIndexOf(start);
    // The word boundary before the first <s> stays or joins the characters that follow.
    const prelude = published.slice(0, published[first - 1] === before ? first - 1 : first);
    expect(inside.slice(0, prelude.length)).toEqual(prelude);
    expect(inside).toContain(between);
    const ending = published.slice(last + 2);
    expect(inside.slice(-ending.length)).toEqual(ending);
  });

  it.each(['<s>', '</s>', '<unk>', '<pad>', '<mask>', 'a<mask>b', '＜s＞', '<\u0001s>', '<s></s>'])(
    'cannot be made to give a special token by %j',
    (text) => {
      const { ids } = tokenizer.tokenize(text);
      expect([ids.at(0), ids.at(-1)]).toEqual([0, 2]);
      const inside = ids.slice(1, -1);
      expect(inside.length).toBeGreaterThan(0);
      for (const special of [0, 1, 2, 3, 250_001]) expect(inside).not.toContain(special);
    },
  );

  it('reads 8,192 tokens and no more', () => {
    const { ids, truncated } = tokenizer.tokenize('word '.repeat(9_000));
    expect([ids.length, ids.at(-1), truncated]).toEqual([8192, 2, true]);
  });

  it('knows nothing of a text without a piece of its vocabulary', () => {
    expect(tokenizer.tokenize('\u{1BC00}\u{1BC01}').known).toBe(false);
    expect(tokenizer.tokenize('  ').known).toBe(false);
    expect(tokenizer.tokenize('Zahlung').known).toBe(true);
  });
});

describe.skipIf(!isThere)('a graph in the shape of BGE-M3', () => {
  let folder: ModelsFolder;
  let embedder: Embedder;
  beforeAll(async () => {
    folder = await ModelsFolder.create();
    const shipped = onnxEntryOf(await readRegistry(), 'bge-m3');
    // The shipped entry but for the checksums: random weights are not BAAI's.
    await folder.writeRegistry({
      ...shipped,
      files: {
        model: { path: shipped.files.model.path },
        tokenizer: { path: shipped.files.tokenizer.path },
        data: shipped.files.data.map(({ path }) => ({ path })),
      },
    });
    const graph = tinyModel({ vocabulary: 250_002, dimensions: 1024, kind: 'attention' });
    await folder.writeFile('bge-m3/onnx/model.onnx', graph);
    for (const { path } of shipped.files.data) await folder.writeFile(`bge-m3/${path}`, '');
    await folder.writeFile('bge-m3/tokenizer.json', await readFile(join(data, 'tokenizer.json')));
    embedder = await openEmbedder('bge-m3', { modelsDirectory: folder.path });
  });
  afterAll(async () => {
    await embedder?.stop();
    await folder?.remove();
  });

  it('gives 1,024 dimensions of unit length, in many languages and lengths', async () => {
    const texts = ['What is BGE M3?', 'Zahlungen brechen ab', '清水寺は京都にある。', 'x '.repeat(600), ''];
    const answers = await embedder.embed(texts, 'passage', { bulk: true });
    expect(answers.map(({ dense }) => dense.length)).toEqual([1024, 1024, 1024, 1024, 1024]);
    expect(answers.slice(0, 4).map(({ dense }) => Number(Math.hypot(...dense).toFixed(4)))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(Math.hypot(...answers[4]!.dense)).toBe(0);
    expect(answers[0]!.tokens).toBe(9);
  });

  it('gives a text the same vector alone and beside a longer one', async () => {
    const [alone] = await embedder.embed(['Defination of BM25'], 'passage');
    const [beside] = await embedder.embed(
      ['Defination of BM25', 'a longer text stands beside it here'],
      'passage',
    );
    expect(alone!.tokens).toBe(8);
    alone!.dense.forEach((x, i) => {
      expect(x).toBeCloseTo(beside!.dense[i]!, 5);
    });
  });
});
