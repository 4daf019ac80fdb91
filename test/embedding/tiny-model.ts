/**
 * ONNX models for tests, written without ONNX: the few messages of its protobuf schema (onnx.proto3) that a graph of
 * a dozen nodes needs. Weights are random, from a seed.
 */
type Field = readonly [number: number, value: string | number | Uint8Array | readonly number[]];

function message(...fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]): Uint8Array[] => {
    if (typeof value === 'number') return [varint(number << 3), varint(value)];
    const bytes =
      typeof value === 'string'
        ? Buffer.from(value)
        : value instanceof Uint8Array
          ? value
          : Buffer.concat(value.map(varint));
    return [varint((number << 3) | 2), varint(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const float = 1;
const int64 = 7;

function tensor(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): Field {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [5, message([1, dims], [2, data instanceof Float32Array ? float : int64], [8, name], [9, bytes])];
}

function valueInfo(field: 11 | 12, name: string, type: number, dims: readonly (string | number)[]): Field {
  const shape = dims.map(
    (dim): Field => [1, typeof dim === 'number' ? message([1, dim]) : message([2, dim])],
  );
  return [field, message([1, name], [2, message([1, message([1, type], [2, message(...shape)])])])];
}

function node(
  type: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Field {
  const named = Object.entries(attributes).map(
    ([name, value]): Field => [
      5,
      typeof value === 'number'
        ? message([1, name], [3, value], [20, 2])
        : message([1, name], [8, value], [20, 7]),
    ],
  );
  return [
    1,
    message(
      ...inputs.map((name): Field => [1, name]),
      ...[outputs].flat().map((name): Field => [2, name]),
      [4, type],
      ...named,
    ),
  ];
}

export interface TinyGraph {
  readonly vocabulary: number;
  /** Of the output. */
  readonly dimensions: number;
  /** The name of the output; default token_embeddings, or dense_vecs where pooled. */
  readonly output?: string;
  /**
   * gather: every token has its own vector. attention: every token's vector depends on all tokens of its text.
   * quantised: the vectors of a batch are quantised together, so that they depend on each other.
   */
  readonly kind: 'gather' | 'attention' | 'quantised';
  /** The vector of the first or last position only, padding or not: [batch, dimensions]. */
  readonly pooled?: 'first' | 'last';
  readonly tokenTypes?: boolean;
  readonly seed?: number;
}

/** The bytes of a model: input_ids and attention_mask [batch, tokens] int64 → float32. */
export function tinyModel({
  vocabulary,
  dimensions,
  kind,
  pooled,
  tokenTypes = false,
  seed = 1,
  output = pooled ? 'dense_vecs' : 'token_embeddings',
}: TinyGraph): Uint8Array {
  const width = 8;
  const tokens = pooled ? 'tokens' : output;
  const nodes = {
    gather: [
      node('Gather', ['table', 'input_ids'], 'hidden'),
      node('MatMul', ['hidden', 'projection'], tokens),
    ],
    quantised: [
      node('Gather', ['table', 'input_ids'], 'hidden'),
      node('DynamicQuantizeLinear', ['hidden'], ['bytes', 'scale', 'zero_point']),
      node('DequantizeLinear', ['bytes', 'scale', 'zero_point'], 'rounded'),
      node('MatMul', ['rounded', 'projection'], tokens),
    ],
    attention: [
      node('Gather', ['table', 'input_ids'], 'hidden'),
      node('Cast', ['attention_mask'], 'mask', { to: float }),
      node('Sub', ['mask', 'one'], 'absent'),
      node('Mul', ['absent', 'large'], 'bias'),
      node('Unsqueeze', ['bias'], 'bias_of_row', { axes: [1] }),
      node('Transpose', ['hidden'], 'transposed', { perm: [0, 2, 1] }),
      node('MatMul', ['hidden', 'transposed'], 'scores'),
      node('Add', ['scores', 'bias_of_row'], 'masked'),
      node('Softmax', ['masked'], 'attention', { axis: 2 }),
      node('MatMul', ['attention', 'hidden'], 'context'),
      node('MatMul', ['context', 'projection'], tokens),
    ],
  }[kind];
  const graph = message(
    ...nodes,
    ...(pooled ? [node('Gather', [tokens, pooled], output, { axis: 1 })] : []),
    [2, 'tiny'],
    tensor('table', [vocabulary, width], randomNumbers(vocabulary * width, seed)),
    tensor('projection', [width, dimensions], randomNumbers(width * dimensions, seed + 1)),
    tensor('one', [1], Float32Array.of(1)),
    tensor('large', [1], Float32Array.of(10_000)),
    tensor('first', [], BigInt64Array.of(0n)),
    tensor('last', [], BigInt64Array.of(-1n)),
    valueInfo(11, 'input_ids', int64, ['batch', 'tokens']),
    valueInfo(11, 'attention_mask', int64, ['batch', 'tokens']),
    ...(tokenTypes ? [valueInfo(11, 'token_type_ids', int64, ['batch', 'tokens'])] : []),
    valueInfo(12, output, float, pooled ? ['batch', dimensions] : ['batch', 'tokens', dimensions]),
  );
  // Opset 12: axes and axis are still attributes.
  return message([1, 7], [2, 'test'], [7, graph], [8, message([1, ''], [2, 12])]);
}

/** Uniform in [-1, 1), by the mulberry32 generator. */
function randomNumbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

/** The content of a tokenizer.json: BERT's, that knows lower-case ASCII letters, digits and the given words. */
export function tinyTokenizer(words: readonly string[] = []): { json: object; size: number } {
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
  const pieces = [...specialTokens, ...letters, ...letters.map((c) => `##${c}`), ...words];
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: true,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: {},
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  };
  return { json, size: pieces.length };
}
