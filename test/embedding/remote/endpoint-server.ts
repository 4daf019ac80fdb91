import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashedVector } from '../../retrieval/fake-embedder.js';

export type ProtocolName = 'openai' | 'tei' | 'ollama';

export interface AskedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly texts: readonly string[];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. Default: the right vectors. */
  readonly body?: unknown;
  /** The connection is destroyed in the middle of the body. */
  readonly cut?: boolean;
  /** Nothing is sent before this is resolved. */
  readonly after?: Promise<unknown>;
}

export const width = 16;

/** A real HTTP server that speaks one protocol; a text's vector is made of its hash. Can be told to misbehave. */
export class EndpointServer {
  /** Requests for vectors, in order. */
  readonly asked: AskedRequest[] = [];
  /** What the next requests get, one each; then `reply`. */
  readonly replies: Reply[] = [];
  reply: (request: AskedRequest) => Reply = () => ({});
  /** What text-embeddings-inference says of itself. */
  info: object | undefined;
  vectorOf: (text: string) => ArrayLike<number> = (text) => hashedVector(text, width);
  readonly #server: Server;
  #port = 0;

  private constructor(readonly protocol: ProtocolName) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/info') return send(response, this.info ? { body: this.info } : { status: 404 });
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
        const texts = (body.input ?? body.inputs) as string[];
        const asked = { path: request.url!, headers: request.headers, body, texts };
        this.asked.push(asked);
        const reply = this.replies.shift() ?? this.reply(asked);
        void Promise.resolve(reply.after).then(() => send(response, { body: this.right(texts), ...reply }));
      });
    });
  }

  static async start(protocol: ProtocolName = 'openai'): Promise<EndpointServer> {
    const server = new EndpointServer(protocol);
    await server.listen();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Again at the same port, after `stop`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** What a well endpoint answers. */
  right(texts: readonly string[]): object {
    return this.answerOf(texts.map((text) => Array.from(this.vectorOf(text))));
  }

  /** Any rows, in the protocol's shape. */
  answerOf(rows: readonly unknown[]): object {
    if (this.protocol === 'tei') return rows;
    if (this.protocol === 'ollama') return { model: 'm', embeddings: rows, prompt_eval_count: 7 };
    const data = rows.map((embedding, index) => ({ object: 'embedding', index, embedding }));
    return { object: 'list', data, model: 'm', usage: { prompt_tokens: 7, total_tokens: 7 } };
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body, cut = false }: Reply): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  const length = String(Buffer.byteLength(text));
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, {
    'content-type': type,
    'content-length': length,
    'x-compute-tokens': '7',
    ...headers,
  });
  if (!cut) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}
