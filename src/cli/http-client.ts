import { CorollaryError } from '../errors.js';
import { type Client, type GraphqlReply, resultOf } from './client.js';

/** A running server. */
export class HttpClient implements Client {
  readonly where: string;
  readonly outlivesCommand = true;
  readonly #endpoint: URL;
  readonly #signal: AbortSignal;

  /** @param url with or without `/graphql` @throws CorollaryError BAD_INPUT when it is none */
  constructor(url: string, signal: AbortSignal) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw new CorollaryError(
        'BAD_INPUT',
        `${url} is no address of a server: write it like http://127.0.0.1:4000`,
      );
    }
    this.#endpoint = new URL(url);
    if (!this.#endpoint.pathname.endsWith('/graphql')) {
      this.#endpoint.pathname = `${this.#endpoint.pathname.replace(/\/$/, '')}/graphql`;
    }
    this.#signal = signal;
    this.where = `the server at ${this.#endpoint.origin}`;
  }

  async request<Result>(query: string, variables: object = {}): Promise<Result> {
    const response = await this.#post(JSON.stringify({ query, variables }));
    const text = await response.text();
    let reply: GraphqlReply;
    try {
      reply = JSON.parse(text);
    } catch {
      throw new CorollaryError(
        'START_FAILED',
        `${this.#endpoint} answers ${response.status}, and not like Corollary: is the address right?`,
      );
    }
    return resultOf(reply);
  }

  async #post(body: string): Promise<Response> {
    try {
      return await fetch(this.#endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: this.#signal,
      });
    } catch (error) {
      if (this.#signal.aborted) throw new CorollaryError('CANCELLED', 'Stopped.', {}, { cause: error });
      const { cause } = error as { cause?: { code?: string } };
      const why = cause?.code ?? (error as Error).message;
      throw new CorollaryError(
        'START_FAILED',
        `${this.where} does not answer (${why}): start it with npm start, or give --url`,
        {},
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {}
}
