import { LRUCache } from 'lru-cache';
import type { Connection } from '../database/database.js';
import type { DenseQuery } from './dense-query.js';
import { ScopeEstimates } from './scope-estimates.js';
import { WaysToSearch } from './search-way.js';
import { UsualNearness } from './usual-nearness.js';

const MOST_SPACES = 1_000;

/** What the searches of this process teach those that follow. */
export class SearchExperience {
  readonly #estimates = new ScopeEstimates();
  /** By space. */
  readonly #nearness = new LRUCache<number, UsualNearness>({ max: MOST_SPACES });

  /** Of a query by meaning; an index is used where the query allows it and the space has one. */
  async waysFor(
    connection: Connection,
    { space, scope, limit, approximate }: DenseQuery,
  ): Promise<WaysToSearch> {
    const estimate = await this.#estimates.of(connection, scope);
    const index = approximate === true ? (space.index ?? undefined) : undefined;
    return new WaysToSearch(space, limit, estimate, index, this.#nearnessIn(space.id));
  }

  #nearnessIn(space: number): UsualNearness {
    const known = this.#nearness.get(space) ?? new UsualNearness();
    this.#nearness.set(space, known);
    return known;
  }
}
