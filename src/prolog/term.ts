/**
 * Prolog terms as plain immutable objects. Lists are `'[|]'(Head, Tail)` ending in the atom `[]`, as in
 * SWI-Prolog 7 and later; integers have any size; strings are a type of their own.
 */
export type Term = Atom | Integer | Float | Str | Variable | Compound;

export interface Atom {
  readonly kind: 'atom';
  readonly name: string;
}
export interface Integer {
  readonly kind: 'integer';
  readonly value: bigint;
}
export interface Float {
  readonly kind: 'float';
  readonly value: number;
}
export interface Str {
  readonly kind: 'string';
  readonly value: string;
}
/** Variables are the same when their names are; the reader names each `_` apart (`_1`, `_2`, …). */
export interface Variable {
  readonly kind: 'variable';
  readonly name: string;
}
export interface Compound {
  readonly kind: 'compound';
  readonly name: string;
  readonly args: readonly Term[];
}

export const atom = (name: string): Atom => ({ kind: 'atom', name });
export const integer = (value: bigint | number): Integer => ({ kind: 'integer', value: BigInt(value) });
export const float = (value: number): Float => ({ kind: 'float', value });
export const str = (value: string): Str => ({ kind: 'string', value });
export const variable = (name: string): Variable => ({ kind: 'variable', name });
export const compound = (name: string, ...args: readonly Term[]): Compound => ({
  kind: 'compound',
  name,
  args,
});

export const NIL = atom('[]');
export const CONS = '[|]';

/** A proper list of `items`, or a partial one when `tail` is given. */
export function list(items: readonly Term[], tail: Term = NIL): Term {
  return items.reduceRight<Term>((rest, item) => compound(CONS, item, rest), tail);
}

/** `name/arity` of an atom or compound; undefined for anything else. */
export function indicatorOf(term: Term): string | undefined {
  if (term.kind === 'atom') return `${term.name}/0`;
  if (term.kind === 'compound') return `${term.name}/${term.args.length}`;
  return undefined;
}
