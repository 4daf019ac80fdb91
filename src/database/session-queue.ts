import { cancelled } from './transaction.js';

/** Hands one session to one user at a time, first come, first served. */
export class SessionQueue {
  readonly #waiting = new Set<(release: () => void) => void>();
  #taken = false;

  /**
   * @returns the function that gives the session back; later calls of it do nothing
   * @throws CorollaryError CANCELLED when `signal` aborts before the turn has come
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw cancelled(signal);
    if (!this.#taken) {
      this.#taken = true;
      return this.#release();
    }
    return new Promise((resolve, reject) => {
      const turn = (release: () => void) => {
        signal?.removeEventListener('abort', leave);
        resolve(release);
      };
      const leave = () => {
        this.#waiting.delete(turn);
        reject(cancelled(signal!));
      };
      this.#waiting.add(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  #release(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const [next] = this.#waiting;
      if (next === undefined) {
        this.#taken = false;
        return;
      }
      this.#waiting.delete(next);
      next(this.#release());
    };
  }
}
