import type { Term } from './term.js';

/** What variables stand for, by name. A value may hold variables that are bound in turn. */
export type Bindings = ReadonlyMap<string, Term>;

/** Names of the variables of a term, each once, in order of appearance. */
export function variablesOf(term: Term): string[] {
  const names = new Set<string>();
  const pending = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'variable') names.add(next.name);
    else if (next.kind === 'compound') pushReversed(next.args, pending);
  }
  return [...names];
}

export function isGround(term: Term): boolean {
  const pending = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'variable') return false;
    if (next.kind === 'compound') pushReversed(next.args, pending);
  }
  return true;
}

function pushReversed(args: readonly Term[], pending: Term[]): void {
  for (let at = args.length - 1; at >= 0; at--) pending.push(args[at]!);
}

/** What a variable is bound to at the end of a chain of variables; any other term as it is. */
export function dereference(term: Term, bindings: Bindings): Term {
  let current = term;
  // A chain longer than there are bindings goes in a circle.
  for (let steps = bindings.size; current.kind === 'variable' && steps > 0; steps--) {
    const value = bindings.get(current.name);
    if (value === undefined) break;
    current = value;
  }
  return current;
}

interface Rebuild {
  readonly term: Term & { kind: 'compound' };
  readonly args: Term[];
  isChanged: boolean;
  /** The variable that this compound is the value of. */
  readonly variable: string | undefined;
}

/**
 * The term with its bound variables replaced, all the way down. Parts without bound variables stay the same
 * objects; a variable within its own value is left as it is.
 */
export function substitute(term: Term, bindings: Bindings): Term {
  if (bindings.size === 0) return term;
  const resolved = new Map<string, Term>();
  const open: Rebuild[] = [];
  let result: Term | undefined = enter(term);
  for (;;) {
    const rebuild = open.at(-1);
    if (rebuild === undefined) return result!;
    if (result !== undefined) {
      if (result !== rebuild.term.args[rebuild.args.length]) rebuild.isChanged = true;
      rebuild.args.push(result);
    }
    if (rebuild.args.length < rebuild.term.args.length) {
      result = enter(rebuild.term.args[rebuild.args.length]!);
      continue;
    }
    open.pop();
    const { name } = rebuild.term;
    const rebuilt: Term = rebuild.isChanged ? { kind: 'compound', name, args: rebuild.args } : rebuild.term;
    if (rebuild.variable !== undefined) resolved.set(rebuild.variable, rebuilt);
    result = rebuilt;
  }

  /** The value of a simple term, or undefined after opening a compound that has yet to be rebuilt. */
  function enter(part: Term): Term | undefined {
    if (part.kind !== 'variable' && part.kind !== 'compound') return part;
    let current: Term = part;
    const seen = new Set<string>();
    while (current.kind === 'variable') {
      const known = resolved.get(current.name);
      if (known !== undefined) return known;
      const value = bindings.get(current.name);
      if (value === undefined || seen.has(current.name)) return current;
      seen.add(current.name);
      if (value.kind === 'compound') {
        resolved.set(current.name, current);
        open.push({ term: value, args: [], isChanged: false, variable: current.name });
        return undefined;
      }
      current = value;
    }
    if (current.kind !== 'compound') return current;
    open.push({ term: current, args: [], isChanged: false, variable: undefined });
    return undefined;
  }
}
