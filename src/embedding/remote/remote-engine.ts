import { CorollaryError } from '../../errors.js';
import type { EmbeddedText } from '../embedder.js';
import type { EmbeddingEngine, TextForm } from '../engine.js';
import type { RemoteModelEntry } from '../registry.js';
import type { CallLimits } from './call-limits.js';
import { checkedVector, WrongAnswer } from './checked-vector.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Clock } from './clock.js';
import { EndpointFailure } from './endpoint-failure.js';
import type { HttpEndpoint } from './http-endpoint.js';
import type { EmbeddingProtocol } from './protocol.js';
import { retried } from './retries.js';

export interface RemoteEngineOptions {
  readonly entry: RemoteModelEntry;
  /** Of the vectors that are given. */
  readonly dimensions: number;
  readonly endpoint: HttpEndpoint;
  readonly protocol: EmbeddingProtocol;
  readonly limits: CallLimits;
  readonly clock: Clock;
  /** Texts that the endpoint takes in one request. Default: what the numbers of its answer allow. */
  readonly mostTexts?: number | undefined;
}

/** Parsing this many takes some 4 ms, for which this thread does nothing else. */
const mostNumbers = 16_384;
/** A number and what parts it from the next, as JSON; printers of float64 take up to 25. */
const bytesPerNumber = 32;

/**
 * Has an endpoint compute. A blank text is not asked about: it has the zero vector, as with a local model. `tokens` is
 * what the endpoint counted where a text went alone, else 0, not known; `truncated` is true only where the endpoint
 * refused the whole text.
 */
export class RemoteEngine implements EmbeddingEngine {
  readonly #options: RemoteEngineOptions;
  readonly #breaker: CircuitBreaker;
  readonly #stopping = new AbortController();
  readonly #mostTexts: number;

  constructor(options: RemoteEngineOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(() => options.clock.now());
    const fitting = Math.max(1, Math.floor(mostNumbers / options.entry.dimensions));
    this.#mostTexts = Math.min(fitting, options.mostTexts ?? Number.POSITIVE_INFINITY);
  }

  /**
   * One result a text, in their order, or none at all.
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE that names the endpoint and what is wrong; CANCELLED when
   * stopped; BAD_INPUT for a long text that is to be read in windows, which takes the model's tokenizer
   */
  async embed(texts: readonly string[], form: TextForm, _urgent: boolean): Promise<EmbeddedText[]> {
    const { entry, dimensions } = this.#options;
    if (form.long === 'windows') this.#assertShort(texts);
    const prefix = entry.endpoint.appliesPrefixes ? '' : entry.prefixes[form.as];
    const answers: EmbeddedText[] = texts.map(() => ({
      dense: new Float32Array(dimensions),
      tokens: 0,
      truncated: false,
    }));
    const asked = texts.flatMap((text, i) => (text.trim() === '' ? [] : [i]));
    for (let first = 0; first < asked.length; first += this.#mostTexts) {
      const batch = asked.slice(first, first + this.#mostTexts);
      const embedded = await this.#embedBatch(batch.map((i) => prefix + texts[i]!));
      batch.forEach((i, row) => {
        answers[i] = embedded[row]!;
      });
    }
    return answers;
  }

  /** What is on its way is broken off, and fails as CANCELLED. */
  async stop(): Promise<void> {
    this.#stopping.abort();
  }

  /** Fewer bytes than tokens are never too long: a token is a byte or more. */
  #assertShort(texts: readonly string[]): void {
    const { entry } = this.#options;
    const longest = Math.max(0, ...texts.map((text) => Buffer.byteLength(text)));
    if (longest + Buffer.byteLength(entry.prefixes.query) < entry.maxTokens) return;
    throw new CorollaryError(
      'BAD_INPUT',
      `The model ${entry.name} is remote and cannot read a long text in windows: split it, or let it be truncated.`,
      { model: entry.name },
    );
  }

  /** Halves what is too large; a text that is too long alone is truncated by the endpoint. */
  async #embedBatch(texts: readonly string[]): Promise<EmbeddedText[]> {
    const { protocol, entry } = this.#options;
    try {
      return await this.#call(texts, protocol.request(texts), false);
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error;
      const { isTooLarge = false, isTooLong = false } = error.facts;
      if (texts.length > 1 && (isTooLarge || (isTooLong && protocol.truncating))) {
        const middle = Math.ceil(texts.length / 2);
        const first = await this.#embedBatch(texts.slice(0, middle));
        return [...first, ...(await this.#embedBatch(texts.slice(middle)))];
      }
      if (!isTooLong || protocol.truncating === undefined) throw error;
      return this.#call(texts, protocol.truncating(texts, entry.maxTokens), true);
    }
  }

  async #call(texts: readonly string[], body: object, truncated: boolean): Promise<EmbeddedText[]> {
    const { entry, endpoint, protocol, limits, clock } = this.#options;
    const { signal } = this.#stopping;
    const mostBytes = 65_536 + texts.length * entry.dimensions * bytesPerNumber;
    const { path } = protocol;
    try {
      return await this.#breaker.call(async () => {
        const answer = await retried(
          (timeoutMs) => endpoint.ask({ path, body, timeoutMs, mostBytes, signal }),
          limits,
          clock,
          signal,
        );
        return this.#read(answer.json, answer.headers, texts.length, truncated);
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CorollaryError('CANCELLED', `The model ${entry.name} is stopped.`);
    }
  }

  #read(json: unknown, headers: Headers, count: number, truncated: boolean): EmbeddedText[] {
    const { entry, dimensions, endpoint, protocol } = this.#options;
    const shape = { modelDimensions: entry.dimensions, dimensions, normalise: entry.normalise };
    try {
      const { rows, tokens = 0 } = protocol.read(json, headers, count);
      const known = count === 1 ? tokens : 0;
      return rows.map((row) => ({ dense: checkedVector(row, shape), tokens: known, truncated }));
    } catch (error) {
      if (error instanceof WrongAnswer) throw endpoint.failure('lasting', error.message);
      throw error;
    }
  }
}
