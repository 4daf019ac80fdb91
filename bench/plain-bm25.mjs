/** BM25 with k1 = 0.9, b = 0.4 over words as they stand: no stemming, no stop words. The baseline of search by words. */
export class PlainBm25 {
  #ids;
  #lengths;
  #mean;
  /** Word → [document's index, occurrences]. */
  #postings = new Map();

  /** @param {{ id: string, text: string }[]} documents */
  constructor(documents) {
    this.#ids = documents.map(({ id }) => id);
    const counts = documents.map(({ text }) => occurrences(text));
    this.#lengths = counts.map((each) => [...each.values()].reduce((sum, n) => sum + n, 0));
    this.#mean = this.#lengths.reduce((sum, length) => sum + length, 0) / documents.length;
    for (const [index, each] of counts.entries()) {
      for (const [word, times] of each) {
        if (!this.#postings.has(word)) this.#postings.set(word, []);
        this.#postings.get(word).push([index, times]);
      }
    }
  }

  /** The ids of the best `most` documents, best first. */
  search(text, most) {
    const scores = new Map();
    for (const word of occurrences(text).keys()) {
      const postings = this.#postings.get(word) ?? [];
      const idf = Math.log(1 + (this.#ids.length - postings.length + 0.5) / (postings.length + 0.5));
      for (const [index, times] of postings) {
        const saturation = times + 0.9 * (1 - 0.4 + (0.4 * this.#lengths[index]) / this.#mean);
        scores.set(index, (scores.get(index) ?? 0) + (idf * times * 1.9) / saturation);
      }
    }
    const best = [...scores].sort(([a, x], [b, y]) => y - x || a - b).slice(0, most);
    return best.map(([index]) => this.#ids[index]);
  }
}

function occurrences(text) {
  const counts = new Map();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
