import fc from 'fast-check';
import type { IndexBounds } from '../../src/retrieval/inverted-index.js';

/** Bounds that a handful of sentences reaches, as a million do the real ones. */
export const tightBounds: fc.Arbitrary<IndexBounds> = fc.record({
  few: fc.integer({ min: 0, max: 15 }),
  many: fc.integer({ min: 1, max: 40 }),
  selective: fc.constantFrom(0, 1_000_000),
  rescored: fc.record({ each: fc.integer({ min: 1, max: 3 }), least: fc.integer({ min: 1, max: 10 }) }),
});
