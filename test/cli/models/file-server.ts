import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A hub of files on this machine, that can be made to behave as hubs and the ways to them do. */
export class FileServer {
  readonly url: string;
  /** Of all requests, in order. */
  readonly requests: {
    readonly path: string;
    readonly range: string | undefined;
    readonly token: string | undefined;
  }[] = [];
  /** By path, without the slash: what a `resolve` of that path gives. */
  readonly files = new Map<string, Uint8Array>();
  /** Consulted before a file is given; one that gives true has answered. */
  misbehaviour: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

  private constructor(url: string) {
    this.url = url;
  }

  static async start(): Promise<FileServer> {
    let answer: Answer = () => undefined;
    const server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const files = new FileServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    answer = (request, response) => files.#answer(request, response);
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return files;
  }

  /** Requests for files, those that were redirected left out. */
  ranges(): (string | undefined)[] {
    return this.requests.map(({ range }) => range);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url!.slice(1));
    const { range, authorization } = request.headers;
    this.requests.push({ path, range, token: authorization });
    if (this.misbehaviour?.(request, response)) return;
    this.give(path, request, response);
  }

  /** The file, or the part that is asked for, as RFC 9110 has it. */
  give(path: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.files.get(path);
    if (file === undefined) {
      response.writeHead(404).end('Entry not found');
      return;
    }
    const etag = etagOf(file);
    const { range, 'if-range': ifRange } = request.headers;
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(from) || (ifRange !== undefined && ifRange !== etag)) {
      response.writeHead(200, { etag, 'content-length': file.length }).end(file);
    } else if (from >= file.length) {
      response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
    } else {
      const rest = file.subarray(from);
      response
        .writeHead(206, {
          etag,
          'content-length': rest.length,
          'content-range': `bytes ${from}-${file.length - 1}/${file.length}`,
        })
        .end(rest);
    }
  }
}

export const etagOf = (file: Uint8Array) => `"${sha256Of(file)}"`;

export const sha256Of = (file: Uint8Array) => createHash('sha256').update(file).digest('hex');

/**
 * Sends the head of a file, its bytes from `from` until `until`, and hangs up once they have `arrived`: a client may lose
 * what it had not read by then.
 */
export function cutOff(
  file: Uint8Array,
  { from, until }: { readonly from: number; readonly until: number },
  response: ServerResponse,
  arrived: () => boolean,
): void {
  const headers = { etag: etagOf(file), 'content-length': file.length - from };
  if (from === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${from}-${file.length - 1}/${file.length}`,
    });
  response.write(file.subarray(from, until));
  const timer = setInterval(() => {
    if (!arrived() && !response.destroyed) return;
    clearInterval(timer);
    response.destroy();
  }, 2);
}

/** A proxy that tunnels (RFC 9110, 9.3.6: CONNECT) and remembers where to. */
export async function startProxy(): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on('connect', (request, socket, head) => {
    tunnels.push(request.url!);
    const [host, port] = request.url!.split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    const end = () => {
      target.destroy();
      socket.destroy();
    };
    target.on('error', end);
    socket.on('error', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}
