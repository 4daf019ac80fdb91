import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Application } from '../../application.js';
import { createContext } from '../context.js';
import { errorFormatter } from '../errors.js';
import { MOST_TOKENS, operationLimits } from '../graphql-server.js';
import { isForeignHost } from '../host-check.js';
import { asGraphQLError, resultStream } from './result-stream.js';

export interface SubscriptionLimits {
  /** Connections at a time; one more is refused with 503. Default 200. Hazard: each takes some 50 kB. */
  readonly connections: number;
  /** Subscriptions of one connection at a time. Default 20. */
  readonly subscriptions: number;
  /** Each connection is pinged so often, in ms, and ended when it has not answered by the next time. Default 30,000. */
  readonly pingMs: number;
}

/** A query's text and variables; whoever sends more has made a mistake. */
const LARGEST_MESSAGE = 256 * 1024;
/** How long clients get to say goodbye when the server stops, in ms. */
const GOODBYE_MS = 1_000;

export interface SubscriptionServerOptions {
  readonly application: Application;
  readonly schema: GraphQLSchema;
  /** Where the server listens: decides which names and origins are refused. */
  readonly host: string;
  readonly limits?: Partial<SubscriptionLimits>;
}

/**
 * Subscriptions over WebSocket, by the protocol `graphql-transport-ws`. Queries and mutations are refused here: they go over
 * HTTP, which bounds and counts them.
 */
export class SubscriptionServer {
  readonly #options: SubscriptionServerOptions;
  readonly #limits: SubscriptionLimits;
  readonly #sockets: WebSocketServer;
  readonly #format: ReturnType<typeof errorFormatter>;
  readonly #protocol: ReturnType<typeof makeServer<Record<string, unknown>>>;
  #stopped: Promise<void> | undefined;

  constructor(options: SubscriptionServerOptions) {
    this.#options = options;
    this.#limits = { connections: 200, subscriptions: 20, pingMs: 30_000, ...options.limits };
    this.#format = errorFormatter(options.application.log);
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE, handleProtocols });
    this.#protocol = makeServer({
      onSubscribe: ({ subscriptions }, _id, payload) =>
        Object.keys(subscriptions).length > this.#limits.subscriptions
          ? [
              refusal(
                'TOO_MANY_SUBSCRIPTIONS',
                `A connection has at most ${this.#limits.subscriptions} subscriptions.`,
              ),
            ]
          : this.#checked(payload),
      subscribe: (operation) =>
        resultStream({
          operation: operation as ExecutionArgs,
          context: (signal) => createContext(options.application, signal),
        }),
      onNext: (_context, _id, _payload, _operation, { data, errors }) =>
        errors === undefined
          ? undefined
          : { data: data ?? null, errors: errors.map((error) => this.#told(error)) },
      onError: (_context, _id, _payload, errors) => errors.map((error) => this.#told(error)),
    });
  }

  /** Takes over a connection that asks for WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // What breaks before there is a WebSocket is nobody's.
    socket.on('error', () => undefined);
    const refused = this.#refusal(request);
    if (refused !== undefined) {
      refuse(socket, ...refused);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket, request));
  }

  /** Ends every subscription and connection, saying so (1001, going away): clients try again elsewhere, or later. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const gone = [...this.#sockets.clients].map(
      (client) =>
        new Promise<void>((resolve) => {
          client.once('close', () => resolve());
          client.close(1001, 'The server is stopping');
        }),
    );
    const patience = setTimeout(() => {
      for (const client of this.#sockets.clients) client.terminate();
    }, GOODBYE_MS);
    await Promise.all(gone);
    clearTimeout(patience);
    this.#sockets.close();
  }

  #refusal(request: IncomingMessage): [status: string, message: string] | undefined {
    if (this.#stopped !== undefined) return ['503 Service Unavailable', 'The server is stopping'];
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/graphql') return ['404 Not Found', 'Subscriptions are at /graphql'];
    const { host = '', origin } = request.headers;
    if (isForeignHost(this.#options.host, nameOf(host))) {
      return ['403 Forbidden', `This server is for this machine only, not for ${JSON.stringify(host)}`];
    }
    // Browsers let any page open a WebSocket to anywhere, and say in Origin which page it is.
    if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) {
      return ['403 Forbidden', `Pages of ${JSON.stringify(origin)} may not subscribe here`];
    }
    if (this.#sockets.clients.size >= this.#limits.connections) {
      return ['503 Service Unavailable', `${this.#limits.connections} connections are open already`];
    }
    return undefined;
  }

  #serve(socket: WebSocket, request: IncomingMessage): void {
    const { log } = this.#options.application;
    socket.on('error', (error) => log.debug({ err: error }, 'A WebSocket broke'));
    let isAlive = true;
    socket.on('pong', () => {
      isAlive = true;
    });
    const pinging = setInterval(() => {
      if (!isAlive) return socket.terminate();
      isAlive = false;
      socket.ping();
    }, this.#limits.pingMs);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) resolve();
            else socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              // What a client may know of was sent already; this is the sending, or a defect.
              if (socket.readyState !== socket.OPEN) return;
              log.error({ err: error }, 'A subscription failed');
              socket.close(CloseCode.InternalServerError, 'Something went wrong on the server');
            });
          }),
      },
      { request },
    );
    socket.once('close', (code, reason) => {
      clearInterval(pinging);
      closed(code, String(reason)).catch((error: unknown) => {
        log.error({ err: error }, 'A subscription could not be ended');
      });
    });
  }

  /** The operation, ready to run, or why it is refused: the same bounds as over HTTP. */
  #checked({ query, operationName, variables }: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const { schema } = this.#options;
    try {
      const document = parse(query, { maxTokens: MOST_TOKENS });
      const faults = validate(schema, document, [...specifiedRules, operationLimits]);
      if (faults.length > 0) {
        return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
      }
      const operation = getOperationAST(document, operationName);
      if (operation == null)
        return [refusal('BAD_REQUEST', 'Say by operationName which operation is meant.')];
      if (operation.operation !== 'subscription') {
        return [
          refusal(
            'BAD_REQUEST',
            `A ${operation.operation} goes over HTTP: only subscriptions are served here.`,
          ),
        ];
      }
      return { schema, document, operationName: operationName ?? null, variableValues: variables ?? null };
    } catch (error) {
      return [withCode(asGraphQLError(error), 'GRAPHQL_PARSE_FAILED')];
    }
  }

  #told(error: unknown) {
    const graphql = asGraphQLError(error);
    return this.#format(graphql.toJSON(), graphql.originalError ?? graphql);
  }
}

/** A fault of the request has a code, so that it is not taken for a defect. */
const withCode = (error: GraphQLError, code: string) =>
  new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { ...error.extensions, code },
  });

const refusal = (code: string, message: string) => new GraphQLError(message, { extensions: { code } });

function refuse(socket: Duplex, status: string, message: string): void {
  const body = `${JSON.stringify({ errors: [{ message }] })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** The name in a Host header, without its port. */
const nameOf = (host: string) => (URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host);

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : undefined);
