import { CorollaryError } from '../../errors.js';

/**
 * What a failed call says about the next one. passing: the same request may well succeed soon (no connection, time-out,
 * 429, 5xx); lasting: it will not (a wrong key, no such model, an answer that holds no vectors); texts: the endpoint is
 * well, but refuses these texts (400, 413, 422).
 */
export type FailureKind = 'passing' | 'lasting' | 'texts';

export interface FailureFacts {
  readonly model: string;
  /** Host and port: never a URL, which may hold a secret. */
  readonly endpoint: string;
  readonly status?: number | undefined;
  /** ms; the endpoint asked for so long a pause. */
  readonly retryAfterMs?: number | undefined;
  /** The texts were too many or too large together: fewer may do. */
  readonly isTooLarge?: boolean;
  /** A text is longer than the model reads. */
  readonly isTooLong?: boolean;
}

/** An endpoint gave no vectors; no part of its answer is used. */
export class EndpointFailure extends CorollaryError {
  constructor(
    readonly kind: FailureKind,
    what: string,
    readonly facts: FailureFacts,
    cause?: unknown,
  ) {
    const { model, endpoint, status } = facts;
    super(
      'EMBEDDING_SPACE_UNAVAILABLE',
      `The endpoint ${endpoint} of the model ${model} ${what}.`,
      { model, endpoint, ...(status !== undefined && { status }) },
      { cause },
    );
  }
}
