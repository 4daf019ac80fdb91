import { createHash } from 'node:crypto';
import { CorollaryError } from '../errors.js';
import type { AsOf } from '../knowledge/knowledge.js';
import type { PageInfo } from './asking.js';

/** Most items of one page. */
const MOST_FIRST = 1_000;

/** Where a page begins: `offset` items in, at the revision that the first page was made of. */
export interface PageStart {
  readonly offset: number;
  readonly asOf: AsOf | null;
  /** The list that the cursor is of, where pages are cut from one (see ranked-lists.ts). */
  readonly list: string | undefined;
}

/** What a cursor belongs to: everything that decides which items there are, and their order. */
export function requestKey(request: object): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 10);
}

export function cursorOf(revision: number, position: number, key: string, list?: string): string {
  const parts = [revision, position, key, ...(list === undefined ? [] : [list])];
  return Buffer.from(parts.join(':')).toString('base64url');
}

/** @throws CorollaryError BAD_CURSOR for one of another request */
export function pageStart(
  after: string | null | undefined,
  asOf: AsOf | null | undefined,
  key: string,
): PageStart {
  if (after === null || after === undefined) return { offset: 0, asOf: asOf ?? null, list: undefined };
  const match = /^(\d{1,15}):(\d{1,9}):([\w-]+)(?::([\w-]+))?$/.exec(
    Buffer.from(after, 'base64url').toString(),
  );
  if (match === null || match[3] !== key) {
    throw new CorollaryError('BAD_CURSOR', 'this cursor belongs to another request; begin without `after`');
  }
  return { offset: Number(match[2]), asOf: { revision: Number(match[1]) }, list: match[4] };
}

/** @throws CorollaryError BAD_INPUT */
export function pageSize(first: number | null | undefined, otherwise: number): number {
  const size = first ?? otherwise;
  if (!Number.isInteger(size) || size < 0 || size > MOST_FIRST) {
    throw new CorollaryError('BAD_INPUT', `first is a whole number from 0 to ${MOST_FIRST}`, { first: size });
  }
  return size;
}

export function pageInfo(cursors: readonly string[], offset: number, hasNextPage: boolean): PageInfo {
  return {
    hasNextPage,
    hasPreviousPage: offset > 0,
    startCursor: cursors[0] ?? null,
    endCursor: cursors.at(-1) ?? null,
  };
}
