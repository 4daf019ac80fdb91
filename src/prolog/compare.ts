import type { Term } from './term.js';

const RANK: Record<Term['kind'], number> = {
  variable: 0,
  integer: 1,
  float: 1,
  string: 2,
  atom: 3,
  compound: 4,
};

/**
 * The standard order as SWI-Prolog 9 and 10 sort (their manual has atoms before strings): variables, here by
 * name; numbers by value, NaN first, a float before the integer of the same value; strings; atoms, `[]` first;
 * compounds by arity, name and arguments.
 */
export function compareTerms(left: Term, right: Term): -1 | 0 | 1 {
  const pending: Term[] = [left, right];
  while (pending.length > 0) {
    const b = pending.pop()!;
    const a = pending.pop()!;
    if (a === b) continue;
    if (a.kind === 'compound' && b.kind === 'compound') {
      const order = sign(a.args.length - b.args.length) || compareNames(a.name, b.name);
      if (order !== 0) return order;
      for (let at = a.args.length - 1; at >= 0; at--) pending.push(a.args[at]!, b.args[at]!);
      continue;
    }
    const order = sign(RANK[a.kind] - RANK[b.kind]) || compareSimple(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

/** Two simple terms of the same rank. */
function compareSimple(a: Term, b: Term): -1 | 0 | 1 {
  if (a.kind === 'atom' && b.kind === 'atom') return compareNames(a.name, b.name);
  if (a.kind === 'variable' && b.kind === 'variable') return compareText(a.name, b.name);
  if (a.kind === 'string' && b.kind === 'string') return compareText(a.value, b.value);
  if ((a.kind === 'integer' || a.kind === 'float') && (b.kind === 'integer' || b.kind === 'float')) {
    if (a.value < b.value) return -1;
    if (a.value > b.value) return 1;
    if (a.kind !== b.kind) return a.kind === 'float' ? -1 : 1;
    const [isNoA, isNoB] = [Number.isNaN(Number(a.value)), Number.isNaN(Number(b.value))];
    if (isNoA || isNoB) return sign(Number(isNoB) - Number(isNoA));
    return sign(Number(Object.is(b.value, -0)) - Number(Object.is(a.value, -0)));
  }
  return 0;
}

/** `[]` comes before all other atoms: in SWI-Prolog it is a constant of its own. */
function compareNames(a: string, b: string): -1 | 0 | 1 {
  return sign(Number(b === '[]') - Number(a === '[]')) || compareText(a, b);
}

/** By code points. UTF-16 units would put U+FFFF behind U+10000. */
function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return sign(a.length - b.length);
  return sign(inCodePointOrder(a.charCodeAt(at)) - inCodePointOrder(b.charCodeAt(at)));
}

function inCodePointOrder(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function sign(difference: number): -1 | 0 | 1 {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}
