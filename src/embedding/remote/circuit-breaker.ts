import { CorollaryError } from '../../errors.js';
import { EndpointFailure } from './endpoint-failure.js';

const failuresToOpen = 5;
const firstPauseMs = 10_000;
const longestPauseMs = 120_000;

/**
 * Spares callers the wait for an endpoint that is down, and the endpoint the callers: after five failed calls in a row
 * every call fails at once, for 10 s; then a single one is let through, and decides. Each time that it fails, the pause
 * doubles, up to 2 min. (Nygard, Release It!, 2007.)
 */
export class CircuitBreaker {
  readonly #now: () => number;
  #failures = 0;
  #pauseMs = 0;
  /** Undefined: calls go through. */
  #openUntil: number | undefined;
  #isProbed = false;
  #last: EndpointFailure | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws what `work` throws; EndpointFailure while open */
  async call<T>(work: () => Promise<T>): Promise<T> {
    const isProbe = this.#openUntil !== undefined;
    if (isProbe) {
      if (this.#isProbed || this.#now() < this.#openUntil!) throw this.#refusal();
      this.#isProbed = true;
    }
    try {
      const result = await work();
      this.#close();
      return result;
    } catch (error) {
      // Whoever refuses a text is there.
      if (error instanceof EndpointFailure && error.kind === 'texts') this.#close();
      else if (!(error instanceof CorollaryError) || error.code !== 'CANCELLED') this.#failed(error, isProbe);
      throw error;
    } finally {
      if (isProbe) this.#isProbed = false;
    }
  }

  #close(): void {
    this.#failures = 0;
    this.#pauseMs = 0;
    this.#openUntil = undefined;
  }

  #failed(error: unknown, wasProbe: boolean): void {
    // Calls that began before it opened say nothing new.
    if (this.#openUntil !== undefined && !wasProbe) return;
    if (error instanceof EndpointFailure) this.#last = error;
    this.#failures++;
    if (this.#failures < failuresToOpen) return;
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs === 0 ? firstPauseMs : 2 * this.#pauseMs);
    this.#openUntil = this.#now() + this.#pauseMs;
  }

  #refusal(): CorollaryError {
    const seconds = Math.max(1, Math.ceil((this.#openUntil! - this.#now()) / 1000));
    const { message = 'It failed', details = {} } = this.#last ?? {};
    return new CorollaryError(
      'EMBEDDING_SPACE_UNAVAILABLE',
      `${message} It failed ${this.#failures} times in a row and is asked again in ${seconds} s.`,
      { ...details, retryInSeconds: seconds },
    );
  }
}
