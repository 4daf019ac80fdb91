import { CorollaryError } from '../../../errors.js';

export interface Check {
  /** What must hold. */
  readonly name: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  /** What was found, or why it was not looked at. */
  readonly detail: string;
}

export const passed = (name: string, detail: string): Check => ({ name, outcome: 'ok', detail });
export const failed = (name: string, detail: string): Check => ({ name, outcome: 'failed', detail });
export const skipped = (name: string, detail: string): Check => ({ name, outcome: 'skipped', detail });

/** What `find` says is right; it throws what is wrong. @throws CorollaryError CANCELLED */
export async function checked(name: string, find: () => Promise<string>): Promise<Check> {
  try {
    return passed(name, await find());
  } catch (error) {
    if (error instanceof CorollaryError && error.code === 'CANCELLED') throw error;
    return failed(name, (error as Error).message);
  }
}
