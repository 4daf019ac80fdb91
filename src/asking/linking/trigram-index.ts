/** An edit touches three trigrams, a swap of neighbours four. */
const TOUCHED = 4;

const none: readonly number[] = [];

/**
 * Names by their trigrams, for texts with slips: candidates share enough trigrams, then the edits between them are counted.
 * Names come and go; a name that went is skipped until there are more of those than others.
 */
export class TrigramIndex {
  readonly #names = new Map<string, number>();
  #texts: (string | undefined)[] = [];
  /** By the names' length, then by trigram. */
  #postings = new Map<number, Map<string, number[]>>();
  /** For each name, how many trigrams it shares with the text that is looked for; all 0 in between. */
  #shared = new Uint16Array(1_024);

  get size(): number {
    return this.#names.size;
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    const id = this.#texts.push(name) - 1;
    this.#names.set(name, id);
    if (id >= this.#shared.length) this.#shared = new Uint16Array(2 * this.#shared.length);
    const postings = this.#postings.get(name.length) ?? new Map<string, number[]>();
    this.#postings.set(name.length, postings);
    for (const gram of trigramsOf(name)) {
      const posting = postings.get(gram);
      if (posting === undefined) postings.set(gram, [id]);
      else posting.push(id);
    }
  }

  delete(name: string): void {
    const id = this.#names.get(name);
    if (id === undefined) return;
    this.#names.delete(name);
    this.#texts[id] = undefined;
    if (this.#texts.length > 1_000 && this.#texts.length > 2 * this.#names.size) this.#rebuild();
  }

  /**
   * Names that are `text` but for a slip: one edit from four characters on, two from eight on (an edit is a letter
   * added, left out, changed, or swapped with its neighbour). Nearest first.
   */
  near(text: string): { readonly name: string; readonly edits: number }[] {
    const most = text.length < 4 ? 0 : text.length < 8 ? 1 : 2;
    if (most === 0) return [];
    const grams = trigramsOf(text);
    const enough = grams.length - TOUCHED * most;
    // The longest lists would bring many candidates that the others bring, too.
    const skipped = Math.max(0, Math.floor(enough / 3));
    const shared = this.#shared;
    const found: { name: string; edits: number }[] = [];
    for (let length = text.length - most; length <= text.length + most; length++) {
      const postings = this.#postings.get(length);
      if (postings === undefined) continue;
      const rarest = grams
        .map((gram) => postings.get(gram) ?? none)
        .sort((a, b) => a.length - b.length)
        .slice(0, grams.length - skipped);
      const seen: number[] = [];
      for (const posting of rarest) {
        for (const id of posting) {
          if (shared[id] === 0) seen.push(id);
          shared[id]! += 1;
        }
      }
      for (const id of seen) {
        const isCandidate = shared[id]! >= enough - skipped;
        shared[id] = 0;
        const name = isCandidate ? this.#texts[id] : undefined;
        if (name === undefined) continue;
        const edits = editsBetween(text, name, most);
        if (edits <= most) found.push({ name, edits });
      }
    }
    return found.sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  }

  #rebuild(): void {
    const names = [...this.#names.keys()];
    this.#names.clear();
    this.#texts = [];
    this.#postings = new Map();
    for (const name of names) this.add(name);
  }
}

/** Each once; the ends are marked, so that the first and the last letter have three, too. */
function trigramsOf(text: string): string[] {
  const padded = `\0\0${text}\0\0`;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at++) grams.add(padded.slice(at, at + 3));
  return [...grams];
}

/**
 * Optimal string alignment (Levenshtein's distance, and swaps of neighbours that are not edited again), between equal ends
 * and as far beside the diagonal as `most` edits lead.
 * @returns more than `most` as soon as it must be
 */
export function editsBetween(a: string, b: string, most: number): number {
  let start = 0;
  let [aEnd, bEnd] = [a.length, b.length];
  if (Math.abs(aEnd - bEnd) > most) return most + 1;
  while (start < aEnd && start < bEnd && a[start] === b[start]) start++;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const [height, width] = [aEnd - start, bEnd - start];
  const far = most + 1;
  let [before, last, row] = [0, 1, 2].map(() => new Array<number>(width + 1).fill(far)) as [
    number[],
    number[],
    number[],
  ];
  for (let j = 0; j <= Math.min(width, most); j++) last[j] = j;
  for (let i = 1; i <= height; i++) {
    const from = Math.max(1, i - most);
    const to = Math.min(width, i + most);
    row[from - 1] = from === 1 ? i : far;
    let least = row[from - 1]!;
    for (let j = from; j <= to; j++) {
      const isSame = a[start + i - 1] === b[start + j - 1];
      const beside = j === i + most ? far : last[j]!;
      let edits = Math.min(beside + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[start + i - 1] === b[start + j - 2] && a[start + i - 2] === b[start + j - 1]) {
        edits = Math.min(edits, before[j - 2]! + 1);
      }
      row[j] = edits;
      least = Math.min(least, edits);
    }
    if (least > most) return far;
    [before, last, row] = [last, row, before];
  }
  return Math.min(far, last[width]!);
}
