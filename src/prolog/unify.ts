import type { Term } from './term.js';
import { type Bindings, dereference } from './variables.js';

/**
 * The bindings that make both terms equal, added to those given (which are left as they are); undefined when
 * there are none. A variable is never bound to a term that holds it: `X` and `f(X)` do not unify.
 */
export function unify(left: Term, right: Term, bindings: Bindings = new Map()): Bindings | undefined {
  const extended = new Extension(bindings);
  const compared = new ComparedPairs();
  const pending: Term[] = [left, right];
  while (pending.length > 0) {
    const rawB = pending.pop()!;
    const rawA = pending.pop()!;
    const a = dereference(rawA, extended.all);
    const b = dereference(rawB, extended.all);
    if (a === b) continue;
    if (a.kind === 'variable') {
      if (b.kind !== 'variable' || b.name !== a.name) extended.bind(a.name, b);
    } else if (b.kind === 'variable') extended.bind(b.name, a);
    else if (a.kind === 'compound' && b.kind === 'compound') {
      if (a.name !== b.name || a.args.length !== b.args.length) return undefined;
      if ((rawA !== a || rawB !== b) && compared.has(a, b)) continue;
      for (let at = a.args.length - 1; at >= 0; at--) pending.push(a.args[at]!, b.args[at]!);
    } else if (!isSameConstant(a, b)) return undefined;
  }
  return extended.isCyclic() ? undefined : extended.all;
}

/**
 * The bindings of `pattern`'s variables that make it equal to `term`, whose own variables stand for
 * themselves; undefined when there are none.
 */
export function match(pattern: Term, term: Term, bindings: Bindings = new Map()): Bindings | undefined {
  const extended = new Extension(bindings);
  const pending: Term[] = [pattern, term];
  while (pending.length > 0) {
    const b = pending.pop()!;
    const a = pending.pop()!;
    if (a.kind === 'variable') {
      const value = extended.all.get(a.name);
      if (value === undefined) extended.bind(a.name, b);
      else if (!equalTerms(value, b)) return undefined;
    } else if (a.kind === 'compound') {
      if (b.kind !== 'compound' || a.name !== b.name || a.args.length !== b.args.length) return undefined;
      for (let at = a.args.length - 1; at >= 0; at--) pending.push(a.args[at]!, b.args[at]!);
    } else if (!isSameConstant(a, b)) return undefined;
  }
  return extended.all;
}

/** Whether two terms are identical (`==`): the same variables by name, `1` and `1.0` apart. */
export function equalTerms(left: Term, right: Term): boolean {
  const pending: Term[] = [left, right];
  while (pending.length > 0) {
    const b = pending.pop()!;
    const a = pending.pop()!;
    if (a === b) continue;
    if (a.kind === 'compound') {
      if (b.kind !== 'compound' || a.name !== b.name || a.args.length !== b.args.length) return false;
      for (let at = a.args.length - 1; at >= 0; at--) pending.push(a.args[at]!, b.args[at]!);
    } else if (a.kind === 'variable') {
      if (b.kind !== 'variable' || a.name !== b.name) return false;
    } else if (!isSameConstant(a, b)) return false;
  }
  return true;
}

function isSameConstant(a: Term, b: Term): boolean {
  switch (a.kind) {
    case 'atom':
      return b.kind === 'atom' && a.name === b.name;
    case 'integer':
      return b.kind === 'integer' && a.value === b.value;
    case 'float':
      return b.kind === 'float' && Object.is(a.value, b.value);
    case 'string':
      return b.kind === 'string' && a.value === b.value;
    default:
      return false;
  }
}

/** Bindings that are copied before the first one is added. */
class Extension {
  all: Bindings;
  #own: Map<string, Term> | undefined;
  readonly #added: string[] = [];

  constructor(given: Bindings) {
    this.all = given;
  }

  bind(name: string, value: Term): void {
    if (this.#own === undefined) {
      this.#own = new Map(this.all);
      this.all = this.#own;
    }
    this.#own.set(name, value);
    this.#added.push(name);
  }

  /** Whether an added variable can be reached from its own value. Every bound variable is walked once. */
  isCyclic(): boolean {
    const finished = new Set<string>();
    const walked = new Set<string>();
    const pending: (Term | { leave: string })[] = [];
    for (const name of this.#added) {
      pending.push({ kind: 'variable', name });
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        if ('leave' in next) finished.add(next.leave);
        else if (next.kind === 'compound') {
          for (const part of next.args)
            if (part.kind === 'variable' || part.kind === 'compound') pending.push(part);
        } else if (next.kind === 'variable' && !finished.has(next.name)) {
          const value = this.all.get(next.name);
          if (value === undefined) continue;
          if (walked.has(next.name)) return true;
          walked.add(next.name);
          pending.push({ leave: next.name }, value);
        }
      }
    }
    return false;
  }
}

/**
 * Pairs of compounds that were compared already. Values of variables can be reached by many ways: without
 * this, terms that share them would take exponential time, and cyclic ones would never end.
 */
class ComparedPairs {
  readonly #partners = new Map<Term, Set<Term>>();

  /** Whether the pair is known; it is from now on. */
  has(a: Term, b: Term): boolean {
    const partners = this.#partners.get(a);
    if (partners === undefined) this.#partners.set(a, new Set([b]));
    else if (partners.has(b)) return true;
    else partners.add(b);
    return false;
  }
}
