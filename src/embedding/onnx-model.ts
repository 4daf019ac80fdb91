import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession } from './onnx-session.js';
import { finished, pooled } from './pooling.js';
import type { TextTokenizer } from './tokenizer.js';
import type { ModelSettings } from './worker-messages.js';

/** An ONNX graph with the arithmetic around it. `run` blocks the thread: it belongs in a worker. */
export class OnnxModel {
  readonly #session: InferenceSession;
  readonly #settings: ModelSettings;
  readonly #padId: number;

  private constructor(session: InferenceSession, settings: ModelSettings, padId: number) {
    this.#session = session;
    this.#settings = settings;
    this.#padId = padId;
  }

  /** @throws Error when the file is no ONNX model, or is not the graph that the registry describes. */
  static async load(settings: ModelSettings, tokenizer: TextTokenizer): Promise<OnnxModel> {
    const session = await openSession(settings);
    const given = new Set(Object.values(settings.inputs));
    const unfed = session.inputNames.filter((name) => !given.has(name));
    if (unfed.length > 0)
      throw new Error(
        `its graph also wants ${unfed.join(', ')}; the registry's graph.inputs names ${[...given].join(', ')}`,
      );
    if (!session.outputNames.includes(settings.output)) {
      throw new Error(`its graph has no output ${settings.output}, but ${session.outputNames.join(', ')}`);
    }
    return new OnnxModel(session, settings, tokenizer.padId);
  }

  /**
   * @param batch token ids of each text, at least one each.
   * @returns one vector a text: [dimensions] float32.
   */
  async run(batch: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const { inputs, output, outputKind, pooling, modelDimensions, paddingSide } = this.#settings;
    const longest = Math.max(...batch.map((ids) => ids.length));
    const shape = [batch.length, longest];
    const ids = new BigInt64Array(batch.length * longest).fill(BigInt(this.#padId));
    const mask = new BigInt64Array(batch.length * longest);
    const spans = batch.map(({ length }) => ({
      first: paddingSide === 'left' ? longest - length : 0,
      count: length,
    }));
    batch.forEach((text, row) => {
      const start = row * longest + spans[row]!.first;
      for (let t = 0; t < text.length; t++) ids[start + t] = BigInt(text[t]!);
      mask.fill(1n, start, start + text.length);
    });
    const named: Record<string, Tensor> = {
      [inputs.ids]: new Tensor('int64', ids, shape),
      [inputs.mask]: new Tensor('int64', mask, shape),
      ...(inputs.tokenTypes !== undefined && {
        [inputs.tokenTypes]: new Tensor('int64', new BigInt64Array(ids.length), shape),
      }),
    };
    const feeds = Object.fromEntries(this.#session.inputNames.map((name) => [name, named[name]!]));
    const tensor = (await this.#session.run(feeds, [output]))[output]!;
    const expected = outputKind === 'tokens' ? [...shape, modelDimensions] : [batch.length, modelDimensions];
    if (tensor.type !== 'float32' || tensor.dims.join() !== expected.join()) {
      throw new Error(
        `its output ${output} is ${tensor.type} [${tensor.dims.join(', ')}]; the registry says float32 [${expected.join(', ')}]`,
      );
    }
    const data = tensor.data as Float32Array;
    return batch.map((_, row) => {
      const vector =
        outputKind === 'tokens'
          ? pooled({ data, tokens: longest, width: modelDimensions }, row, spans[row]!, pooling)
          : data.slice(row * modelDimensions, (row + 1) * modelDimensions);
      return finished(vector, this.#settings);
    });
  }

  async stop(): Promise<void> {
    await this.#session.release();
  }
}
