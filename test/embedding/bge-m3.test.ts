import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeModel } from '../../bench/graphs/write-model.js';
import { xlmRobertaGraph } from '../../bench/graphs/xlm-roberta-graph.js';
import { numbersOf, xlmRobertaWeights } from '../../bench/graphs/xlm-roberta-weights.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import { TextTokenizer } from '../../src/embedding/tokenizer.js';
import { tinyShape } from './graphs/installed-xlm-roberta.js';
import { forward, lexicalWeights } from './graphs/xlm-roberta-forward.js';
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

describe.skipIf(!isThere)('the tokenizer of BGE-M3', () => {
  let tokenizer: TextTokenizer;
  let references: Reference[];
  beforeAll(async () => {
    tokenizer = await TextTokenizer.load(join(data, 'tokenizer.json'), 8192);
    references = JSON.parse(await readFile(join(data, 'reference_ids.json'), 'utf8'));
  });

  it('gives the published token ids for every text', () => {
    expect(references.length).toBeGreaterThan(30);
    for (const { text, add_special_tokens: withSpecial, bge_m3_config_ids: expected } of references) {
      // The published ids take the name of a special token for the token, which it is not here; so what stands between
      // such names is compared.
      const parts = text.split(/<s>/);
      const content = parts.flatMap((part, i) => {
        const ids = tokenizer.tokenize(part).ids.slice(1, -1);
        return i === 0 ? ids : [0, ...ids];
      });
      const ids = withSpecial ? [0, ...content, 2] : content;
      expect(ids, JSON.stringify(text)).toEqual(expected);
      if (parts.length === 1 && withSpecial) expect(tokenizer.tokenize(text).ids).toEqual(expected);
    }
  });

  it('says which ids are special, and what the others stand for', () => {
    expect([...tokenizer.specialIds].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 250_001]);
    const { ids } = tokenizer.tokenize('What is BGE M3?');
    const pieces = ids.slice(1, -1).map((id) => tokenizer.pieceOf(id));
    expect(pieces).toEqual(['▁What', '▁is', '▁B', 'GE', '▁M', '3', '?']);
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

describe.skipIf(!isThere)('three heads behind the tokenizer of BGE-M3', () => {
  const shape = { ...tinyShape, vocabulary: 250_002, maxPositions: 258 };
  let folder: ModelsFolder;
  let embedder: Embedder;
  let tokenizer: TextTokenizer;
  let weights: Map<string, Float32Array>;
  beforeAll(async () => {
    const json = await readFile(join(data, 'tokenizer.json'), 'utf8');
    tokenizer = new TextTokenizer(JSON.parse(json), 256);
    weights = new Map(
      [...xlmRobertaWeights(shape)].map(([name, weight]) => [name, numbersOf(weight, shape)]),
    );
    folder = await ModelsFolder.create();
    const shipped = onnxEntryOf(await readRegistry(), 'bge-m3-int8');
    await folder.writeRegistry({
      ...shipped,
      files: { model: { path: 'model.onnx' }, tokenizer: { path: 'tokenizer.json' } },
      heads: { sparse: { output: 'sparse_vecs' }, tokens: { output: 'colbert_vecs' } },
      dimensions: shape.hidden,
      maxTokens: 256,
    });
    await folder.writeFile('bge-m3-int8/tokenizer.json', json);
    await writeModel(
      join(folder.path, 'bge-m3-int8/model.onnx'),
      xlmRobertaGraph(shape, { outputs: 'heads' }),
    );
    embedder = await openEmbedder('bge-m3-int8', { modelsDirectory: folder.path });
  });
  afterAll(async () => {
    await embedder?.stop();
    await folder?.remove();
  });

  it('give what a float64 forward pass gives, in many languages, within 1e-4', async () => {
    const texts = [
      'What is BGE M3?',
      'BM25 is a bag-of-words retrieval function that ranks a set of documents',
      'Die Zahlung brach nach einer Zeitüberschreitung ab, die Zahlung kam nie an.',
      '清水寺は京都にある。',
      'платёж не прошёл <s>',
      'भुगतान विफल रहा',
      '지불이 실패했다',
      'ﬁne  ＡＢＣ ½',
    ];
    const answers = await embedder.embed(texts, 'passage', { also: ['sparse', 'tokens'], bulk: true });
    answers.forEach((answer, i) => {
      const { ids } = tokenizer.tokenize(texts[i]!);
      const expected = forward(shape, (name) => weights.get(name)!, ids);
      expectClose(answer.dense, expected.dense);
      const lexical = lexicalWeights(ids, expected.tokenWeights);
      expect([...answer.sparse!.ids]).toEqual(lexical.map(([id]) => id));
      expectClose(
        answer.sparse!.weights,
        lexical.map(([, weight]) => weight),
      );
      expect(answer.sparse!.pieces).toEqual(lexical.map(([id]) => tokenizer.pieceOf(id)));
      expectClose(answer.tokenVectors!.data, expected.tokenVectors.flat());
    });
  });
});

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!)))).toBeLessThan(1e-4);
}
