/**
 * Numbers as unevaluated sums of two floats, about 106 bits. T. J. Dekker, "A floating-point technique for extending the
 * available precision" (1971); D. E. Knuth, The Art of Computer Programming 2, 4.2.2.
 */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

const SPLITTER = 2 ** 27 + 1;

export function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

export function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return { high, low: aHigh * bHigh - high + aHigh * bLow + aLow * bHigh + aLow * bLow };
}

function halves(a: number): [number, number] {
  const scaled = SPLITTER * a;
  const high = scaled - (scaled - a);
  return [high, a - high];
}

export function plus(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const sum = twoSum(a.high, b.high);
  const rest = twoSum(a.low, b.low);
  const first = twoSum(sum.high, sum.low + rest.high);
  return twoSum(first.high, first.low + rest.low);
}

export function times(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = twoProduct(a.high, b.high);
  return twoSum(product.high, product.low + a.high * b.low + a.low * b.high);
}

export function over(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a.high / b.high;
  const rest = plus(a, times({ high: -first, low: 0 }, b));
  const second = rest.high / b.high;
  const more = plus(rest, times({ high: -second, low: 0 }, b));
  const sum = twoSum(first, second);
  return twoSum(sum.high, sum.low + more.high / b.high);
}

export const single = (high: number): DoubleDouble => ({ high, low: 0 });
