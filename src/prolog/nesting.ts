import { CONS, type Term } from './term.js';

/**
 * Whether a term is nested deeper than `levels`, by brackets or by operators: `f(a)` is one deep, `a, b, c` two. A list is
 * as deep as its deepest element.
 */
export function isDeeperThan(term: Term, levels: number): boolean {
  const pending: { term: Term; depth: number }[] = [{ term, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.term.kind !== 'compound') continue;
    const { name, args } = next.term;
    if (next.depth === levels) return true;
    const isCell = name === CONS && args.length === 2;
    for (const [at, arg] of args.entries()) {
      pending.push({ term: arg, depth: isCell && at === 1 ? next.depth : next.depth + 1 });
    }
  }
  return false;
}
