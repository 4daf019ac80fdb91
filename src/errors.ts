/**
 * What a client may be told. Every failure that a caller can cause, or can do something about, is a
 * `CorollaryError` with a stable code; anything else is a defect, is logged, and is shown masked.
 */
export type ErrorCode =
  /** Text that is not Prolog. `details`: line, column (both from 1). */
  | 'PROLOG_SYNTAX'
  /** A goal or rule names a predicate that has neither facts nor rules. `details`: predicate, near. */
  | 'UNKNOWN_PREDICATE'
  /** A goal calls something that the sandbox refuses; or the settings of this server do not permit what was asked for. */
  | 'NOT_PERMITTED'
  /** A goal that cannot be evaluated: unbound arithmetic, a number where an atom must stand. */
  | 'EVALUATION'
  /** A goal needs a built-in that this server's Prolog has not (REASONER=tau). */
  | 'NOT_SUPPORTED'
  /** Negation through recursion has no single meaning. */
  | 'NOT_STRATIFIED'
  /** A fact holds a variable. `details`: index (in the batch). */
  | 'FACT_NOT_GROUND'
  /** A fact is not an atom or compound, or collides with a control construct or a built-in. */
  | 'FACT_NOT_CALLABLE'
  /** A value that no Prolog term can be made of (null, an unknown object). */
  | 'ARGUMENT_KIND'
  /** A value out of its range: confidence, page size, limits. */
  | 'BAD_INPUT'
  /** A cursor that this connection did not give out. */
  | 'BAD_CURSOR'
  | 'KNOWLEDGE_BASE_NOT_FOUND'
  | 'KNOWLEDGE_BASE_EXISTS'
  | 'RULE_MODULE_NOT_FOUND'
  | 'FACT_NOT_FOUND'
  /** `asOf` lies before the first or after the last revision. */
  | 'REVISION_NOT_FOUND'
  | 'MODEL_NOT_FOUND'
  /** This server cannot compute vectors of the active space. */
  | 'EMBEDDING_SPACE_UNAVAILABLE'
  | 'EMBEDDING_SPACE_NOT_FOUND'
  /** A space that cannot become the active one yet. `details`: space, pending, failed. */
  | 'EMBEDDING_SPACE_INCOMPLETE'
  /** A space that cannot be dropped: it is the active one, or a job fills it. `details`: space. */
  | 'EMBEDDING_SPACE_IN_USE'
  | 'JOB_NOT_FOUND'
  /** A job that is over, or cannot go on. `details`: job, state. */
  | 'JOB_ENDED'
  /** Another job fills a space of this knowledge base already. `details`: job. */
  | 'REEMBEDDING_RUNNING'
  /** Too much is waiting already: try again later. */
  | 'OVERLOADED'
  /** The caller went away, or the server is stopping. */
  | 'CANCELLED'
  /** A wrong setting, port, directory or database: the start stops with this. */
  | 'START_FAILED'
  /** The reasoner failed for a reason that is ours. */
  | 'REASONER_FAILED';

export class CorollaryError extends Error {
  override readonly name = 'CorollaryError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
