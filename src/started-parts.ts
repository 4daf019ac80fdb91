interface Part {
  stop(): Promise<void>;
}

/** What runs of an application, in the order in which it was started. */
export class StartedParts {
  readonly #parts: Part[] = [];
  #stopped: Promise<void> | undefined;

  add<P extends Part>(part: P): P {
    this.#parts.push(part);
    return part;
  }

  /** Last started, first stopped; all of them, also when one fails to. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const part of this.#parts.reverse()) await part.stop().catch((error) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  }
}
