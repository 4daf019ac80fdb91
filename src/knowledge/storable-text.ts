import { CorollaryError } from '../errors.js';

/**
 * `value`, a text or any JSON value, as it was given.
 *
 * @throws CorollaryError BAD_INPUT when PostgreSQL cannot store it: it holds neither U+0000 nor half a surrogate pair
 */
export function storable<Value>(value: Value): Value {
  if (typeof value === 'string' ? /[\0\p{Cs}]/u.test(value) : holdsUnstorable(value)) {
    throw new CorollaryError(
      'BAD_INPUT',
      'text holds neither the character U+0000 nor half a surrogate pair',
    );
  }
  return value;
}

/** JSON.stringify writes just these as the escapes that are looked for here. */
function holdsUnstorable(value: unknown): boolean {
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(JSON.stringify(value) ?? '');
}
