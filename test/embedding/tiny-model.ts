import { constant, elementType, type Node, onnxModel, type Value } from '../../bench/graphs/onnx.js';
import { bytesOf } from '../../bench/graphs/protobuf.js';
import { randomNumbers } from '../../bench/graphs/random-numbers.js';

/** ONNX models of a dozen nodes for tests. Weights are random, from a seed. */
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
      node('Cast', ['attention_mask'], 'mask', { to: elementType.float }),
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
  const ids = (name: string): Value => ({ name, type: 'int64', dims: ['batch', 'tokens'] });
  return bytesOf(
    onnxModel({
      nodes: [...nodes, ...(pooled ? [node('Gather', [tokens, pooled], output, { axis: 1 })] : [])],
      tensors: [
        constant('table', [vocabulary, width], randomNumbers(vocabulary * width, seed)),
        constant('projection', [width, dimensions], randomNumbers(width * dimensions, seed + 1)),
        constant('one', [1], Float32Array.of(1)),
        constant('large', [1], Float32Array.of(10_000)),
        constant('first', [], BigInt64Array.of(0n)),
        constant('last', [], BigInt64Array.of(-1n)),
      ],
      inputs: ['input_ids', 'attention_mask', ...(tokenTypes ? ['token_type_ids'] : [])].map(ids),
      outputs: [
        {
          name: output,
          type: 'float',
          dims: pooled ? ['batch', dimensions] : ['batch', 'tokens', dimensions],
        },
      ],
    }),
  );
}

function node(
  type: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes: Node['attributes'] = {},
): Node {
  return { type, inputs, outputs: [outputs].flat(), attributes };
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
