import { displayTerm } from '../../prolog/writer.js';
import type { GrammarReader } from '../grammar/grammar-reader.js';
import { wordsOf } from '../grammar/words.js';
import type { EntityLinker } from '../linking/linker.js';
import type { DeclaredMatcher, NearMiss } from './declared-matcher.js';
import type { Reading } from './pattern.js';
import type { PatternMatcher } from './pattern-matcher.js';

/** Readings of one question, at most. */
const MOST_READINGS = 5;
/** Declared patterns that fit so well need no pieces. */
const ENOUGH = 0.5;
/** Word for word, but for the names in its slots. */
const WORD_FOR_WORD = 0.999;

/**
 * Declared patterns first, then learned pieces. Of a module with pieces, whole questions count only word for word: they are
 * those that the pieces do not read rightly, and tell nothing about other questions.
 */
export class LearnedMatcher implements PatternMatcher {
  readonly #modules: ReadonlySet<string>;

  constructor(
    readonly declared: DeclaredMatcher,
    readonly grammars: readonly GrammarReader[],
  ) {
    this.#modules = new Set(grammars.map(({ grammar }) => grammar.module));
  }

  match(question: string, linker: EntityLinker): readonly Reading[] {
    const all = this.declared.match(question, linker);
    if (this.grammars.length === 0) return all;
    const declared = all.filter(
      ({ pattern, similarity }) => !this.#modules.has(pattern.module) || similarity >= WORD_FOR_WORD,
    );
    if ((declared[0]?.confidence ?? 0) >= ENOUGH) return declared;
    const words = wordsOf(question);
    const composed = this.grammars.flatMap((grammar) => grammar.read(question, words, linker));
    const best = new Map<string, Reading>();
    for (const reading of [...declared, ...composed]) {
      const key = `${displayTerm(reading.goal)} ${reading.answers.join()}`;
      if ((best.get(key)?.confidence ?? -1) < reading.confidence) best.set(key, reading);
    }
    return [...best.values()].sort((a, b) => b.confidence - a.confidence).slice(0, MOST_READINGS);
  }

  nearMiss(question: string, linker: EntityLinker): NearMiss | undefined {
    return this.declared.nearMiss(question, linker);
  }
}
