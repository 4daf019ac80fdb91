import { atom, type Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import { evaluationError } from './builtins/raise.js';

/**
 * Ground terms and their numbers, from 0 on: the same term always has the same number, so that deduction compares and
 * joins integers. 1 and 1.0 are two terms, and so are an atom and a string of the same text.
 */
export class ConstantTable {
  readonly #terms: Term[] = [];
  /** Of each term: what it is known by in its map. */
  readonly #keys: unknown[] = [];
  /** Values of integers and floats that a double holds exactly; NaN for everything else. */
  #numbers = new Float64Array(256);
  readonly #texts: (string | undefined)[] = [];
  readonly #atoms = new Map<string, number>();
  readonly #strings = new Map<string, number>();
  readonly #integers = new Map<bigint, number>();
  readonly #smallIntegers = new Map<number, number>();
  readonly #floats = new Map<number, number>();
  /** By `keyOf`; minus zero is here too, since a map takes it for zero. */
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
    const key = keyOf(term);
    return this.#others.get(key) ?? this.#add(this.#others, key, term);
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

  /** Canonical text. @throws CorollaryError `EVALUATION` for a term with a number that is not finite, which has none */
  text(number: number): string {
    const known = this.#texts[number];
    if (known !== undefined) return known;
    const text = canonicalText(this.#terms[number]!);
    if (text === undefined) throw evaluationError('undefined');
    this.#texts[number] = text;
    return text;
  }

  /** Forgets every constant that was added since the table had this size. */
  truncate(size: number): void {
    while (this.#terms.length > size) this.#mapOf(this.#terms.pop()!).delete(this.#keys.pop());
    if (this.#texts.length > size) this.#texts.length = size;
  }

  #mapOf(term: Term): Map<unknown, number> {
    if (term.kind === 'atom') return this.#atoms;
    if (term.kind === 'string') return this.#strings;
    if (term.kind === 'float' && !Object.is(term.value, -0)) return this.#floats;
    if (term.kind !== 'integer') return this.#others;
    return Number.isSafeInteger(Number(term.value)) ? this.#smallIntegers : this.#integers;
  }

  #add<Key>(into: Map<Key, number>, key: Key, term: Term): number {
    this.meter?.grow(bytesOf(term, key));
    const number = this.#terms.length;
    this.#terms.push(term);
    this.#keys.push(key);
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

/** Canonical text, or for a term with a number that is not finite names and values in prefix order, behind a blank. */
function keyOf(term: Term): string {
  return canonicalText(term) ?? prefixText(term);
}

/** Undefined for a term with a number that is not finite. */
function canonicalText(term: Term): string | undefined {
  try {
    return writeTerm(term);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function prefixText(term: Term): string {
  let text = '';
  const pending = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'compound') {
      text += ` ${writeTerm(atom(next.name))}/${next.args.length}`;
      for (let at = next.args.length - 1; at >= 0; at--) pending.push(next.args[at]!);
    } else if (next.kind === 'float' && !Number.isFinite(next.value)) text += ` ${next.value}`;
    else text += ` ${writeTerm(next)}`;
  }
  return text;
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
