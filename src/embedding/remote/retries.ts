import type { CallLimits } from './call-limits.js';
import type { Clock } from './clock.js';
import { EndpointFailure } from './endpoint-failure.js';

const longestPauseMs = 5_000;

/**
 * Tries again what failed for a passing reason, after a random pause whose bound doubles ("full jitter": Brooker,
 * Exponential Backoff And Jitter, AWS Architecture Blog, 2015), or after the pause that the endpoint asked for. A pause
 * that would outlast `totalMs` is not begun.
 * @param attempt is told how many ms it has
 * @throws what the last attempt threw
 */
export async function retried<T>(
  attempt: (timeoutMs: number) => Promise<T>,
  { attempts, totalMs, timeoutMs, backoffMs }: CallLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  const end = clock.now() + totalMs;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt(Math.max(1, Math.min(timeoutMs, end - clock.now())));
    } catch (error) {
      if (!(error instanceof EndpointFailure) || error.kind !== 'passing' || tried >= attempts) throw error;
      const jitter = Math.random() * Math.min(longestPauseMs, backoffMs * 2 ** (tried - 1));
      const pause = Math.max(jitter, error.facts.retryAfterMs ?? 0);
      if (clock.now() + pause >= end) throw error;
      await clock.sleep(pause, signal);
    }
  }
}
