import { folded } from '../linking/name-keys.js';
import { wordsOf as plainWordsOf, type Word } from '../patterns/words.js';

/** A word of a question, and what it is compared by. */
export interface KeyedWord extends Word {
  /** In small letters, without accents. */
  readonly key: string;
}

export function wordsOf(text: string): KeyedWord[] {
  return plainWordsOf(text).map((word) => ({ ...word, key: folded(word.text) || word.text }));
}
