import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';

/**
 * Ground terms and their numbers, from 0 on: the same term always has the same number, so that deduction compares and
 * joins integers. 1 and 1.0 are two terms, and so are an atom and a string of the same text.
 */
export class ConstantTable {
  readonly #terms: Term[] = [];
  /** Values of integers and floats that a double holds exactly; NaN for everything else. */
  #numbers = new Float64Array(256);
  readonly #texts: (string | undefined)[] = [];
  readonly #atoms = new Map<string, number>();
  readonly #strings = new Map<string, number>();
  readonly #integers = new Map<bigint, number>();
  readonly #smallIntegers = new Map<number, number>();
  readonly #floats = new Map<number, number>();
  /** By canonical text; minus zero is here too, since a map takes it for zero. */
  readonly #others = new Map<string, number>();

  /** Is told of the bytes that each new constant takes, before it is added; it may throw. */
  meter: { grow(bytes: number): void } | undefined;

  /** How many there are; also the number that the next new one gets. */
  get size(): number {
    return this.#terms.length;
  }

  /** The number of a ground term. */
  intern(term: Term): number {
    switch (term.kind) {
      case 'atom':
        return this.atom(term.name);
      case 'string':
        return this.#strings.get(term.value) ?? this.#add(this.#strings, term.value, term);
      case 'integer': {
        const value = Number(term.value);
        if (Number.isSafeInteger(value)) {
          return this.#smallIntegers.get(value) ?? this.#add(this.#smallIntegers, value, term);
        }
        return this.#integers.get(term.value) ?? this.#add(this.#integers, term.value, term);
      }
      case 'float':
        if (Object.is(term.value, -0)) break;
        return this.#floats.get(term.value) ?? this.#add(this.#floats, term.value, term);
      case 'variable':
        throw new Error('only ground terms have numbers');
    }
    const text = writeTerm(term);
    return this.#others.get(text) ?? this.#add(this.#others, text, term);
  }

  /** As `intern` of the atom, without making a term first. */
  atom(name: string): number {
    return this.#atoms.get(name) ?? this.#add(this.#atoms, name, { kind: 'atom', name });
  }

  /** As `intern` of the integer, without making a term first; `value` is a safe integer. */
  integer(value: number): number {
    const known = this.#smallIntegers.get(value);
    if (known !== undefined) return known;
    return this.#add(this.#smallIntegers, value, { kind: 'integer', value: BigInt(value) });
  }

  term(number: number): Term {
    return this.#terms[number]!;
  }

  /** The value of a number that a double holds exactly, else NaN. */
  numberOf(number: number): number {
    return this.#numbers[number]!;
  }

  /** Canonical text. */
  text(number: number): string {
    const known = this.#texts[number];
    if (known !== undefined) return known;
    const text = writeTerm(this.#terms[number]!);
    this.#texts[number] = text;
    return text;
  }

  /** Forgets every constant that was added since the table had this size. */
  truncate(size: number): void {
    while (this.#terms.length > size) {
      const term = this.#terms.pop()!;
      this.#forget(term);
    }
    if (this.#texts.length > size) this.#texts.length = size;
  }

  #forget(term: Term): void {
    if (term.kind === 'atom') this.#atoms.delete(term.name);
    else if (term.kind === 'string') this.#strings.delete(term.value);
    else if (term.kind === 'float' && !Object.is(term.value, -0)) this.#floats.delete(term.value);
    else if (term.kind === 'integer') {
      const value = Number(term.value);
      if (Number.isSafeInteger(value)) this.#smallIntegers.delete(value);
      else this.#integers.delete(term.value);
    } else this.#others.delete(writeTerm(term));
  }

  #add<Key>(into: Map<Key, number>, key: Key, term: Term): number {
    this.meter?.grow(bytesOf(term, key));
    const number = this.#terms.length;
    this.#terms.push(term);
    into.set(key, number);
    if (number >= this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[number] = exactNumber(term);
    return number;
  }
}

function exactNumber(term: Term): number {
  if (term.kind === 'float') return term.value;
  if (term.kind !== 'integer') return Number.NaN;
  const value = Number(term.value);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Roughly: a term, its entry in a map and its text. */
function bytesOf(term: Term, key: unknown): number {
  if (term.kind === 'integer' && typeof key === 'bigint') return 200 + key.toString(16).length;
  return 200 + (typeof key === 'string' ? key.length * (term.kind === 'compound' ? 8 : 2) : 0);
}
