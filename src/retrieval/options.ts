import { CorollaryError } from '../errors.js';
import type { FactFilter } from '../knowledge/knowledge.js';
import { storable } from '../knowledge/storable-text.js';
import type { Channel, Fusion, RetrievalOptions } from './retrieval.js';

/** `RetrievalOptions`, checked and with every default filled in. */
export interface CheckedOptions {
  readonly channels: ReadonlySet<Channel>;
  readonly topK: number;
  readonly minSimilarity: number;
  readonly filter: FactFilter | null;
  readonly rerank: boolean;
  readonly exact: boolean;
  readonly fusion: FusionChoice;
}

export interface FusionChoice {
  readonly by: Fusion;
  /** For RECIPROCAL_RANK. */
  readonly k: number;
}

const DEFAULT_CHANNELS: readonly Channel[] = ['DENSE', 'LEXICAL'];
const DEFAULT_TOP_K = 50;
const MOST_FACTS = 1_000;
/** What Cormack, Clarke and Büttcher found best, and everybody has taken since. */
const DEFAULT_K = 60;
const MOST_K = 1_000;

/** @throws CorollaryError BAD_INPUT for an option out of its range */
export function checkOptions({
  channels,
  topK,
  minSimilarity,
  filter,
  rerank,
  exact,
  fusion,
  reciprocalRankK,
}: RetrievalOptions = {}): CheckedOptions {
  const chosen = new Set(channels ?? DEFAULT_CHANNELS);
  if (chosen.size === 0) throw badOption('channels', 'names at least one channel', channels);
  return {
    channels: chosen,
    topK: checkLimit('topK', topK ?? DEFAULT_TOP_K, MOST_FACTS),
    minSimilarity: checkSimilarity(minSimilarity ?? 0),
    filter: isEmpty(filter) ? null : (filter ?? null),
    rerank: rerank ?? false,
    exact: exact ?? false,
    fusion: { by: fusion ?? 'WEIGHTED', k: checkK(reciprocalRankK ?? DEFAULT_K) },
  };
}

/** @throws CorollaryError BAD_INPUT unless it is a whole number from 1 to `most` */
export function checkLimit(name: string, limit: number, most: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw badOption(name, `is a whole number from 1 to ${most}`, limit);
}

function checkK(k: number): number {
  if (Number.isInteger(k) && k >= 0 && k <= MOST_K) return k;
  throw badOption('reciprocalRankK', `is a whole number from 0 to ${MOST_K}`, k);
}

/** @throws CorollaryError BAD_INPUT unless it is in [0, 1] */
export function checkSimilarity(minSimilarity: number): number {
  if (minSimilarity >= 0 && minSimilarity <= 1) return minSimilarity;
  throw badOption('minSimilarity', 'is a number from 0 to 1', minSimilarity);
}

/** @throws CorollaryError BAD_INPUT for a text without any visible character, or one that PostgreSQL can't read */
export function checkText(text: string): void {
  if (storable(text).trim() !== '') return;
  throw new CorollaryError('BAD_INPUT', 'The text to search for is empty.', { text });
}

/** `{}` lets everything through, as null does, and is searched as fast. */
function isEmpty(filter: FactFilter | null | undefined): boolean {
  return filter == null || Object.values(filter).every((condition) => condition == null);
}

/** The model gives no such output. */
export function lacking(option: string, what: string): CorollaryError {
  return new CorollaryError('BAD_INPUT', `The embedding model of this server has no output for ${what}.`, {
    option,
  });
}

function badOption(name: string, rule: string, value: unknown): CorollaryError {
  return new CorollaryError('BAD_INPUT', `${name} ${rule}, not ${JSON.stringify(value)}.`, { [name]: value });
}
