/**
 * Lets one part of the program wait for another without losing a call: read `rings` before looking for work, and
 * wait for a ring after that number when there was none.
 */
export class Bell {
  #rings = 0;
  readonly #listeners = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings++;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves when it has rung more than `rings` times, at the latest after `ms`, or when `signal` aborts. */
  async after(rings: number, ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#rings > rings || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#listeners.add(done);
      signal?.addEventListener('abort', done);
    });
  }
}
