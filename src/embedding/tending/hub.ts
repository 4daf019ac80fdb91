import { type Dispatcher, fetch, type Response } from 'undici';
import { CorollaryError } from '../../errors.js';
import { ProxiedAgent } from './proxies.js';

export interface HubOptions {
  /** Of the Hugging Face hub, or of a mirror of it, without a slash at the end. */
  readonly endpoint: string;
  readonly token?: string | undefined;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are taken from it, in capitals or not. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A server that says nothing for so long is given up. Default a minute. */
  readonly silenceMs?: number | undefined;
}

/** Where weights come from. */
export interface Hub {
  /** GET of a file; redirects are followed, and only the hub itself is told the token. */
  get(url: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>;
  urlOf(repository: string, revision: string, path: string): string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws CorollaryError START_FAILED when a proxy's URL cannot be read */
export function openHub({ endpoint, token, environment, silenceMs = 60_000 }: HubOptions): Hub {
  const dispatcher = dispatcherFor(environment, silenceMs);
  return {
    get: (url, headers, signal) =>
      fetch(url, {
        dispatcher,
        redirect: 'follow',
        signal: signal ?? null,
        headers: {
          'user-agent': 'corollary',
          // Ranges and lengths are those of the file itself.
          'accept-encoding': 'identity',
          // The fetch standard drops it where a redirect leads to another origin.
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      }),
    urlOf: (repository, revision, path) =>
      [
        endpoint,
        repository,
        'resolve',
        encodeURIComponent(revision),
        ...path.split('/').map(encodeURIComponent),
      ].join('/'),
    // Not `close`, which waits for connections that a redirect or an error left unread.
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

function dispatcherFor(environment: HubOptions['environment'], silenceMs: number): Dispatcher {
  const of = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const timeouts = { headersTimeout: silenceMs, bodyTimeout: silenceMs };
  const proxies = { http: of('HTTP_PROXY'), https: of('HTTPS_PROXY'), none: of('NO_PROXY') };
  try {
    return new ProxiedAgent(proxies, timeouts);
  } catch (cause) {
    // The URL may hold a password: it is not repeated.
    throw new CorollaryError(
      'START_FAILED',
      'HTTP_PROXY or HTTPS_PROXY is no URL of a proxy.',
      {},
      { cause },
    );
  }
}
