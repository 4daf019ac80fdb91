import type { Term } from '../../../prolog/term.js';
import { equalTerms } from '../../../prolog/unify.js';
import { writeTerm } from '../../../prolog/writer.js';

/** Ground terms, each once. */
export class TermSet {
  readonly #texts = new Set<string>();
  /** Terms with an infinite or undefined number have no canonical text. */
  readonly #others: Term[] = [];

  constructor(terms: Iterable<Term> = []) {
    for (const term of terms) this.add(term);
  }

  /** Whether it is new. */
  add(term: Term): boolean {
    const text = textOf(term);
    if (text === undefined ? this.has(term) : this.#texts.has(text)) return false;
    if (text === undefined) this.#others.push(term);
    else this.#texts.add(text);
    return true;
  }

  has(term: Term): boolean {
    const text = textOf(term);
    return text === undefined ? this.#others.some((other) => equalTerms(other, term)) : this.#texts.has(text);
  }
}

function textOf(term: Term): string | undefined {
  try {
    return writeTerm(term);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
