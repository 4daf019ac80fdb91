import type { EmbeddedText } from './embedder.js';

/** Longer texts are not kept: they are hardly asked for twice, and their own size would come to matter. */
const mostCharacters = 2_000;

/** The vectors of the texts that were asked for last: least recently used goes first. */
export class VectorCache {
  readonly #entries = new Map<string, EmbeddedText>();
  readonly #most: number;

  constructor(most = 1_000) {
    this.#most = most;
  }

  /** A copy, so that nobody writes into the cache. */
  get(fingerprint: string, text: string): EmbeddedText | undefined {
    const key = `${fingerprint} ${text}`;
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return copied(found);
  }

  set(fingerprint: string, text: string, embedded: EmbeddedText): void {
    if (text.length > mostCharacters) return;
    const key = `${fingerprint} ${text}`;
    this.#entries.delete(key);
    this.#entries.set(key, copied(embedded));
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!);
  }
}

function copied(embedded: EmbeddedText): EmbeddedText {
  return { ...embedded, dense: embedded.dense.slice() };
}
