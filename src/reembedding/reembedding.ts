import type { EmbeddingSpaceCoverage } from '../retrieval/embedding-spaces.js';

/**
 * Changing the embedding model while the server answers: spaces, and the durable jobs that fill them. What api, cli and
 * the application see; `started-reembedding.ts` is the implementation.
 */
export interface Reembedding {
  /**
   * Opens a BUILDING space and queues every live sentence for it, with a job that fills, indexes, verifies and (unless
   * MANUAL) activates it. Nothing is stored where this throws.
   * @throws CorollaryError MODEL_NOT_FOUND; BAD_INPUT for dimensions that the model cannot be cut to, a request out of its
   * range, or a space with these vectors that is there already (its id is in `details.space`); EMBEDDING_SPACE_UNAVAILABLE
   * when the model cannot be opened; REEMBEDDING_RUNNING while another job of the knowledge base is under way
   * (`details.job`); KNOWLEDGE_BASE_NOT_FOUND
   */
  reembed(request: ReembedRequest): Promise<Job>;
  /** Ends a job that is under way; its space is kept for a day, so that `resume` can go on. @throws CorollaryError JOB_NOT_FOUND; JOB_ENDED */
  cancel(job: number): Promise<Job>;
  /**
   * Goes on with a job that was cancelled, failed or waits (PAUSED): what is there stays, sentences that the model failed on
   * are tried again, and what was written meanwhile is queued.
   * @throws CorollaryError JOB_NOT_FOUND; JOB_ENDED when it has succeeded, or its space is gone; REEMBEDDING_RUNNING
   */
  resume(job: number): Promise<Job>;
  /** @throws CorollaryError JOB_NOT_FOUND */
  job(id: number): Promise<Job>;
  /** Newest first. @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND */
  jobs(query?: JobQuery): Promise<JobPage>;
  /**
   * The job as it is now, then each time that something of it has changed (looked for every `watchMs`, whichever server
   * works on it), and last as it ended; ends with it. @throws CorollaryError JOB_NOT_FOUND; CANCELLED
   */
  watch(job: number, signal?: AbortSignal): AsyncIterable<Job>;
  /** The active one first, then the newest. @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND */
  spaces(knowledgeBase?: string | null): Promise<EmbeddingSpaceInfo[]>;
  /** @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND */
  space(id: number): Promise<EmbeddingSpaceInfo>;
  /**
   * Makes a READY or RETIRED space the active one, in one transaction that every server sees at its next query; the one that
   * was active is RETIRED and stays warm. The active one: nothing happens. Waits for sentences that were just written.
   * @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND; EMBEDDING_SPACE_INCOMPLETE when the space is not READY or RETIRED, or
   * sentences lack their vectors in it; CANCELLED
   */
  activate(space: number, signal?: AbortSignal): Promise<EmbeddingSpaceInfo>;
  /** @returns it as it was @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND; EMBEDDING_SPACE_IN_USE for the active one, or one that a job fills */
  drop(space: number): Promise<EmbeddingSpaceInfo>;
  /** Checks a space against its model, and against another space. @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND; EMBEDDING_SPACE_UNAVAILABLE; BAD_INPUT; CANCELLED */
  verify(request: VerifyRequest): Promise<Verification>;
}

export interface ReembedRequest {
  readonly knowledgeBase?: string | null;
  /** Any known model, in any runtime. */
  readonly model: string;
  /** One of the model's `truncatableTo`. Default: all that it has. */
  readonly dimensions?: number | null;
  /** Default WHEN_VERIFIED: queries change to the new space as soon as it has passed. MANUAL: the job ends with a READY space. */
  readonly activate?: Activation | null;
  /** Neighbour overlap@10 with the active space that the new one must have, in [0, 1]. Default none. Hazard: a better model has other neighbours. */
  readonly minAgreement?: number | null;
  /** Sentences a second that all servers together embed at most. Default: as fast as queries let it. */
  readonly ratePerSecond?: number | null;
  /** Derives the space from the stored vectors of one with this model (see ProjectionRequest); then `dimensions` are the projection's. */
  readonly projection?: ProjectionRequest | null;
  /** BAD_INPUT unless the space's vectors have this fingerprint. Default: whatever they have. */
  readonly fingerprint?: string | null;
  /** Begins PAUSED: no model is asked until `resume`. For vectors that come from elsewhere, see `vectors import`. */
  readonly paused?: boolean;
}

export type Activation = 'WHEN_VERIFIED' | 'MANUAL';

/** Learned from stored vectors, or a small graph of one input and one output, both [batch, dimensions] float32. */
export interface ProjectionRequest {
  /**
   * PCA: the directions in which the vectors extend most. WHITENING: the same about their mean, and made to extend alike; with
   * fewer dimensions it is PCA and whitening in one. GRAPH: an ONNX graph.
   */
  readonly method: 'PCA' | 'WHITENING' | 'GRAPH';
  /** Default: as many as the vectors extend in; what the graph gives. */
  readonly dimensions?: number | null;
  /** The ONNX file, for GRAPH: at most 12 MB, with all its numbers in it. */
  readonly graph?: Uint8Array;
}

export type JobState = 'QUEUED' | 'RUNNING' | 'PAUSED' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
export type JobPhase = 'EMBEDDING' | 'INDEXING' | 'VERIFYING' | 'ACTIVATING';

export interface Job {
  readonly id: number;
  /** Name of the knowledge base. */
  readonly knowledgeBase: string;
  readonly kind: 'REEMBEDDING';
  /** PAUSED: begun so, or the model fails on every text; then it is tried again by itself, and `error` says why. */
  readonly state: JobState;
  /** What it is at, or was when it ended. */
  readonly phase: JobPhase;
  /** Sentences with a vector, all of them, and those that the model failed on for good. `total` grows with writes. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Sentences a second, of all servers, over the last half minute. Null until it is known and after the end. */
  readonly ratePerSecond: number | null;
  readonly etaSeconds: number | null;
  /** One sentence for an operator: why it failed or waits. */
  readonly error: string | null;
  /** Some of the sentences that the model failed on, and why; at most 20. */
  readonly failures: readonly { readonly fact: number; readonly error: string }[];
  /** Its space, null when that has been dropped. */
  readonly space: number | null;
  readonly verification: Verification | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface JobQuery {
  /** Default: of all. */
  readonly knowledgeBase?: string | null;
  readonly state?: JobState | null;
  /** Default 20, at most 1,000. */
  readonly first?: number | null;
  /** Jobs before this one, which is not among them. */
  readonly after?: number | null;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  readonly hasMore: boolean;
  /** Of all pages. */
  readonly totalCount: number;
}

/** `state`, `coverage`, `factCount`, `pending`, `failed`, `projection`: see EmbeddingSpaceCoverage. */
export type EmbeddingSpaceInfo = EmbeddingSpaceCoverage;

export interface VerifyRequest {
  readonly space: number;
  /** Sentences that are embedded afresh; default 100, at most 10,000. */
  readonly sample?: number | null;
  /** Another space of the knowledge base, whose neighbours are compared. Default none. */
  readonly against?: number | null;
  readonly signal?: AbortSignal;
}

export interface Verification {
  /** Sentences that were embedded afresh. */
  readonly sampled: number;
  /** Stored against fresh vectors, 1 when nothing was sampled. A projected space is compared through its projection. */
  readonly minCosine: number;
  readonly meanCosine: number;
  /** Of the ten nearest live facts of a sampled one, the share that both spaces have; null without another space. */
  readonly neighbourOverlapAt10: number | null;
  /** Live sentences with a vector, in [0, 1]. */
  readonly coverage: number;
  readonly passed: boolean;
  /** One sentence each for what it did not pass: coverage below 1, a cosine below .999, a number that is not finite, a length that is not 1, agreement too low, an invalid index. */
  readonly faults: readonly string[];
}
