import { readConfig } from '../config.js';
import { holderOf } from '../database/directory-lock.js';
import { CorollaryError } from '../errors.js';
import type { Terminal } from './command.js';
import { HttpClient } from './http-client.js';

/** Corollary as commands see it: its GraphQL API, be it over HTTP or in this process. */
export interface Client {
  /** For people: "the server at http://127.0.0.1:4000", "./data". */
  readonly where: string;
  /** It runs on when this command has ended. */
  readonly outlivesCommand: boolean;
  /** @throws GraphqlFailure with the first error; CorollaryError when nobody answers */
  request<Result>(document: string, variables?: object): Promise<Result>;
  close(): Promise<void>;
}

/** A refusal by the API, with what it says beside its message. */
export class GraphqlFailure extends Error {
  override readonly name = 'GraphqlFailure';

  constructor(
    message: string,
    readonly code: string,
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

export interface GraphqlReply {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

export function resultOf<Result>(reply: GraphqlReply): Result {
  const error = reply.errors?.[0];
  if (error === undefined) return reply.data as Result;
  const { code, ...details } = error.extensions ?? {};
  throw new GraphqlFailure(error.message, String(code ?? 'UNKNOWN'), details);
}

/**
 * The server at `url`; without one the server that has the data directory open; without one the data directory
 * itself, opened by this process without a port.
 * @throws CorollaryError START_FAILED
 */
export async function openClient(
  url: string | undefined,
  { environment, signal }: Terminal,
): Promise<Client> {
  if (url !== undefined) return new HttpClient(url, signal);
  // What commands log goes to standard error, where their own words are: only what is asked for.
  const config = readConfig({ ...environment, LOG_LEVEL: environment.LOG_LEVEL ?? 'error' });
  const holder = config.databaseUrl === undefined ? await holderOf(config.dataDirectory) : undefined;
  if (holder?.url !== undefined) return new HttpClient(holder.url, signal);
  if (holder !== undefined) {
    const message = `${config.dataDirectory} is in use by process ${holder.pid}, which is no server, or is just starting: try again when it is done`;
    throw new CorollaryError('START_FAILED', message);
  }
  // Loaded only when needed: over HTTP a command has no use for the whole program.
  const { LocalClient } = await import('./local-client.js');
  return LocalClient.open(config, signal);
}

/** Runs `work` with a client and closes it, whatever happens. */
export async function withClient<T>(
  url: string | undefined,
  terminal: Terminal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await openClient(url, terminal);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
