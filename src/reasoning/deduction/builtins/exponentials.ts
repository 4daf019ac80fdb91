import { type DoubleDouble, over, plus, single, times, twoSum } from './double-double.js';

/*
 * Exponential, logarithm and power, rounded once from twice the precision. JavaScript's own are off by a bit now and then
 * (`2 ** 1.5` is not `Math.sqrt(8)`), where the C library below SWI-Prolog hardly ever is.
 */

const LN2: DoubleDouble = { high: Math.LN2, low: 2.3190468138462996e-17 };
const LN10: DoubleDouble = { high: Math.LN10, low: -2.1707562233822494e-16 };
/** e to this and the logarithm of 0 are out of reach of floats. */
const OUT_OF_REACH = 746;

const TERMS = 11;
/** 1, 1, 1/2, 1/6, … */
const INVERSE_FACTORIALS = [single(1)];
for (let n = 1; n <= TERMS; n++) INVERSE_FACTORIALS.push(over(INVERSE_FACTORIALS[n - 1]!, single(n)));

/** e^x as a number of two floats times 2^exponent, |x| < 2^20. */
function exponential(x: DoubleDouble): { value: DoubleDouble; exponent: number } {
  const exponent = Math.round(x.high / LN2.high);
  const rest = plus(x, times(single(-exponent), LN2));
  const small = { high: rest.high / 64, low: rest.low / 64 };
  let value = INVERSE_FACTORIALS[TERMS]!;
  for (let n = TERMS - 1; n >= 0; n--) value = plus(INVERSE_FACTORIALS[n]!, times(value, small));
  for (let doubling = 0; doubling < 6; doubling++) value = times(value, value);
  return { value, exponent };
}

function rounded({ value, exponent }: { value: DoubleDouble; exponent: number }): number {
  if (exponent >= -1000) return scaled(value.high + value.low, exponent);
  // Rounded once only: what is lost among the smallest floats is lost from both parts together.
  const sum = twoSum(value.high, value.low);
  return scaled(sum.high, exponent) + scaled(sum.low, exponent);
}

function scaled(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/** The natural logarithm of a positive, finite number. */
function logarithm(x: number): DoubleDouble {
  let exponent = Math.floor(Math.log2(x));
  let fraction = exponent < -1000 ? x * 2 ** 1000 * 2 ** (-exponent - 1000) : x * 2 ** -exponent;
  if (fraction > Math.SQRT2) {
    fraction /= 2;
    exponent += 1;
  }
  const whole = times(single(exponent), LN2);
  const f = fraction - 1;
  if (Math.abs(f) < 2 ** -16) {
    let series = single(0);
    for (let n = 7; n >= 1; n--)
      series = times(single(f), plus(over(single(1), single(n)), times(single(-1), series)));
    return plus(whole, series);
  }
  // One step of Newton's method from 53 bits.
  const near = Math.log(fraction);
  const { value, exponent: power } = exponential(single(near));
  const at = { high: value.high * 2 ** power, low: value.low * 2 ** power };
  const step = over(plus(single(fraction), times(single(-1), at)), plus(single(fraction), at));
  return plus(whole, plus(single(near), times(single(2), step)));
}

export function exp(x: number): number {
  if (!(Math.abs(x) < OUT_OF_REACH) || x === 0) return Math.exp(x);
  return rounded(exponential(single(x)));
}

export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  const { high, low } = logarithm(x);
  return high + low;
}

export function log10(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log10(x);
  const { high, low } = over(logarithm(x), LN10);
  return high + low;
}

/** As C has it: 1 to any power is 1, and -1 to an infinite one. */
export function pow(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  const rough = base ** exponent;
  if (
    base === 0 ||
    exponent === 0 ||
    Number.isNaN(rough) ||
    !Number.isFinite(base) ||
    !Number.isFinite(exponent)
  )
    return rough;
  const power = times(single(exponent), logarithm(Math.abs(base)));
  if (!(Math.abs(power.high) < OUT_OF_REACH)) return rough;
  const value = rounded(exponential(power));
  return rough < 0 || Object.is(rough, -0) ? -value : value;
}
