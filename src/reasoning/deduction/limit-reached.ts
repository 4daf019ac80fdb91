import type { LimitKind } from '../reasoning.js';

/** Ends a search; what was found before is kept. */
export class LimitReached extends Error {
  constructor(readonly limit: LimitKind | 'CANCELLED') {
    super(limit);
  }
}
