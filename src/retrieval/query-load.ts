import { Bell } from './bell.js';

/** How many searches by meaning this server is at, for work that can wait until there are none. */
export class QueryLoad {
  readonly #ended = new Bell();
  #active = 0;

  get active(): number {
    return this.#active;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#active++;
    try {
      return await work();
    } finally {
      this.#active--;
      if (this.#active === 0) this.#ended.ring();
    }
  }

  /** Resolves when no search is under way, at the latest after `mostMs`. */
  async quiet(mostMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#active > 0) await this.#ended.after(this.#ended.rings, mostMs, signal);
  }
}
