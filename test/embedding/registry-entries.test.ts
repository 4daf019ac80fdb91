import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { constant, type Graph, type Node, onnxModel, type Tensor } from '../../bench/graphs/onnx.js';
import { bytesOf } from '../../bench/graphs/protobuf.js';
import { randomNumbers } from '../../bench/graphs/random-numbers.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { type OnnxModelEntry, onnxEntryOf, readRegistry } from '../../src/embedding/registry.js';
import { TextTokenizer } from '../../src/embedding/tokenizer.js';
import { ModelsFolder } from './installed-model.js';
import { tinyTokenizer } from './tiny-model.js';

/** What the models' cards say, by hand: the registry must not be its own judge. */
const cards: Record<string, Partial<Card>> = {
  'bge-m3': { output: 'token_embeddings', pooling: 'cls' },
  'bge-m3-int8': { output: 'dense_vecs', pooling: 'in the graph' },
  'bge-m3-fp32-heads': { output: 'dense_vecs', pooling: 'in the graph' },
  'bge-m3-xenova-int8': { pooling: 'cls' },
  'bge-m3-xenova-fp16': { pooling: 'cls' },
  'multilingual-e5-small': { tokenTypes: true, query: 'query: ', passage: 'passage: ' },
  'multilingual-e5-base': { query: 'query: ', passage: 'passage: ' },
  'multilingual-e5-large': { query: 'query: ', passage: 'passage: ' },
  'e5-base-v2': { tokenTypes: true, query: 'query: ', passage: 'passage: ' },
  'bge-base-en-v1.5': {
    tokenTypes: true,
    pooling: 'cls',
    query: 'Represent this sentence for searching relevant passages: ',
  },
  'nomic-embed-text-v1.5': {
    tokenTypes: true,
    layerNorm: true,
    query: 'search_query: ',
    passage: 'search_document: ',
    cuts: [512, 256, 128, 64],
  },
  'all-MiniLM-L6-v2': { tokenTypes: true },
  'Qwen3-Embedding-0.6B': {
    pooling: 'last',
    decoder: true,
    query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
    cuts: [768, 512, 256, 128, 64, 32],
  },
};

interface Card {
  readonly output: string;
  readonly pooling: 'mean' | 'cls' | 'last' | 'in the graph';
  readonly layerNorm: boolean;
  readonly query: string;
  readonly passage: string;
  readonly cuts: readonly number[];
  readonly tokenTypes: boolean;
  /** Wants positions, padding on the left, and an empty cache. */
  readonly decoder: boolean;
}

const cardOf = (name: string): Card => ({
  output: 'last_hidden_state',
  pooling: 'mean',
  layerNorm: false,
  query: '',
  passage: '',
  cuts: [],
  tokenTypes: false,
  decoder: false,
  ...cards[name],
});

const vocabulary = tinyTokenizer();
const longestText = 200;
const weightsOf = (dimensions: number) => ({
  tokens: randomNumbers(vocabulary.size * dimensions, 1),
  types: randomNumbers(2 * dimensions, 2),
  positions: randomNumbers(600 * dimensions, 3),
});
type Weights = ReturnType<typeof weightsOf>;

/**
 * hidden = token + mean of the attended tokens (+ type) (+ position): [batch, tokens, dimensions]; or its first token. So
 * padding that is attended to, a type that is not 0 and a position that counts padding all show.
 */
function graphOf(
  { output, pooling, tokenTypes, decoder }: Card,
  weights: Weights,
  dimensions: number,
): Graph {
  const nodes: Node[] = [];
  const tensors: Tensor[] = [constant('table', [vocabulary.size, dimensions], weights.tokens)];
  const add = (type: string, inputs: string[], result: string, attributes: Node['attributes'] = {}) => {
    nodes.push({ type, inputs, outputs: [result], attributes });
    return result;
  };
  add('Gather', ['table', 'input_ids'], 'embedded');
  add('Cast', ['attention_mask'], 'mask', { to: 1 });
  add('Unsqueeze', ['mask'], 'mask_of_token', { axes: [2] });
  add('Mul', ['embedded', 'mask_of_token'], 'attended');
  add('ReduceSum', ['attended'], 'sum', { axes: [1], keepdims: 1 });
  add('ReduceSum', ['mask_of_token'], 'count', { axes: [1], keepdims: 1 });
  add('Div', ['sum', 'count'], 'context');
  let hidden = add('Add', ['embedded', 'context'], 'in_context');
  const inputs: string[] = ['input_ids', 'attention_mask'];
  const looksUp = (input: string, table: string, numbers: Float32Array) => {
    inputs.push(input);
    tensors.push(constant(table, [numbers.length / dimensions, dimensions], numbers));
    hidden = add('Add', [hidden, add('Gather', [table, input], `${table}_rows`)], `with_${table}`);
  };
  if (tokenTypes) looksUp('token_type_ids', 'types', weights.types);
  if (decoder) {
    looksUp('position_ids', 'positions', weights.positions);
    for (const name of ['past_key_values.0.key', 'past_key_values.0.value'])
      hidden = add('Add', [hidden, add('ReduceSum', [name], `${name}_sum`, { keepdims: 0 })], `with_${name}`);
  }
  const last = nodes.at(-1)!;
  if (pooling === 'in the graph') {
    tensors.push(constant('first', [], BigInt64Array.of(0n)));
    nodes.push({ type: 'Gather', inputs: [hidden, 'first'], outputs: [output], attributes: { axis: 1 } });
  } else nodes[nodes.length - 1] = { ...last, outputs: [output] };
  return {
    nodes,
    tensors,
    inputs: [
      ...inputs.map((name) => ({ name, type: 'int64' as const, dims: ['batch', 'tokens'] })),
      ...(decoder ? ['past_key_values.0.key', 'past_key_values.0.value'] : []).map((name) => ({
        name,
        type: 'float' as const,
        dims: ['batch', 2, 'past', 4],
      })),
    ],
    outputs: [
      {
        name: output,
        type: 'float',
        dims: pooling === 'in the graph' ? ['batch', dimensions] : ['batch', 'tokens', dimensions],
      },
    ],
  };
}

/** The same in float64, from the cards: a text by itself, without padding. */
function expected(
  ids: readonly number[],
  card: Card,
  weights: Weights,
  dimensions: number,
  cut: number,
): number[] {
  const rows = ids.map((id, t) =>
    Array.from({ length: dimensions }, (_, d) => {
      const mean = ids.reduce((sum, other) => sum + weights.tokens[other * dimensions + d]!, 0) / ids.length;
      return (
        weights.tokens[id * dimensions + d]! +
        mean +
        (card.tokenTypes ? weights.types[d]! : 0) +
        (card.decoder ? weights.positions[t * dimensions + d]! : 0)
      );
    }),
  );
  let vector =
    card.pooling === 'mean'
      ? rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length)
      : card.pooling === 'last'
        ? rows.at(-1)!
        : rows[0]!;
  if (card.layerNorm) {
    const mean = vector.reduce((sum, x) => sum + x, 0) / dimensions;
    const variance = vector.reduce((sum, x) => sum + (x - mean) ** 2, 0) / dimensions;
    vector = vector.map((x) => (x - mean) / Math.sqrt(variance + 1e-5));
  }
  const kept = vector.slice(0, cut);
  return kept.map((x) => x / Math.hypot(...kept));
}

let folder: ModelsFolder;
let registry: Awaited<ReturnType<typeof readRegistry>>;
beforeAll(async () => {
  folder = await ModelsFolder.create();
  registry = await readRegistry();
});
afterAll(() => folder.remove());

/** The shipped entry but for its files, which are another model's; its heads are tested with theirs. */
async function install(name: string, card: Card, weights: Weights): Promise<OnnxModelEntry> {
  const entry = onnxEntryOf(registry, name);
  const { model, tokenizer, data } = entry.files;
  await folder.writeRegistry({
    ...entry,
    files: {
      model: { path: model.path },
      tokenizer: { path: tokenizer.path },
      data: data.map(({ path }) => ({ path })),
    },
    heads: {},
  });
  const graph = graphOf(card, weights, entry.dimensions);
  await folder.writeFile(`${name}/${model.path}`, bytesOf(onnxModel(graph)));
  await folder.writeFile(`${name}/${tokenizer.path}`, JSON.stringify(vocabulary.json));
  for (const { path } of data) await folder.writeFile(`${name}/${path}`, '');
  return entry;
}

describe('every ONNX model of the registry', () => {
  it('is tested here', async () => {
    const shipped = [...(await readRegistry()).values()].filter(
      (entry) => entry.runtime === 'onnx' && entry.source.kind !== 'bundled',
    );
    expect(shipped.map(({ name }) => name).sort()).toEqual(Object.keys(cards).sort());
  });

  it.each(Object.keys(cards))('%s pools, prefixes, pads and cuts as its card says', async (name) => {
    const card = cardOf(name);
    const { dimensions, truncatableTo, maxTokens } = onnxEntryOf(registry, name);
    expect(truncatableTo).toEqual(card.cuts);
    const weights = weightsOf(dimensions);
    await install(name, card, weights);
    const tokenizer = new TextTokenizer(vocabulary.json, maxTokens);
    const texts = ['pay', 'a payment that timed out twice today', 'x'.repeat(longestText / 4), 'no'];
    for (const cut of [dimensions, ...card.cuts]) {
      await using embedder = await openEmbedder(name, { modelsDirectory: folder.path, dimensions: cut });
      for (const as of ['query', 'passage'] as const) {
        // All in one message, so that they are padded to each other.
        const embedded = await embedder.embed(texts, as, { bulk: true });
        for (const [i, { dense }] of embedded.entries()) {
          const ids = tokenizer.tokenize(card[as] + texts[i]!).ids;
          const right = expected(ids, card, weights, dimensions, cut);
          const apart = Math.max(...right.map((x, d) => Math.abs(x - dense[d]!)));
          expect(dense.length).toBe(cut);
          expect(apart, `${as} ${JSON.stringify(texts[i])} at ${cut}`).toBeLessThan(1e-4);
        }
      }
    }
  });

  it.each(['e5-base-v2', 'all-MiniLM-L6-v2'])('%s reads as many tokens as its card says', async (name) => {
    const card = cardOf(name);
    const entry = onnxEntryOf(registry, name);
    await install(name, card, weightsOf(entry.dimensions));
    await using embedder = await openEmbedder(name, { modelsDirectory: folder.path });
    const [{ tokens, truncated } = { tokens: 0, truncated: false }] = await embedder.embed(
      ['a '.repeat(600)],
      'passage',
    );
    expect([tokens, truncated]).toEqual([name === 'e5-base-v2' ? 512 : 256, true]);
  });
});

describe('the shipped registry', () => {
  it('pins every repository to a commit', () => {
    for (const entry of registry.values()) {
      if (entry.runtime === 'onnx' && entry.source.kind === 'huggingface')
        expect(entry.source.revision, entry.name).toMatch(/^[0-9a-f]{40}$/);
    }
  });

  it('keeps the cosine of a true match above the middle of its calibration, and of no match below', () => {
    for (const name of ['bge-m3', 'bge-m3-int8', 'bge-m3-xenova-int8', 'bge-m3-xenova-fp16']) {
      const { reference, calibration } = onnxEntryOf(registry, name);
      expect(reference).toHaveLength(4);
      for (const { query, passage, cosine } of reference) {
        const isMatch = passage.startsWith(query.includes('BM25') ? 'BM25' : 'BGE M3');
        expect(cosine! > calibration.midpoint, `${name}: ${query} / ${passage}`).toBe(isMatch);
      }
    }
  });

  it('names heads that the graphs of BGE-M3 have, or the files of its repository', () => {
    const heads = (name: string) => onnxEntryOf(registry, name).heads;
    for (const name of ['bge-m3-int8', 'bge-m3-fp32-heads'])
      expect(heads(name)).toEqual({ sparse: { output: 'sparse_vecs' }, tokens: { output: 'colbert_vecs' } });
    expect(heads('bge-m3')).toMatchObject({
      sparse: { weights: { path: 'sparse_linear.pt' } },
      tokens: { weights: { path: 'colbert_linear.pt' } },
    });
  });

  it('chooses between two forms of BGE-M3 by the machine', () => {
    expect(registry.get('bge-m3-auto')).toMatchObject({
      runtime: 'family',
      int8: 'bge-m3-int8',
      fp32: 'bge-m3',
    });
  });

  it.each([
    ['Qwen3-Embedding-4B', 2560],
    ['Qwen3-Embedding-8B', 4096],
  ])('leaves %s to an endpoint', (name, dimensions) => {
    expect(registry.get(name)).toMatchObject({
      runtime: 'remote',
      dimensions,
      maxTokens: 32768,
      endpoint: { protocol: 'openai', model: `Qwen/${name}` },
      prefixes: { query: cardOf('Qwen3-Embedding-0.6B').query, passage: '' },
    });
  });
});
