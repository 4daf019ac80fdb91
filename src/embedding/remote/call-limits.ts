/** How long and how often an endpoint is asked. */
export interface CallLimits {
  /** ms for one attempt, from connecting to the last byte. Default 30,000. Hazard: a model that is loaded on demand takes longer for its first answer. */
  readonly timeoutMs: number;
  /** Attempts in all. Default 3. */
  readonly attempts: number;
  /** ms for all attempts and the pauses between them. Default 60,000. */
  readonly totalMs: number;
  /** The first pause is a random time up to this many ms; it doubles with each attempt, up to 5 s. Default 250. */
  readonly backoffMs: number;
}

export const defaultLimits: CallLimits = {
  timeoutMs: 30_000,
  attempts: 3,
  totalMs: 60_000,
  backoffMs: 250,
};
