import type { EntityLinker } from '../linking/linker.js';
import type { NamedConstant } from './chart.js';
import type { KeyedWord } from './words.js';

/** Words of the name of one constant, at most. */
const MOST_WORDS = 6;
/** Constants of one span of words, at most: the best of them. */
const MOST_CONSTANTS = 4;

/** Every run of words that names a constant, with each constant that it may mean. */
export function namedConstants(words: readonly KeyedWord[], linker: EntityLinker): NamedConstant[] {
  const mentions = linker.mentions(
    words.map(({ text }) => text),
    MOST_WORDS,
  );
  return mentions.flatMap(({ from, to, links }) =>
    links
      .slice(0, MOST_CONSTANTS)
      .map(({ value, positions, score }) => ({ from, to, value, positions, score })),
  );
}
