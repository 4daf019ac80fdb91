/** A word of a question, and where it stands. */
export interface Word {
  readonly text: string;
  /** In UTF-16 units; `end` is behind it. */
  readonly start: number;
  readonly end: number;
}

/** Longer questions are read to here: what is longer is a text, not a question. In words. */
const MOST_WORDS = 60;

/** Letters, digits and marks; signs within a word (`inc_17`, `one-time`, `2.5`, `Ana's`) belong to it. */
const word = /[+-]?\d[\d.,]*\d(?![\p{L}\p{M}_])|[\p{L}\p{M}\p{N}]+(?:[_'’][\p{L}\p{M}\p{N}]+)*/gu;

/** Scripts that write no spaces: ICU's dictionaries know their words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
let segmenter: Intl.Segmenter | undefined;

export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(word)) {
    if (words.length >= MOST_WORDS) break;
    const found = { text: match[0], start: match.index, end: match.index + match[0].length };
    if (unspaced.test(found.text)) words.push(...segmented(found));
    else words.push(found);
  }
  return words.slice(0, MOST_WORDS);
}

function segmented({ text, start }: Word): Word[] {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => ({
      text: segment,
      start: start + index,
      end: start + index + segment.length,
    }));
}
