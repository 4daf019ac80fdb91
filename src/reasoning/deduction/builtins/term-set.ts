import type { Term } from '../../../prolog/term.js';
import { writeTerm } from '../../../prolog/writer.js';

/** Ground terms, each once. */
export class TermSet {
  readonly #keys = new Set<string>();

  constructor(terms: Iterable<Term> = []) {
    for (const term of terms) this.add(term);
  }

  /** Whether it is new. */
  add(term: Term): boolean {
    const before = this.#keys.size;
    this.#keys.add(keyOf(term));
    return this.#keys.size > before;
  }

  has(term: Term): boolean {
    return this.#keys.has(keyOf(term));
  }
}

/** Canonical text, save for numbers that have none. */
function keyOf(term: Term): string {
  return isFinite(term) ? writeTerm(term) : JSON.stringify(term, (_, value) => plain(value));
}

function isFinite(term: Term): boolean {
  if (term.kind === 'compound') return term.args.every(isFinite);
  return term.kind !== 'float' || Number.isFinite(term.value);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value !== 'number' || Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : value;
  return `${value}`;
}
