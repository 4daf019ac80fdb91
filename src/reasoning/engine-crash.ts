/** The engine failed in a way that is its own, not the goal's: it is not to be used again. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';

  constructor(
    message: string,
    /** `memory`: the goal used up more than there is. */
    readonly reason: 'crashed' | 'memory' = 'crashed',
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
