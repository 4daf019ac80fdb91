import { LRUCache } from 'lru-cache';
import type { EmbeddedText } from './embedder.js';
import type { TextForm } from './engine.js';
import { formKey } from './waiting-line.js';

/** Longer texts are not kept: they are hardly asked for twice, and their own size would come to matter. */
const mostCharacters = 2_000;

/** The vectors of the texts that were asked for last: least recently used goes first. */
export class VectorCache {
  readonly #entries: LRUCache<string, EmbeddedText>;

  constructor(most = 1_000) {
    this.#entries = new LRUCache({ max: most });
  }

  /** A copy, so that nobody writes into the cache. */
  get(fingerprint: string, text: string, form: TextForm): EmbeddedText | undefined {
    const found = this.#entries.get(keyOf(fingerprint, text, form));
    return found === undefined ? undefined : copied(found);
  }

  set(fingerprint: string, text: string, form: TextForm, embedded: EmbeddedText): void {
    // One vector a token is far too much to keep.
    if (text.length > mostCharacters || embedded.tokenVectors !== undefined) return;
    this.#entries.set(keyOf(fingerprint, text, form), copied(embedded));
  }
}

const keyOf = (fingerprint: string, text: string, form: TextForm) =>
  `${fingerprint} ${formKey(form)} ${text}`;

function copied(embedded: EmbeddedText): EmbeddedText {
  const { dense, sparse } = embedded;
  return {
    ...embedded,
    dense: dense.slice(),
    ...(sparse !== undefined && {
      sparse: { ...sparse, ids: sparse.ids.slice(), weights: sparse.weights.slice() },
    }),
  };
}
