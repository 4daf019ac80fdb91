/** The logarithm of zero: low enough that its exponential is 0, and finite so that differences are numbers. */
export const IMPOSSIBLE = -1e300;

/** log(exp(a) + exp(b)), without overflow. */
export function logAdd(a: number, b: number): number {
  if (a <= IMPOSSIBLE) return b;
  if (b <= IMPOSSIBLE) return a;
  return a < b ? b + Math.log1p(Math.exp(a - b)) : a + Math.log1p(Math.exp(b - a));
}
