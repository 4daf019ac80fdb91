/** A built-in would make a value that takes too much memory or time. */
export class BuiltinTooLarge extends Error {
  override readonly name = 'BuiltinTooLarge';
}

/** Of one integer. */
export const MOST_BITS = 1_000_000;
/** Of one text. */
export const MOST_CHARACTERS = 4_000_000;
/** Of one list. */
export const MOST_ELEMENTS = 2_000_000;

/** @throws BuiltinTooLarge */
export function checkLength(characters: number): void {
  if (characters > MOST_CHARACTERS)
    throw new BuiltinTooLarge(`a text of more than ${MOST_CHARACTERS} characters`);
}

/** @throws BuiltinTooLarge */
export function checkElements(elements: number): void {
  if (elements > MOST_ELEMENTS) throw new BuiltinTooLarge(`a list of more than ${MOST_ELEMENTS} elements`);
}
