import { setMaxListeners } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler } from 'express';
import type { Application } from '../application.js';
import { CorollaryError } from '../errors.js';
import { createContext } from './context.js';
import { createGraphqlServer } from './graphql-server.js';
import { health } from './health.js';
import { refuseForeignHosts } from './host-check.js';
import { type SubscriptionLimits, SubscriptionServer } from './subscriptions/subscription-server.js';
import { welcomePage } from './welcome-page.js';

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How long `stop` waits for requests in hand, in ms, before it cancels them. Default 10,000. */
  readonly drainMs?: number;
  /** Of WebSocket connections. */
  readonly subscriptions?: Partial<SubscriptionLimits>;
}

export interface Serving {
  /** Where this machine reaches it, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no new requests, lets those in hand finish, and cancels what takes too long. May be called again. */
  stop(): Promise<void>;
}

/** Facts travel in batches; a larger one is better sent as several. */
const LARGEST_BODY = '20mb';

/** @throws CorollaryError START_FAILED when it cannot listen there, saying what to do */
export async function serve(
  application: Application,
  { host, port, drainMs = 10_000, subscriptions: limits = {} }: ServeOptions,
): Promise<Serving> {
  let subscriptions: SubscriptionServer | undefined;
  const graphql = createGraphqlServer(application.log, [
    {
      async serverWillStart({ schema }) {
        subscriptions = new SubscriptionServer({ application, schema, host, limits });
      },
    },
  ]);
  await graphql.start();
  const inHand = new Map<ServerResponse, AbortController>();
  let isStopping = false;

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use((_request, response, next) => {
    const controller = new AbortController();
    // One request may search for hundreds of facts, and each search listens.
    setMaxListeners(0, controller.signal);
    inHand.set(response, controller);
    if (isStopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      inHand.delete(response);
      // Nobody waits any more: the client went away, or it was told that one part failed while others still run.
      controller.abort();
    });
    next();
  });
  app.use(
    '/health',
    health(application, () => isStopping),
  );
  app.use(refuseForeignHosts(host));
  app.get('/', welcomePage(application));
  // Somebody who opens it in a browser wants to know what it is.
  app.get('/graphql', (request, response, next) => {
    if (request.query.query === undefined && request.accepts(['json', 'html']) === 'html')
      response.redirect('/');
    else next();
  });
  app.use(
    '/graphql',
    express.json({ limit: LARGEST_BODY }),
    expressMiddleware(graphql, {
      context: async ({ res }) => createContext(application, inHand.get(res)?.signal ?? AbortSignal.abort()),
    }),
  );
  app.use(notFound, badRequest(application));

  const server = createServer(app);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    // From now on it is a WebSocket, which has an end of its own.
    sockets.delete(socket as Socket);
    subscriptions?.upgrade(request, socket, head);
  });
  await listen(server, host, port);

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    isStopping = true;
    for (const response of inHand.keys()) response.shouldKeepAlive = false;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const busy = new Set([...inHand.keys()].map(({ socket }) => socket));
    // `close` leaves alone what has been connected and has not asked yet.
    for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
    const patience = setTimeout(() => {
      for (const controller of inHand.values()) controller.abort();
      // What was cancelled still gets the moment that it takes to say so.
      setTimeout(() => server.closeAllConnections(), 500).unref();
    }, drainMs);
    await Promise.all([closed, subscriptions?.stop()]);
    clearTimeout(patience);
    await graphql.stop();
  };
  return {
    url: urlOf(host, (server.address() as AddressInfo).port),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

const notFound: express.RequestHandler = (request, response) => {
  response
    .status(404)
    .json({ errors: [{ message: `There is nothing at ${request.path}; GraphQL is at /graphql` }] });
};

/** Bodies that are too large or no JSON: the body parser's complaints, in the shape that GraphQL clients read. */
function badRequest({ log }: Application): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, type } = error as { status?: number; type?: string };
    if (status === undefined || status >= 500) {
      log.error({ err: error }, 'A request failed');
      response.status(500).json(failure('The server failed to read the request.', 'INTERNAL_SERVER_ERROR'));
    } else if (type === 'entity.too.large') {
      response
        .status(413)
        .json(
          failure(`A request has at most ${LARGEST_BODY}: send the facts in several.`, 'PAYLOAD_TOO_LARGE'),
        );
    } else {
      response
        .status(status)
        .json(failure(`The body cannot be read: ${(error as Error).message}`, 'BAD_REQUEST'));
    }
  };
}

function failure(message: string, code: string) {
  return { errors: [{ message, extensions: { code } }] };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): CorollaryError {
  const message: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is taken: stop what listens there, or set PORT to another (0 takes a free one)`,
    EACCES: `this user may not listen on port ${port}: set PORT to one above 1023`,
    EADDRNOTAVAIL: `${host} is no address of this machine: set HOST to one that is, or to 127.0.0.1`,
    ENOTFOUND: `the name ${host} is not known: set HOST to an address of this machine, or to 127.0.0.1`,
  };
  const told = message[error.code ?? ''] ?? `cannot listen on ${host}, port ${port}: ${error.message}`;
  return new CorollaryError('START_FAILED', told, { host, port }, { cause: error });
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
