import { setImmediate as nextTurn } from 'node:timers/promises';
import { CorollaryError } from '../../errors.js';
import { EndpointFailure, type FailureFacts, type FailureKind } from './endpoint-failure.js';

export interface HttpRequest {
  /** Below the endpoint's URL, with a leading slash. */
  readonly path: string;
  /** Sent as JSON by POST; undefined: GET. */
  readonly body?: object;
  readonly timeoutMs: number;
  /** A longer answer is refused. */
  readonly mostBytes: number;
  /** The embedder is being stopped. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly json: unknown;
  readonly headers: Headers;
}

/** What is read of an answer that is an error. */
const mostErrorBytes = 65_536;
/** What is told of it. */
const mostErrorCharacters = 200;

/** Asks one server, once; see `retries.ts`. */
export class HttpEndpoint {
  readonly #base: string;
  readonly #model: string;
  readonly #key: string | undefined;
  /** Host and port. */
  readonly host: string;
  #lastTurn: Promise<void> = Promise.resolve();

  /**
   * @param url may have a path, below which the protocol's paths lie
   * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE for a URL or key that cannot be used; it repeats neither
   */
  constructor(
    model: string,
    url: string,
    key: string | undefined,
    /** Where `key` comes from, for messages. */
    readonly keySetting = 'EMBEDDING_API_KEY',
  ) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined) throw unusable(model, 'the URL of its endpoint is none');
    // fetch refuses these with a message that repeats them.
    if (parsed.username !== '' || parsed.password !== '')
      throw unusable(
        model,
        `the URL of its endpoint holds a user name or password; ${keySetting} is the place for a key`,
      );
    if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
      throw unusable(model, `${keySetting} holds a character that no HTTP header may have`);
    this.host = parsed.host;
    // Both `http://host:8000` and the `http://host:8000/v1` of OpenAI clients are meant well.
    this.#base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`;
    this.#model = model;
    this.#key = key;
  }

  /** @throws EndpointFailure; CorollaryError CANCELLED when `signal` aborts */
  async ask(request: HttpRequest): Promise<HttpAnswer> {
    const { timeoutMs, signal } = request;
    const attempt = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      attempt.abort();
    }, timeoutMs);
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await this.#ask(request, attempt.signal);
    } catch (error) {
      if (signal.aborted) throw new CorollaryError('CANCELLED', `The model ${this.#model} is stopped.`);
      if (error instanceof EndpointFailure) throw error;
      if (isLate) throw this.failure('passing', `gave no whole answer within ${timeoutMs / 1000} s`);
      throw this.failure('passing', `cannot be reached or broke off (${networkReason(error)})`, {}, error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  failure(
    kind: FailureKind,
    what: string,
    facts: Omit<FailureFacts, 'model' | 'endpoint'> = {},
    cause?: unknown,
  ): EndpointFailure {
    return new EndpointFailure(kind, what, { model: this.#model, endpoint: this.host, ...facts }, cause);
  }

  async #ask({ path, body, mostBytes }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const response = await fetch(this.#base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Texts and key go where the settings say, and nowhere else.
      redirect: 'manual',
      signal,
    });
    if (!response.ok) throw this.#refusal(response, await beginningOf(response, mostErrorBytes));
    const text = await beginningOf(response, mostBytes + 1);
    if (text.length > mostBytes)
      throw this.failure(
        'lasting',
        `gave an answer of more than ${mostBytes} bytes, which is more than it can need`,
      );
    await this.#turnToParse();
    return { json: this.#parsed(text.toString('utf8')), headers: response.headers };
  }

  /** One answer a turn of the event loop: several together would hold up everything else for as long. */
  #turnToParse(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => nextTurn());
    return this.#lastTurn;
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      const what = /^\s*</.test(text)
        ? 'a page of HTML'
        : /\bNaN\b/.test(text)
          ? 'NaN among the numbers'
          : text === ''
            ? 'nothing'
            : 'something else';
      throw this.failure('lasting', `answered with ${what} where JSON was expected`);
    }
  }

  #refusal(response: Response, body: Buffer): EndpointFailure {
    const { status, headers } = response;
    const reason = this.#reasonIn(body.toString('utf8'));
    const said = reason === undefined ? '' : `: ${reason}`;
    const advice =
      status === 401 || status === 403
        ? ` (${this.keySetting}?)`
        : status >= 300 && status < 400
          ? ' (a redirection, which is not followed: give the URL that it leads to)'
          : '';
    return this.failure(kindOf(status), `answered with status ${status}${advice}${said}`, {
      status,
      retryAfterMs: retryAfterOf(headers),
      isTooLarge: status === 413,
      isTooLong:
        kindOf(status) === 'texts' && /context (length|window)|max_model_len|too long/i.test(reason ?? ''),
    });
  }

  /** The message of an error as FastAPI, OpenAI, text-embeddings-inference and Ollama shape it; never the key. */
  #reasonIn(text: string): string | undefined {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { error, message, detail } = (json ?? {}) as Record<string, unknown>;
    const nested = (error ?? {}) as Record<string, unknown>;
    const reason = [nested.message, error, message, detail].find((each) => typeof each === 'string');
    if (reason === undefined) return undefined;
    const safe = this.#key === undefined ? reason : reason.replaceAll(this.#key, '…');
    return safe.replaceAll(/\s+/g, ' ').slice(0, mostErrorCharacters).replace(/\.$/, '');
  }
}

/** At most `most` bytes; what comes after them is not waited for. */
async function beginningOf(response: Response, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

function kindOf(status: number): FailureKind {
  if (status === 408 || status === 429 || status >= 500) return 'passing';
  return status === 400 || status === 413 || status === 422 ? 'texts' : 'lasting';
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** fetch says "fetch failed"; why, its cause says. */
function networkReason(error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? code ?? message;
}

function unusable(model: string, why: string): CorollaryError {
  return new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', `The model ${model} cannot be used: ${why}.`, {
    model,
  });
}
