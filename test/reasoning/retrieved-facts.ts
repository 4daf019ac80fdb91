import fc from 'fast-check';

/** Of each fact: whether it has a sentence, and its similarity; undefined where retrieval never brings it. */
export const marks = fc.array(
  fc.record({
    hasSentence: fc.boolean(),
    similarity: fc.constantFrom(undefined, 0.25, 0.5, 0.5, 0.625, 0.75, 1),
  }),
  { minLength: 20, maxLength: 20 },
);

/** How a hybrid question is asked, and how its facts come. */
export const asking = fc.record({
  /** Whether some facts never come. */
  isWhole: fc.boolean(),
  scoring: fc.constantFrom('PRODUCT', 'MINIMUM'),
  topK: fc.constantFrom(1_000, 1_000, 1, 3, 6),
  piece: fc.integer({ min: 1, max: 4 }),
  canAsk: fc.boolean(),
  first: fc.constantFrom(1, 2, 5, 1_000),
  skip: fc.constantFrom(0, 0, 2),
  count: fc.boolean(),
} as const);
