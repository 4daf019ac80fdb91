/*
 * A name and what people write for it come to the same key: `new_york`, "New York", NewYork and "new-york's"; `café` and
 * "cafe". Spaces are left out, since nobody agrees on them.
 */

/** Letters that Unicode does not take apart into a base and a mark. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
};

const plain = /^[a-z0-9]*$/;

/** In small letters, without accents and without anything that is no letter or digit; a final 's goes too. */
export function folded(word: string): string {
  if (plain.test(word)) return word;
  return word
    .toLowerCase()
    .replace(/['’]s(?=$|[^\p{L}\p{N}])/gu, '')
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/[ßøđðłæœþı]/gu, (letter) => letters[letter]!);
}

/**
 * A folded word without its plural's ending, so that cities and city, caches and cache, boxes and box come together. What
 * comes out need not be a word.
 */
export function stemmed(word: string): string {
  if (word.length < 4) return word;
  let stem = word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem.length > 2 && stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem;
}

/** The words of a name: at spaces and signs, and where a capital follows a small letter. */
export function wordsOfName(name: string): string[] {
  return name
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .split(/[^\p{L}\p{M}\p{N}'’]+/u)
    .map(folded)
    .filter((word) => word !== '');
}

/** What the name is found by: all of it, and all of it without endings. */
export function keysOfName(name: string): { readonly key: string; readonly stem: string } {
  const words = wordsOfName(name);
  return { key: words.join(''), stem: words.map(stemmed).join('') };
}
