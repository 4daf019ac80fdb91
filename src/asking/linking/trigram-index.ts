/**
 * Names by their trigrams, for texts with slips: candidates share enough trigrams, then the edits between them are counted.
 * Names come and go; a name that went is skipped until there are more of those than others.
 */
export class TrigramIndex {
  readonly #names = new Map<string, number>();
  #texts: (string | undefined)[] = [];
  #postings = new Map<string, number[]>();
  /** For each name, how many trigrams it shares with the text that is looked for; all 0 in between. */
  #shared = new Uint8Array(1_024);

  get size(): number {
    return this.#names.size;
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    const id = this.#texts.push(name) - 1;
    this.#names.set(name, id);
    if (id >= this.#shared.length) this.#shared = new Uint8Array(2 * this.#shared.length);
    for (const gram of trigramsOf(name)) {
      const posting = this.#postings.get(gram);
      if (posting === undefined) this.#postings.set(gram, [id]);
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
    const grams = trigramsOf(text).slice(0, 250);
    const shared = this.#shared;
    const seen: number[] = [];
    for (const gram of grams) {
      const posting = this.#postings.get(gram);
      if (posting === undefined) continue;
      for (const id of posting) {
        if (shared[id] === 0) seen.push(id);
        shared[id]!++;
      }
    }
    // An edit touches three trigrams, a swap four.
    const enough = grams.length - 4 * most;
    const found: { name: string; edits: number }[] = [];
    for (const id of seen) {
      const count = shared[id]!;
      shared[id] = 0;
      if (count < enough) continue;
      const name = this.#texts[id];
      if (name === undefined || Math.abs(name.length - text.length) > most) continue;
      const edits = editsBetween(text, name, most);
      if (edits <= most) found.push({ name, edits });
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
 * Optimal string alignment (Levenshtein's distance, and swaps of neighbours that are not edited again).
 * @returns more than `most` as soon as it must be
 */
export function editsBetween(a: string, b: string, most: number): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, before[j - 2]! + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    if (least > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
