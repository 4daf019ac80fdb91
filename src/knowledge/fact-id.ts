import { CorollaryError } from '../errors.js';

/** What names a fact inside: its knowledge base's number and its own. */
export interface FactKey {
  readonly knowledgeBase: number;
  readonly id: number;
}

/** The id that callers see: one string for the whole installation. They should not read anything from it. */
export function encodeFactId(key: FactKey): string {
  return `fact:${key.knowledgeBase}:${key.id}`;
}

/** @throws CorollaryError BAD_INPUT when `id` is not one that `encodeFactId` gives. */
export function decodeFactId(id: string): FactKey {
  const match = /^fact:([1-9]\d{0,9}):([1-9]\d{0,15})$/.exec(id);
  const key = { knowledgeBase: Number(match?.[1]), id: Number(match?.[2]) };
  if (match === null || key.knowledgeBase > 2 ** 31 - 1 || !Number.isSafeInteger(key.id)) {
    throw new CorollaryError('BAD_INPUT', `${JSON.stringify(id.slice(0, 100))} is not the id of a fact`, {
      id,
    });
  }
  return key;
}
