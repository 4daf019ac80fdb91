import { setTimeout as sleep } from 'node:timers/promises';

/** Time, as far as pauses between attempts go; a test puts its own in its place. */
export interface Clock {
  /** ms, from any beginning; never runs backwards. */
  now(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
