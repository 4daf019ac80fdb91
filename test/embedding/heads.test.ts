import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedText, Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import {
  expectedOf,
  installedXlmRoberta,
  tinyShape,
  tinyTokens,
  type XlmRobertaInstallation,
} from './graphs/installed-xlm-roberta.js';
import { dot, lexicalWeights } from './graphs/xlm-roberta-forward.js';
import type { ModelsFolder } from './installed-model.js';

const model = 'tiny-xlm-r';
const also = ['sparse', 'tokens'] as const;
const tolerance = 1e-4;

const text = fc
  .array(
    fc.constantFrom('pay', 'payment', 'time', 'timeout', 'the', 'a', 'zz', 'é', '京都', '🦙', '<s>', ' '),
    {
      maxLength: 24,
    },
  )
  .map((words) => words.join(' '));

describe.each<[string, XlmRobertaInstallation]>([
  ['three heads in the graph', { outputs: 'heads' }],
  ["BAAI's outputs, heads in PyTorch's files", { outputs: 'baai', headFiles: 'pt' }],
  [
    'plain outputs, heads in safetensors, weights beside the graph',
    { outputs: 'plain', headFiles: 'safetensors', externalData: true },
  ],
  ['padding on the left', { outputs: 'baai', headFiles: 'pt', changes: { paddingSide: 'left' } }],
  ['positions as an input', { outputs: 'baai', headFiles: 'pt', givenPositions: true }],
  [
    'positions as an input, padding on the left',
    { outputs: 'plain', headFiles: 'safetensors', givenPositions: true, changes: { paddingSide: 'left' } },
  ],
])('a model of BGE-M3’s architecture with %s', (_, installation) => {
  let folder: ModelsFolder;
  let embedder: Embedder;
  beforeAll(async () => {
    folder = await installedXlmRoberta(installation);
    embedder = await openEmbedder(model, { modelsDirectory: folder.path });
  });
  afterAll(async () => {
    await embedder?.stop();
    await folder?.remove();
  });

  it('agrees with a float64 forward pass within 1e-4, whatever the texts and their company', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 9 }), async (texts) => {
        const answers = await embedder.embed(texts, 'passage', { also, bulk: true });
        texts.forEach((one, i) => {
          expectAsComputed(answers[i]!, one);
        });
      }),
      { numRuns: 12 },
    );
  });

  it('says which outputs it has, and gives the others only when asked', async () => {
    expect([...embedder.outputs].sort()).toEqual(['dense', 'sparse', 'tokens']);
    const [plain] = await embedder.embed(['pay'], 'query');
    expect([plain!.sparse, plain!.tokenVectors]).toEqual([undefined, undefined]);
    const [sparse] = await embedder.embed(['pay'], 'query', { also: ['sparse'] });
    expect([sparse!.sparse!.pieces, sparse!.tokenVectors]).toEqual([['▁pay'], undefined]);
    expect(sparse!.dense).toEqual(plain!.dense);
  });

  it('gives nothing for a text of which it knows nothing', async () => {
    for (const nothing of ['', '  \n', '🦙']) {
      const [answer] = await embedder.embed([nothing], 'passage', { also });
      expect(Math.hypot(...answer!.dense)).toBe(0);
      expect(answer!.sparse).toEqual({ ids: new Uint32Array(), weights: new Float32Array(), pieces: [] });
      expect(answer!.tokenVectors).toEqual({ width: tinyShape.tokenVectors, data: new Float32Array() });
    }
  });

  it('reads the name of a special token as its characters', async () => {
    const [answer] = await embedder.embed(['<s></s>'], 'passage', { also });
    expectAsComputed(answer!, '<s></s>');
    expect(answer!.tokens).toBeGreaterThan(6);
    expect([...answer!.sparse!.ids].every((id) => id > 3)).toBe(true);
    expect(answer!.sparse!.pieces.join('')).not.toContain('<s>');
  });

  it('reads the beginning of a text that is too long, and says so', async () => {
    const long = 'timeout payment '.repeat(20);
    const [answer] = await embedder.embed([long], 'passage', { also });
    expect([answer!.tokens, answer!.truncated]).toEqual([40, true]);
    expectAsComputed(answer!, long);
  });
});

describe('an int8 graph of BGE-M3’s architecture', () => {
  let folder: ModelsFolder;
  let embedder: Embedder;
  beforeAll(async () => {
    folder = await installedXlmRoberta({ outputs: 'heads', precision: 'int8' });
    embedder = await openEmbedder(model, { modelsDirectory: folder.path });
  });
  afterAll(async () => {
    await embedder?.stop();
    await folder?.remove();
  });

  it('comes close to the full precision in all three heads', async () => {
    const texts = ['payment timeout', 'the paying', 'a b c d e f g h i j k l', '京都'];
    const answers = await embedder.embed(texts, 'passage', { also });
    answers.forEach((answer, i) => {
      const { ids } = tinyTokens.tokenize(texts[i]!);
      const expected = expectedOf(ids);
      expect(dot(expected.dense, [...answer.dense])).toBeGreaterThan(0.98);
      rowsOf(answer).forEach((row, t) => {
        expect(dot(expected.tokenVectors[t]!, row)).toBeGreaterThan(0.95);
      });
      const weights = new Map(lexicalWeights(ids, expected.tokenWeights));
      answer.sparse!.ids.forEach((id, k) => {
        expect(Math.abs(answer.sparse!.weights[k]! - (weights.get(id) ?? 0))).toBeLessThan(0.3);
      });
    });
  });

  it('gives a text the same in any company', async () => {
    const [alone] = await embedder.embed(['payment timeout'], 'passage', { also });
    const company = ['payment timeout', 'zz '.repeat(12), 'a'];
    const [beside] = await embedder.embed(company, 'passage', { also, bulk: true });
    expect(beside).toEqual(alone);
  });
});

describe('heads that are not what the registry says', () => {
  const changed = async (
    installation: XlmRobertaInstallation,
    use: (folder: ModelsFolder) => Promise<void>,
  ) => {
    const folder = await installedXlmRoberta(installation);
    try {
      await use(folder);
    } finally {
      await folder.remove();
    }
  };
  const opened = (folder: ModelsFolder) => openEmbedder(model, { modelsDirectory: folder.path });

  it('are left alone while nobody asks for them, then fail by name', () =>
    changed(
      { outputs: 'heads', changes: { heads: { sparse: { output: 'colbert_vecs' } } } },
      async (folder) => {
        await using embedder = await opened(folder);
        await expect(embedder.embed(['pay'], 'query')).resolves.toHaveLength(1);
        await expect(embedder.embed(['pay'], 'query', { also: ['sparse'] })).rejects.toMatchObject({
          code: 'EMBEDDING_SPACE_UNAVAILABLE',
          message: expect.stringContaining('its output colbert_vecs is float32 [1, 2, 24]'),
        });
        await expect(embedder.embed(['pay'], 'query', { also: ['tokens'] })).rejects.toMatchObject({
          code: 'BAD_INPUT',
        });
      },
    ));

  it.each<[string, Record<string, unknown>, string]>([
    ['an output that the graph lacks', { sparse: { output: 'lexical' } }, 'no output lexical'],
    [
      'weights, where the graph gives no token embeddings',
      { sparse: { weights: { path: 'tokenizer.json' } } },
      'wants token embeddings',
    ],
  ])('refuse to open: %s', (_, heads, said) =>
    changed({ outputs: 'heads', changes: { heads } }, async (folder) => {
      await expect(opened(folder)).rejects.toMatchObject({
        code: 'EMBEDDING_SPACE_UNAVAILABLE',
        message: expect.stringContaining(said),
      });
    }),
  );

  it('refuse to open with a damaged file, which they name', () =>
    changed({ outputs: 'baai', headFiles: 'pt' }, async (folder) => {
      await folder.writeFile(`${model}/sparse_linear.pt`, 'not a file of weights at all');
      await expect(opened(folder)).rejects.toMatchObject({
        code: 'EMBEDDING_SPACE_UNAVAILABLE',
        message: expect.stringContaining('sparse_linear.pt cannot be read: it is no zip archive'),
      });
    }));
});

function rowsOf({ tokenVectors }: EmbeddedText): number[][] {
  const { width, data } = tokenVectors!;
  return Array.from({ length: data.length / width }, (_, t) => [...data.slice(t * width, (t + 1) * width)]);
}

/** All that was asked for, against float64. */
function expectAsComputed(answer: EmbeddedText, text: string): void {
  const { ids, known } = tinyTokens.tokenize(text);
  expect(answer.tokens).toBe(ids.length);
  if (!known) {
    expect([Math.hypot(...answer.dense), answer.sparse!.ids.length, rowsOf(answer).length]).toEqual([
      0, 0, 0,
    ]);
    return;
  }
  const expected = expectedOf(ids);
  expectClose(answer.dense, expected.dense);
  const lexical = lexicalWeights(ids, expected.tokenWeights).filter(([, weight]) => weight > tolerance);
  const given = [...answer.sparse!.ids].flatMap((id, k) => {
    const weight = answer.sparse!.weights[k]!;
    expect(weight).toBeGreaterThan(0);
    return weight > tolerance ? [[id, weight] as const] : [];
  });
  // A weight of about the tolerance may be on either side of it.
  const both = new Map([...lexical, ...given]);
  for (const id of both.keys()) {
    const [a, b] = [lexical, given].map((list) => list.find(([other]) => other === id)?.[1] ?? 0);
    expect(Math.abs(a! - b!)).toBeLessThan(2 * tolerance);
  }
  expect([...answer.sparse!.ids]).toEqual([...answer.sparse!.ids].sort((a, b) => a - b));
  const rows = rowsOf(answer);
  expect(rows.length).toBe(ids.length - 1);
  rows.forEach((row, t) => {
    expectClose(row, expected.tokenVectors[t]!);
  });
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const apart = Math.max(...expected.map((x, d) => Math.abs(x - actual[d]!)));
  expect(apart).toBeLessThan(tolerance);
}
