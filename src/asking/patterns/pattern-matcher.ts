import type { EntityLinker } from '../linking/linker.js';
import type { Reading } from './pattern.js';

/** The question patterns of a knowledge base, ready to be held against questions. */
export interface PatternMatcher {
  /** Ways to understand the question, best first; none where nothing fits. Takes any text, and never throws. */
  match(question: string, linker: EntityLinker): readonly Reading[];
}
