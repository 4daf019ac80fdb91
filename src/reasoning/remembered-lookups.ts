import { LRUCache } from 'lru-cache';
import type { FactBatch, FactKeys } from '../knowledge/knowledge.js';
import type { FactFeed } from './fact-feed.js';

/** Characters of facts that are remembered, in all and of one look-up. */
const MOST_REMEMBERED = 32 * 1024 * 1024;
const MOST_OF_ONE = 1024 * 1024;

/**
 * Remembers the facts that were looked up, by revision: what stood at one never changes. So questions that are asked
 * again, the next page of one included, need the database only when something was written in between.
 */
export class RememberedLookups implements FactFeed {
  readonly #known = new LRUCache<string, readonly FactBatch[]>({ maxSize: MOST_REMEMBERED });

  constructor(readonly feed: FactFeed) {}

  batches(...which: Parameters<FactFeed['batches']>): AsyncIterable<FactBatch> {
    return this.feed.batches(...which);
  }

  async *byKeys(
    knowledgeBase: number,
    until: number,
    keys: FactKeys,
    after?: number,
  ): AsyncIterable<FactBatch> {
    const name = JSON.stringify([knowledgeBase, until, keys, after]);
    const known = this.#known.get(name);
    if (known !== undefined) {
      yield* known;
      return;
    }
    const read: FactBatch[] = [];
    let size = name.length;
    for await (const batch of this.feed.byKeys(knowledgeBase, until, keys, after)) {
      size += batch.lines.length;
      if (size <= MOST_OF_ONE) read.push(batch);
      yield batch;
    }
    if (size <= MOST_OF_ONE) this.#known.set(name, read, { size });
  }
}
