import type pg from 'pg';
import { CorollaryError } from '../errors.js';
import { execute } from './postgres-statement.js';

export interface Versions {
  /** As in server_version_num: 150018. */
  readonly number: number;
  readonly server: string;
  readonly installed: string | null;
  readonly available: string | null;
}

export async function versionsOf(pool: pg.Pool): Promise<Versions> {
  const { rows } = await execute(
    pool,
    `select current_setting('server_version_num'), current_setting('server_version'),
       (select extversion from pg_extension where extname = 'vector'),
       (select default_version from pg_available_extensions where name = 'vector')`,
    [],
  );
  const [number, server, installed, available] = rows[0]!;
  return {
    number: Number(number),
    server: server!.split(' ')[0]!,
    installed: installed!,
    available: available!,
  };
}

/**
 * @returns the version of pgvector
 * @throws CorollaryError START_FAILED with what to install
 */
export function checkVersions({ number, server, installed, available }: Versions, url: string): string {
  if (number < 150_000) {
    throw new CorollaryError('START_FAILED', `${url} is PostgreSQL ${server}: Corollary needs 15 or newer.`);
  }
  const version = installed ?? available;
  if (version === null) {
    throw new CorollaryError(
      'START_FAILED',
      `${url} has no pgvector: install it on that server (https://github.com/pgvector/pgvector#installation; the image pgvector/pgvector:pg17 has it).`,
    );
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 0 && minor < 7) {
    const remedy =
      installed === null
        ? 'install 0.8 or newer'
        : 'install 0.8 or newer, then ALTER EXTENSION vector UPDATE';
    throw new CorollaryError(
      'START_FAILED',
      `${url} has pgvector ${version}, Corollary needs 0.7 or newer: ${remedy}.`,
    );
  }
  return version;
}

export function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, wanted] of least.entries()) {
    const part = parts[i] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
