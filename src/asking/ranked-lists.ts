import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ScoredFact, SearchOutcome } from '../retrieval/retrieval.js';

/** Characters of facts, together: some thousands of lists of fifty short facts. */
const MOST_CHARACTERS = 32 * 2 ** 20;
const KEPT_MS = 10 * 60_000;
/** What a fact weighs besides its texts. */
const FACT = 500;

const weightOf = ({ fact }: ScoredFact) => FACT + 2 * fact.prolog.length + (fact.sentence?.length ?? 0);

/**
 * Lists that pages have been cut from, for the pages that follow. A revision alone does not fix a ranked list: the
 * vectors of its newest sentences may arrive between two pages, and how rare a word is depends on all sentences of the
 * present. Where a list is gone (after ten minutes, or on another server) it is made again.
 */
export class RankedLists {
  readonly #kept = new LRUCache<string, SearchOutcome>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ facts }) => facts.reduce((sum, fact) => sum + weightOf(fact), 1),
    ttl: KEPT_MS,
  });

  /**
   * The list of a request that `id` names, else the one that `make` makes; with the id that its cursors bear.
   * @param request what nobody else's list answers to, whoever knows its id
   */
  async get(
    request: string,
    id: string | undefined,
    make: () => Promise<SearchOutcome>,
  ): Promise<{ readonly list: string; readonly found: SearchOutcome }> {
    const kept = id === undefined ? undefined : this.#kept.get(`${request}:${id}`);
    if (id !== undefined && kept !== undefined) {
      return { list: id, found: { ...kept, embedMs: 0, retrieveMs: 0 } };
    }
    const found = await make();
    const list = id ?? randomBytes(9).toString('base64url');
    this.#kept.set(`${request}:${list}`, found);
    return { list, found };
  }
}
