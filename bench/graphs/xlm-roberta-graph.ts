import { constant, type Graph, type Node, type Tensor, type Value } from './onnx.js';
import type { Stream } from './protobuf.js';
import { type QuantisedByColumn, quantisedByColumn, quantisedWithin } from './quantised.js';
import { numbersOf, type Weight, type XlmRobertaShape, xlmRobertaWeights } from './xlm-roberta-weights.js';

export interface XlmRobertaOptions {
  /**
   * Which graph's inputs and outputs it has. baai: `token_embeddings` [batch, tokens, hidden] and `sentence_embedding`
   * [batch, hidden], as BAAI exported BGE-M3. heads: `dense_vecs` [batch, hidden], `sparse_vecs` [batch, tokens, 1] and
   * `colbert_vecs` [batch, tokens - 1, width], as gpahal and aapot did. plain: `last_hidden_state`, as optimum does.
   */
  readonly outputs: 'baai' | 'heads' | 'plain';
  /** Default fp32. int8: weights by channel, activations quantised when they are met; tables as a whole. */
  readonly precision?: 'fp32' | 'int8';
  /** Positions are an input `position_ids`, counted from 0, instead of being made from `input_ids`. */
  readonly givenPositions?: boolean;
}

/** `<pad>` of XLM-RoBERTa; positions are counted from the number after it. */
const padId = 1n;
/** Numbers that are drawn at a time. */
const chunk = 2 ** 20;

/** An encoder of BGE-M3's architecture with random weights, written as PyTorch exports it at opset 12. */
export function xlmRobertaGraph(shape: XlmRobertaShape, options: XlmRobertaOptions): Graph {
  const graph = new XlmRoberta(shape, options.precision ?? 'fp32');
  const int64 = (name: string): Value => ({ name, type: 'int64', dims: ['batch', 'tokens'] });
  const inputs = ['input_ids', 'attention_mask', ...(options.givenPositions ? ['position_ids'] : [])];
  const hidden = graph.encoder(options.givenPositions ?? false);
  return {
    inputs: inputs.map(int64),
    outputs: graph[options.outputs](hidden),
    nodes: graph.nodes,
    tensors: [...graph.tensors.values()],
  };
}

class XlmRoberta {
  readonly nodes: Node[] = [];
  readonly tensors = new Map<string, Tensor>();
  readonly #shape: XlmRobertaShape;
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #precision: 'fp32' | 'int8';
  /** What was quantised once serves all that read it. */
  readonly #quantised = new Map<string, string>();
  #latest: { readonly weight: Weight; readonly made: QuantisedByColumn } | undefined;

  constructor(shape: XlmRobertaShape, precision: 'fp32' | 'int8') {
    this.#shape = shape;
    this.#weights = xlmRobertaWeights(shape);
    this.#precision = precision;
  }

  /** → the last layer's hidden states [batch, tokens, hidden]. */
  encoder(givenPositions: boolean): string {
    const words = this.#rowsOf('embeddings.word', 'input_ids');
    const positions = this.#rowsOf('embeddings.position', this.#positions(givenPositions));
    const typed = this.#add('Add', [words, this.#weight('embeddings.token_type')]);
    let hidden = this.#norm('embeddings.norm', this.#add('Add', [typed, positions]));
    const bias = this.#maskBias();
    for (let layer = 0; layer < this.#shape.layers; layer++) hidden = this.#layer(layer, hidden, bias);
    return hidden;
  }

  plain(hidden: string): Value[] {
    this.#call(hidden, 'last_hidden_state');
    return [this.#tokens('last_hidden_state')];
  }

  baai(hidden: string): Value[] {
    this.#call(hidden, 'token_embeddings');
    this.#call(this.#first(hidden), 'sentence_embedding');
    const pooled: Value = { name: 'sentence_embedding', type: 'float', dims: ['batch', this.#shape.hidden] };
    return [this.#tokens('token_embeddings'), pooled];
  }

  heads(hidden: string): Value[] {
    this.#call(this.#unit(this.#first(hidden)), 'dense_vecs');
    this.#call(this.#add('Relu', [this.#linear('sparse', hidden)]), 'sparse_vecs');
    // FlagEmbedding, modeling.py: the head sees all tokens but the first; what is padding becomes zeros.
    const from = this.#integers('one', [1n]);
    const to = this.#integers('end', [BigInt(Number.MAX_SAFE_INTEGER)]);
    const axis = from;
    const rest = this.#add('Slice', [hidden, from, to, axis]);
    const mask = this.#add('Cast', [this.#add('Slice', ['attention_mask', from, to, axis])], { to: 1 });
    const column = this.#add('Unsqueeze', [mask], { axes: [2] });
    const vectors = this.#add('Mul', [this.#linear('colbert', rest), column]);
    this.#call(this.#unit(vectors), 'colbert_vecs');
    const { hidden: width, tokenVectors = width } = this.#shape;
    return [
      { name: 'dense_vecs', type: 'float', dims: ['batch', width] },
      { name: 'sparse_vecs', type: 'float', dims: ['batch', 'tokens', 1] },
      { name: 'colbert_vecs', type: 'float', dims: ['batch', 'tokens_but_one', tokenVectors] },
    ];
  }

  /** Post-norm, as in BERT (Devlin et al. 2019). */
  #layer(layer: number, hidden: string, bias: string): string {
    const of = `layer.${layer}`;
    const context = this.#attention(of, hidden, bias);
    const attended = this.#linear(`${of}.attention`, context);
    const middle = this.#norm(`${of}.attention_norm`, this.#add('Add', [attended, hidden]));
    const raised = this.#gelu(this.#linear(`${of}.intermediate`, middle));
    const fed = this.#linear(`${of}.output`, raised);
    return this.#norm(`${of}.output_norm`, this.#add('Add', [fed, middle]));
  }

  #attention(of: string, hidden: string, bias: string): string {
    const { hidden: width, heads } = this.#shape;
    const perHead = this.#integers('per_head', [0n, 0n, BigInt(heads), BigInt(width / heads)]);
    const together = this.#integers('together', [0n, 0n, BigInt(width)]);
    const split = (name: string, perm: readonly number[]) =>
      this.#add('Transpose', [this.#add('Reshape', [this.#linear(`${of}.${name}`, hidden), perHead])], {
        perm,
      });
    const query = split('query', [0, 2, 1, 3]);
    const key = split('key', [0, 2, 3, 1]);
    const value = split('value', [0, 2, 1, 3]);
    const root = this.#number('root_of_head_width', Math.sqrt(width / heads));
    const scores = this.#add('Div', [this.#add('MatMul', [query, key]), root]);
    const shares = this.#add('Softmax', [this.#add('Add', [scores, bias])], { axis: 3 });
    const context = this.#add('Transpose', [this.#add('MatMul', [shares, value])], { perm: [0, 2, 1, 3] });
    return this.#add('Reshape', [context, together]);
  }

  /** 0 for tokens and -10,000 for padding: [batch, 1, 1, tokens]. */
  #maskBias(): string {
    const row = this.#add('Unsqueeze', ['attention_mask'], { axes: [1] });
    const broad = this.#add('Unsqueeze', [row], { axes: [2] });
    const mask = this.#add('Cast', [broad], { to: 1 });
    const padding = this.#add('Sub', [this.#number('one_point', 1), mask]);
    return this.#add('Mul', [padding, this.#number('far_below', -10_000)]);
  }

  /** Tokens are counted from 2, padding is 1 (fairseq's convention, which XLM-RoBERTa keeps). */
  #positions(given: boolean): string {
    const pad = this.#integers('pad', [padId]);
    if (given) return this.#add('Add', ['position_ids', this.#integers('first_position', [padId + 1n])]);
    const isPad = this.#add('Equal', ['input_ids', pad]);
    const isToken = this.#add('Cast', [this.#add('Not', [isPad])], { to: 7 });
    const counted = this.#add('CumSum', [isToken, this.#integers('token_axis', [1n], [])]);
    return this.#add('Add', [this.#add('Mul', [counted, isToken]), pad]);
  }

  #norm(name: string, x: string): string {
    const mean = this.#add('ReduceMean', [x], { axes: [-1], keepdims: 1 });
    const centred = this.#add('Sub', [x, mean]);
    const squares = this.#add('Pow', [centred, this.#number('two', 2)]);
    const variance = this.#add('ReduceMean', [squares], { axes: [-1], keepdims: 1 });
    const safe = this.#add('Add', [variance, this.#number('layer_norm_epsilon', 1e-5)]);
    const scaled = this.#add('Div', [centred, this.#add('Sqrt', [safe])]);
    const weighted = this.#add('Mul', [scaled, this.#weight(`${name}.weight`)]);
    return this.#add('Add', [weighted, this.#weight(`${name}.bias`)]);
  }

  /** x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel 2016). */
  #gelu(x: string): string {
    const erf = this.#add('Erf', [this.#add('Div', [x, this.#number('root_of_two', Math.SQRT2)])]);
    const raised = this.#add('Mul', [x, this.#add('Add', [erf, this.#number('one_point', 1)])]);
    return this.#add('Mul', [raised, this.#number('half', 0.5)]);
  }

  #linear(name: string, x: string): string {
    const product =
      this.#precision === 'int8'
        ? this.#integerProduct(`${name}.weight`, x)
        : this.#add('MatMul', [x, this.#weight(`${name}.weight`)]);
    return this.#add('Add', [product, this.#weight(`${name}.bias`)]);
  }

  /** As onnxruntime's quantize_dynamic writes a MatMul. */
  #integerProduct(name: string, x: string): string {
    const quantised = this.#quantised.get(x) ?? `${x}.quantised`;
    const [scale, zero] = [`${quantised}.scale`, `${quantised}.zero`];
    if (!this.#quantised.has(x)) {
      this.nodes.push({ type: 'DynamicQuantizeLinear', inputs: [x], outputs: [quantised, scale, zero] });
      this.#quantised.set(x, quantised);
    }
    const weight = this.#weights.get(name)!;
    const [rows, columns] = weight.dims as [number, number];
    const bytes = later(rows * columns, () => this.#quantisedWeight(weight).bytes);
    const scales = later(columns * 4, () => this.#quantisedWeight(weight).scales);
    this.#keep({ name, type: 'int8', dims: weight.dims, data: bytes });
    this.#keep({ name: `${name}.scale`, type: 'float', dims: [columns], data: scales });
    this.#keep(constant(`${name}.zero`, [columns], new Int8Array(columns)));
    const sums = this.#add('Cast', [this.#add('MatMulInteger', [quantised, name, zero, `${name}.zero`])], {
      to: 1,
    });
    return this.#add('Mul', [sums, this.#add('Mul', [scale, `${name}.scale`])]);
  }

  /** The latest one is kept: its scales are written right after its bytes. */
  #quantisedWeight(weight: Weight): QuantisedByColumn {
    if (this.#latest?.weight !== weight) {
      const numbers = numbersOf(weight, this.#shape);
      this.#latest = { weight, made: quantisedByColumn(numbers, weight.dims[1]!) };
    }
    return this.#latest.made;
  }

  #rowsOf(name: string, ids: string): string {
    if (this.#precision === 'fp32') return this.#add('Gather', [this.#weight(name), ids]);
    const weight = this.#weights.get(name)!;
    const count = weight.dims.reduce((product, dim) => product * dim, 1);
    const chunks = function* (numbers: Iterable<Float32Array>) {
      for (const part of numbers) yield viewed(quantisedWithin(part, weight.spread));
    };
    const data: Stream = { length: count, chunks: () => chunks(this.#chunksOf(weight)) };
    this.#keep({ name, type: 'int8', dims: weight.dims, data });
    this.#keep(constant(`${name}.zero`, [], Int8Array.of(0)));
    const scale = this.#number(`${name}.scale`, weight.spread / 127);
    return this.#add('DequantizeLinear', [this.#add('Gather', [name, ids]), scale, `${name}.zero`]);
  }

  #weight(name: string): string {
    const weight = this.#weights.get(name)!;
    const length = 4 * weight.dims.reduce((product, dim) => product * dim, 1);
    const chunks = function* (numbers: Iterable<Float32Array>) {
      for (const part of numbers) yield viewed(part);
    };
    return this.#keep({
      name,
      type: 'float',
      dims: weight.dims,
      data: { length, chunks: () => chunks(this.#chunksOf(weight)) },
    });
  }

  *#chunksOf(weight: Weight): Iterable<Float32Array> {
    const count = weight.dims.reduce((product, dim) => product * dim, 1);
    for (let from = 0; from < count; from += chunk) {
      yield numbersOf(weight, this.#shape, from, Math.min(chunk, count - from));
    }
  }

  /** The first token's: [batch, tokens, width] → [batch, width]. */
  #first(hidden: string): string {
    return this.#add('Gather', [hidden, this.#integers('first', [0n], [])], { axis: 1 });
  }

  /** Each row of unit length; zeros stay (torch.nn.functional.normalize). */
  #unit(x: string): string {
    const length = this.#add('ReduceL2', [x], { axes: [-1], keepdims: 1 });
    return this.#add('Div', [x, this.#add('Max', [length, this.#number('least_length', 1e-12)])]);
  }

  #tokens(name: string): Value {
    return { name, type: 'float', dims: ['batch', 'tokens', this.#shape.hidden] };
  }

  #number(name: string, value: number): string {
    return this.#keep(constant(name, [], Float32Array.of(value)));
  }

  #integers(name: string, values: readonly bigint[], dims: readonly number[] = [values.length]): string {
    return this.#keep(constant(name, dims, BigInt64Array.from(values)));
  }

  #keep(tensor: Tensor): string {
    this.tensors.set(tensor.name, tensor);
    return tensor.name;
  }

  #add(type: string, inputs: readonly string[], attributes?: Node['attributes']): string {
    const output = `${type}_${this.nodes.length}`;
    this.nodes.push({ type, inputs, outputs: [output], ...(attributes !== undefined && { attributes }) });
    return output;
  }

  #call(value: string, name: string): void {
    this.nodes.push({ type: 'Identity', inputs: [value], outputs: [name] });
  }
}

function later(length: number, make: () => Int8Array | Float32Array): Stream {
  return {
    length,
    chunks: function* () {
      yield viewed(make());
    },
  };
}

function viewed({ buffer, byteOffset, byteLength }: Int8Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
