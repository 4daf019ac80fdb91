import { WrongAnswer } from './checked-vector.js';
import { countOf, type EmbeddingProtocol, type Rows } from './protocol.js';

/** POST /v1/embeddings as OpenAI defines it, and vLLM, Infinity, LiteLLM and others serve it. */
export class OpenAiProtocol implements EmbeddingProtocol {
  readonly path = '/v1/embeddings';
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  request(texts: readonly string[]): object {
    return { model: this.#model, input: texts, encoding_format: 'float' };
  }

  /** vLLM refuses a longer text unless it is told this (vllm-project/vllm#14776); OpenAI's own service knows no such field. */
  truncating(texts: readonly string[], maxTokens: number): object {
    return { ...this.request(texts), truncate_prompt_tokens: maxTokens, truncation_side: 'right' };
  }

  read(json: unknown, _headers: Headers, count: number): Rows {
    const { data, usage } = (json ?? {}) as {
      data?: unknown;
      usage?: { prompt_tokens?: unknown; total_tokens?: unknown };
    };
    if (!Array.isArray(data)) throw new WrongAnswer('gave no list "data"');
    if (data.length !== count) throw new WrongAnswer(`gave ${data.length} vectors for ${count} texts`);
    return { rows: inOrder(data), tokens: countOf(usage?.prompt_tokens ?? usage?.total_tokens) };
  }
}

/** By `index`; a list without any index is in the order of the texts. */
function inOrder(data: readonly unknown[]): unknown[] {
  const items = data.map((item) => (item ?? {}) as { index?: unknown; embedding?: unknown });
  if (items.every(({ index }) => index === undefined)) return items.map(({ embedding }) => embedding);
  const rows = new Map<unknown, unknown>();
  for (const { index, embedding } of items) {
    if (typeof index !== 'number' || countOf(index) === undefined || index >= items.length || rows.has(index))
      throw new WrongAnswer('gave vectors whose "index" does not say which texts they belong to');
    rows.set(index, embedding);
  }
  return items.map((_, i) => rows.get(i));
}
