import { CorollaryError } from '../errors.js';
import { QueryError } from './query-error.js';

/** host:port/database, without user and password. */
export function describeUrl(text: string): string {
  try {
    const url = new URL(text);
    const host = url.searchParams.get('host') ?? url.hostname;
    return `${host || 'localhost'}:${url.port || '5432'}/${decodeURIComponent(url.pathname.slice(1))}`;
  } catch {
    throw new CorollaryError(
      'START_FAILED',
      'DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name',
    );
  }
}

const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Start the server, or correct host and port in DATABASE_URL',
  ENOENT: 'there is no such socket. Start the server, or correct the host in DATABASE_URL',
  ENOTFOUND: 'there is no such host. Correct it in DATABASE_URL',
  EAI_AGAIN: 'the name of the host could not be looked up. Check the network and DATABASE_URL',
  '28P01': 'the password is wrong. Correct user and password in DATABASE_URL',
  '28000': 'the server refuses this user. Correct it in DATABASE_URL, or allow it in pg_hba.conf',
  '3D000': 'there is no such database. Create it (createdb), or correct the name in DATABASE_URL',
  '42501': 'this user may not use it. GRANT it CONNECT and CREATE on the database',
  '53300': 'the server has no connection left. Raise its max_connections, or stop other clients',
  '57P03': 'the server is starting up or shutting down. Try again',
};

/** What to do about a server that can't be used, in one line. */
export function unreachable(error: unknown, server: string): CorollaryError {
  const { code = '', message } = error as Error & { code?: string };
  const state = error instanceof QueryError ? error.sqlState : code;
  const first = message.split('\n')[0] || code;
  const reason = remedies[state ?? ''] ?? `${first}. Check DATABASE_URL and the server`;
  return new CorollaryError(
    'START_FAILED',
    `Can't use the database ${server}: ${reason}.`,
    {},
    { cause: error },
  );
}
