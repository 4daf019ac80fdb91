import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Embedder, TokenVectors } from '../embedding/embedder.js';
import { lateInteractionScore } from '../embedding/scores.js';

/** So many of the best facts are compared token by token: each costs the model a passage, unless its vectors are kept. */
export const MOST_COMPARED = 100;
/** Of the token vectors that are kept: some 250 sentences of 60 tokens and 1,024 dimensions. */
const MOST_BYTES = 64 * 2 ** 20;
/** Other requests get their turn after so long. */
const LONGEST_TURN_MS = 8;

/**
 * What late interaction counts against the other channels together: FlagEmbedding weighs BGE-M3's dense, sparse and ColBERT
 * scores .4, .2 and .4.
 */
export const LATE_WEIGHT = 0.4;

/** Late interaction between a text and sentences (ColBERT): token vectors are computed on demand and kept for a while. */
export class LateInteraction {
  readonly #kept = new LRUCache<string, TokenVectors>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ data }) => Math.max(1, data.byteLength),
  });

  /**
   * @param embedder one that gives vectors of tokens
   * @param query the text's token vectors, by that embedder
   * @returns for each sentence its score, in [0, 1]
   * @throws CorollaryError CANCELLED, EMBEDDING_SPACE_UNAVAILABLE
   */
  async scores(
    embedder: Embedder,
    query: TokenVectors,
    sentences: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const vectors = await this.#vectorsOf(embedder, sentences, signal);
    const scores: number[] = [];
    let began = performance.now();
    for (const sentence of sentences) {
      scores.push(Math.min(1, Math.max(0, lateInteractionScore(query, vectors.get(sentence)!))));
      if (performance.now() - began < LONGEST_TURN_MS) continue;
      await setImmediate();
      began = performance.now();
    }
    return scores;
  }

  async #vectorsOf(
    embedder: Embedder,
    sentences: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, TokenVectors>> {
    const found = new Map<string, TokenVectors>();
    const missing: string[] = [];
    for (const sentence of new Set(sentences)) {
      const kept = this.#kept.get(keyOf(embedder, sentence));
      if (kept === undefined) missing.push(sentence);
      else found.set(sentence, kept);
    }
    const options = { also: ['tokens'] as const, ...(signal && { signal }) };
    const embedded = missing.length > 0 ? await embedder.embed(missing, 'passage', options) : [];
    for (const [i, { tokenVectors }] of embedded.entries()) {
      found.set(missing[i]!, tokenVectors!);
      this.#kept.set(keyOf(embedder, missing[i]!), tokenVectors!);
    }
    return found;
  }
}

const keyOf = ({ fingerprint }: Embedder, sentence: string) => `${fingerprint} ${sentence}`;
