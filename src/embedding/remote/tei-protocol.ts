import { WrongAnswer } from './checked-vector.js';
import { countOf, type EmbeddingProtocol, type Rows } from './protocol.js';

/** POST /embed of Hugging Face's text-embeddings-inference, which serves one model. */
export class TeiProtocol implements EmbeddingProtocol {
  readonly path = '/embed';
  readonly #normalise: boolean;

  constructor(normalise: boolean) {
    this.#normalise = normalise;
  }

  request(texts: readonly string[]): object {
    return { inputs: texts, normalize: this.#normalise, truncate: true };
  }

  read(json: unknown, headers: Headers, count: number): Rows {
    if (!Array.isArray(json)) throw new WrongAnswer('gave no list of vectors');
    if (json.length !== count) throw new WrongAnswer(`gave ${json.length} vectors for ${count} texts`);
    return { rows: json, tokens: countOf(headers.get('x-compute-tokens') ?? undefined) };
  }
}
