/** The logarithm of zero: low enough that its exponential is 0, and finite so that differences are numbers. */
export const IMPOSSIBLE = -1e300;

/** A term so much smaller is lost in the digits of a double. */
const LOST = 37;

/** log(exp(a) + exp(b)), without overflow. */
export function logAdd(a: number, b: number): number {
  const gap = a - b;
  if (gap > LOST) return a;
  if (gap < -LOST) return b;
  if (a <= IMPOSSIBLE) return IMPOSSIBLE;
  return gap < 0 ? b + Math.log1p(Math.exp(gap)) : a + Math.log1p(Math.exp(-gap));
}
