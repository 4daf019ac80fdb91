/** What a command has of the world. */
export interface Terminal {
  /** A line on standard output. */
  print(line?: string): void;
  /** A line on standard error. */
  complain(line: string): void;
  /** Standard error is a terminal: progress bars can be drawn on it. */
  readonly isInteractive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  /** After `corollary`, for the help text. */
  readonly usage: string;
  readonly help: string;
  /** @returns the exit code */
  run(args: string[], terminal: Terminal): Promise<number>;
}

/** Called in a way that it cannot be: shown with the command's usage, exit code 64 as sysexits.h has it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
