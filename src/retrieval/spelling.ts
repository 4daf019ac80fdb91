/** What names and codes, words with a digit in them, must share. */
const LEAST_TRIGRAMS = 0.4;
/** So long a word may have one slip, or two; the shorter the word, the likelier another word is as near. */
const LONG_ENOUGH_FOR_ONE = 6;
const LONG_ENOUGH_FOR_TWO = 10;

/**
 * How likely `wanted` was written for `word`, in (0, 1); 0 for not at all.
 *
 * A name or code (with a digit: `inc4711`, `libjpeg62`) by the trigrams that both share, so that half of it finds it. A word
 * by its slips (a letter too many, too few, another one, or two that are swapped), its first letter being right: a synonym
 * that happens to look alike is worth nothing, and every text has words that no sentence holds. A number is like a code that
 * it is part of (4711 and inc4711), never like another number.
 * @param trigrams pg_trgm's `similarity` of the two, in [0, 1]
 */
export function likenessOf(wanted: string, word: string, trigrams: number): number {
  const [a, b] = [plain(wanted), plain(word)];
  if (isNumber(a) || isNumber(b)) return a !== b && (a.includes(b) || b.includes(a)) ? trigrams : 0;
  if (/\d/.test(a) || /\d/.test(b)) return trigrams >= LEAST_TRIGRAMS ? trigrams : 0;
  const length = Math.min(wanted.length, word.length);
  const most = length >= LONG_ENOUGH_FOR_TWO ? 2 : length >= LONG_ENOUGH_FOR_ONE ? 1 : 0;
  if (most === 0 || wanted[0] !== word[0]) return 0;
  const slips = slipsBetween(wanted, word);
  return slips <= most ? 1 - slips / Math.max(wanted.length, word.length) : 0;
}

/** Text search has the hyphen of INC-4711 for a minus. */
const plain = (word: string) => word.replace(/[^\p{L}\p{N}]/gu, '');
const isNumber = (word: string) => /^\p{N}+$/u.test(word);

/** Edit distance with swaps of neighbours (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
