import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingOutput } from './embedder.js';
import { emptyCache } from './empty-cache.js';
import { float32OfHalves } from './half-precision.js';
import { applied, type LinearLayer, readLinearLayer } from './linear-layer.js';
import { openSession } from './onnx-session.js';
import { finished, pooled, type Span, type TokenEmbeddings } from './pooling.js';
import { unitRows } from './token-head.js';
import type { TextTokenizer } from './tokenizer.js';
import type { HeadSettings, ModelSettings } from './worker-messages.js';

/** What a model gives for one text, or one window of it. */
export interface ModelOutputs {
  /** [dimensions] float32 */
  readonly dense: Float32Array;
  /** [tokens]: a lexical weight for each token, special ones too, when asked for. */
  readonly tokenWeights?: Float32Array;
  /** [tokens - 1, `tokenWidth`], rows of unit length, of all tokens but the first, when asked for. */
  readonly tokenVectors?: Float32Array;
}

/** What a batch looks like to the graph. */
interface PaddedBatch {
  /** Texts. */
  readonly rows: number;
  /** Places in a row, padding included. */
  readonly longest: number;
  readonly spans: readonly Span[];
}

/** Where a head's numbers come from. */
type Head = { readonly output: string } | LinearLayer;
type Heads = { readonly [name in Exclude<EmbeddingOutput, 'dense'>]?: Head | undefined };

/** An ONNX graph with the arithmetic around it. `run` blocks the thread: it belongs in a worker. */
export class OnnxModel {
  /** Of token vectors; 0 where the model gives none. */
  readonly tokenWidth: number;
  readonly #session: InferenceSession;
  readonly #settings: ModelSettings;
  readonly #heads: Heads;
  readonly #padId: number;

  private constructor(session: InferenceSession, settings: ModelSettings, heads: Heads, padId: number) {
    this.#session = session;
    this.#settings = settings;
    this.#heads = heads;
    this.#padId = padId;
    this.tokenWidth = widthOf(heads.tokens, session, settings.modelDimensions);
  }

  /** @throws Error when a file is not what the registry describes: no ONNX model, another graph, no weights of a head. */
  static async load(settings: ModelSettings, tokenizer: TextTokenizer): Promise<OnnxModel> {
    const session = await openSession(settings);
    const given = new Set(Object.values(settings.inputs));
    const { emptyCache: cache } = settings.inputs;
    const unfed = session.inputNames.filter(
      (name) => !given.has(name) && !(cache !== undefined && name.startsWith(cache)),
    );
    if (unfed.length > 0)
      throw new Error(
        `its graph also wants ${unfed.join(', ')}; the registry's graph.inputs names ${[...given].join(', ')}`,
      );
    const heads = {
      sparse: await openHead(settings.heads.sparse, settings),
      tokens: await openHead(settings.heads.tokens, settings),
    };
    const outputs = Object.values(heads).map((head) => (head && 'output' in head ? head.output : undefined));
    for (const name of [settings.output, ...outputs]) {
      if (name !== undefined && !session.outputNames.includes(name))
        throw new Error(`its graph has no output ${name}, but ${session.outputNames.join(', ')}`);
    }
    if (heads.sparse !== undefined && 'weight' in heads.sparse && heads.sparse.outputs !== 1)
      throw new Error(`its sparse head gives ${heads.sparse.outputs} numbers a token, not one`);
    return new OnnxModel(session, settings, heads, tokenizer.padId);
  }

  /**
   * @param batch token ids of each text, at least one each.
   * @param also what is wanted beside dense vectors; nothing else is fetched from the graph.
   * @returns what there is of each text, in their order.
   */
  async run(
    batch: readonly (readonly number[])[],
    also: readonly EmbeddingOutput[] = [],
  ): Promise<ModelOutputs[]> {
    const { output, outputKind, pooling, modelDimensions: width, paddingSide } = this.#settings;
    const longest = Math.max(...batch.map((ids) => ids.length));
    const spans = batch.map(({ length }) => ({
      first: paddingSide === 'left' ? longest - length : 0,
      count: length,
    }));
    const padded: PaddedBatch = { rows: batch.length, longest, spans };
    const heads = (['sparse', 'tokens'] as const).flatMap((name) =>
      also.includes(name) ? [this.#headOf(name)] : [],
    );
    const wanted = new Set([output, ...heads.flatMap((head) => ('output' in head ? [head.output] : []))]);
    const found = await this.#session.run(this.#feeds(batch, padded), [...wanted]);

    const main = numbersOf(
      found,
      output,
      outputKind === 'tokens' ? [batch.length, longest, width] : [batch.length, width],
    );
    const embeddings = { data: main, tokens: longest, width };
    const tokenWeights = also.includes('sparse') ? this.#tokenWeights(found, embeddings, padded) : undefined;
    const tokenVectors = also.includes('tokens') ? this.#tokenVectors(found, embeddings, padded) : undefined;
    return spans.map((span, row) => {
      const vector =
        outputKind === 'tokens'
          ? pooled(embeddings, row, span, pooling)
          : main.slice(row * width, (row + 1) * width);
      return {
        dense: finished(vector, this.#settings),
        ...(tokenWeights !== undefined && { tokenWeights: tokenWeights[row]! }),
        ...(tokenVectors !== undefined && { tokenVectors: tokenVectors[row]! }),
      };
    });
  }

  async stop(): Promise<void> {
    await this.#session.release();
  }

  #feeds(
    batch: readonly (readonly number[])[],
    { rows, longest, spans }: PaddedBatch,
  ): Record<string, Tensor> {
    const { inputs } = this.#settings;
    const shape = [rows, longest];
    const ids = new BigInt64Array(rows * longest).fill(BigInt(this.#padId));
    const mask = new BigInt64Array(rows * longest);
    const positions = new BigInt64Array(inputs.positions === undefined ? 0 : rows * longest);
    batch.forEach((text, row) => {
      const start = row * longest + spans[row]!.first;
      for (let t = 0; t < text.length; t++) ids[start + t] = BigInt(text[t]!);
      mask.fill(1n, start, start + text.length);
      if (inputs.positions !== undefined)
        for (let t = 0; t < text.length; t++) positions[start + t] = BigInt(t);
    });
    const named: Record<string, Tensor> = {
      [inputs.ids]: new Tensor('int64', ids, shape),
      [inputs.mask]: new Tensor('int64', mask, shape),
      ...(inputs.tokenTypes !== undefined && {
        [inputs.tokenTypes]: new Tensor('int64', new BigInt64Array(ids.length), shape),
      }),
      ...(inputs.positions !== undefined && {
        [inputs.positions]: new Tensor('int64', positions, shape),
      }),
      ...emptyCache(this.#session, inputs.emptyCache, rows),
    };
    return Object.fromEntries(this.#session.inputNames.map((name) => [name, named[name]!]));
  }

  /** relu(w·h + b) of every token h: [tokens] for each text. */
  #tokenWeights(
    found: InferenceSession.ReturnType,
    embeddings: TokenEmbeddings,
    { rows, longest, spans }: PaddedBatch,
  ): Float32Array[] {
    const head = this.#headOf('sparse');
    const numbers = 'output' in head ? numbersOf(found, head.output, [rows, longest, 1]) : undefined;
    return spans.map(({ first, count }, row) => {
      const start = row * longest + first;
      const raw =
        numbers?.subarray(start, start + count) ?? applied(head as LinearLayer, embeddings, start, count);
      return raw.map((weight) => Math.max(0, weight));
    });
  }

  /** FlagEmbedding leaves out the first token's vector, and keeps the closing special token's. */
  #tokenVectors(
    found: InferenceSession.ReturnType,
    embeddings: TokenEmbeddings,
    { rows, longest, spans }: PaddedBatch,
  ): Float32Array[] {
    const head = this.#headOf('tokens');
    const width = this.tokenWidth;
    const numbers = 'output' in head ? numbersOf(found, head.output, [rows, longest - 1, width]) : undefined;
    return spans.map(({ first, count }, row) => {
      // The graph's output begins with the second place.
      const start = (row * (longest - 1) + first) * width;
      const raw =
        numbers?.subarray(start, start + (count - 1) * width) ??
        applied(head as LinearLayer, embeddings, row * longest + first + 1, count - 1);
      return unitRows(raw, width);
    });
  }

  #headOf(name: keyof Heads): Head {
    const head = this.#heads[name];
    if (head === undefined) throw new Error(`it gives no ${name} vectors`);
    return head;
  }
}

async function openHead(
  head: HeadSettings | undefined,
  { outputKind, modelDimensions }: ModelSettings,
): Promise<Head | undefined> {
  if (head === undefined || 'output' in head) return head;
  if (outputKind !== 'tokens')
    throw new Error(`the head ${head.weightsPath} wants token embeddings, which its graph's output is not`);
  return readLinearLayer(head.weightsPath, modelDimensions).catch((error: Error) => {
    throw new Error(`its head ${head.weightsPath} cannot be read: ${error.message}`);
  });
}

function widthOf(head: Head | undefined, session: InferenceSession, otherwise: number): number {
  if (head === undefined) return 0;
  if ('weight' in head) return head.outputs;
  const described = session.outputMetadata.find(({ name }) => name === head.output);
  const width = described?.isTensor ? described.shape.at(-1) : undefined;
  return typeof width === 'number' && width > 0 ? width : otherwise;
}

/** An output's numbers. @throws Error when it has another shape than the registry says. */
function numbersOf(
  found: InferenceSession.ReturnType,
  name: string,
  expected: readonly number[],
): Float32Array {
  const { type, dims, data } = found[name] as Tensor;
  if ((type !== 'float32' && type !== 'float16') || dims.join() !== expected.join()) {
    throw new Error(
      `its output ${name} is ${type} [${dims.join(', ')}]; the registry says float32 [${expected.join(', ')}]`,
    );
  }
  if (data instanceof Float32Array) return data;
  // Float16Array where JavaScript has it, else the bits.
  return data instanceof Uint16Array ? float32OfHalves(data) : Float32Array.from(data as ArrayLike<number>);
}
