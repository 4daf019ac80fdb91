/** A word of a text: as it is compared, and where it stands. */
export interface Word {
  /** In small letters, in Unicode's composed form. */
  readonly text: string;
  /** Offsets in the text, [from, to). */
  readonly from: number;
  readonly to: number;
}

/** Numbers with their separators, words, and the `'s` that belongs to the word before it. */
const word = /\d+(?:[.,]\d+)*(?![\p{L}\p{M}])|['’]s(?![\p{L}\p{M}\p{N}])|[\p{L}\p{M}\p{N}_]+/gu;

/** Scripts that put no space between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Khmr}\p{sc=Laoo}\p{sc=Mymr}]/u;

const plain = /^[a-z0-9_]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The words of a text in order. Where a script puts no spaces they are found by the dictionary of Unicode's ICU. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: found, index } of text.matchAll(word)) {
    if (!unspaced.test(found)) {
      words.push({ text: compared(found), from: index, to: index + found.length });
      continue;
    }
    segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
    for (const { segment, index: at } of segmenter.segment(found)) {
      words.push({ text: compared(segment), from: index + at, to: index + at + segment.length });
    }
  }
  return words;
}

function compared(found: string): string {
  if (plain.test(found)) return found;
  return found.toLowerCase().normalize('NFKC').replaceAll('’', "'");
}
