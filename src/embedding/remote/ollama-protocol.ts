import { WrongAnswer } from './checked-vector.js';
import { countOf, type EmbeddingProtocol, type Rows } from './protocol.js';

/** POST /api/embed of Ollama. */
export class OllamaProtocol implements EmbeddingProtocol {
  readonly path = '/api/embed';
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  request(texts: readonly string[]): object {
    return { model: this.#model, input: texts, truncate: true };
  }

  read(json: unknown, _headers: Headers, count: number): Rows {
    const { embeddings, prompt_eval_count: tokens } = (json ?? {}) as Record<string, unknown>;
    if (!Array.isArray(embeddings)) throw new WrongAnswer('gave no list "embeddings"');
    if (embeddings.length !== count)
      throw new WrongAnswer(`gave ${embeddings.length} vectors for ${count} texts`);
    return { rows: embeddings, tokens: countOf(tokens) };
  }
}
