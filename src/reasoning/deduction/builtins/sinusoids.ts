/*
 * Sine and cosine, after k_sin.c, k_cos.c and e_rem_pio2.c of fdlibm, the source of most C libraries' own: V8 has others,
 * which differ in the last bit.
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 * preserved.
 */

const QUARTER = Math.PI / 4;

export function sin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (Math.abs(x) <= QUARTER) return Math.abs(x) < 2 ** -26 ? x : kernelSine(x, 0);
  const { quadrant, high, low } = reduced(x);
  const value = quadrant % 2 === 0 ? kernelSine(high, low) : kernelCosine(high, low);
  return quadrant < 2 ? value : -value;
}

export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (Math.abs(x) <= QUARTER) return kernelCosine(x, 0);
  const { quadrant, high, low } = reduced(x);
  const value = quadrant % 2 === 0 ? kernelCosine(high, low) : kernelSine(high, low);
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

/** Sine of x + y, |x| at most about pi / 4, y much smaller. */
function kernelSine(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * 0.0000027557313707070068) +
    z * w * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  const v = z * x;
  const s1 = -0.16666666666666632;
  return y === 0 ? x + v * (s1 + z * r) : x - (z * (0.5 * y - v * r) - y - v * s1);
}

/** Cosine of x + y, as above. */
function kernelCosine(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 0.00002480158728947673)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  const rest = 1 - half;
  return rest + (1 - rest - half + (z * r - x * y));
}

interface Reduced {
  readonly quadrant: number;
  readonly high: number;
  readonly low: number;
}

/** What is left of x when a multiple of pi / 2 is taken off, as a sum of two floats. */
function reduced(x: number): Reduced {
  if (Math.abs(x) >= 2 ** 20 * (Math.PI / 2)) return reducedExactly(x);
  const times = evenRound(x * 0.6366197723675814);
  let first = x - times * 1.5707963267341256;
  let second = times * 6.077100506506192e-11;
  let high = first - second;
  if (exponentOf(x) - exponentOf(high) > 16) {
    let before = first;
    second = times * 6.077100506303966e-11;
    first = before - second;
    second = times * 2.0222662487959506e-21 - (before - first - second);
    high = first - second;
    if (exponentOf(x) - exponentOf(high) > 49) {
      before = first;
      second = times * 2.0222662487111665e-21;
      first = before - second;
      second = times * 8.4784276603689e-32 - (before - first - second);
      high = first - second;
    }
  }
  return { quadrant: ((times % 4) + 4) % 4, high, low: first - high - second };
}

/** The nearest whole number, a half to the even one. */
function evenRound(x: number): number {
  return x + 6755399441055744 - 6755399441055744;
}

function exponentOf(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return (view.getUint16(0) >> 4) & 0x7ff;
}

/** Bits behind the point: enough for the largest float to leave 128 that are right. */
const BITS = 1200n;
let halfPi: bigint | undefined;

function reducedExactly(x: number): Reduced {
  halfPi ??= 2n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
  const magnitude = Math.abs(x);
  const total =
    BigInt(Math.round((magnitude % 1) * 2 ** 53)) * 2n ** (BITS - 53n) +
    (BigInt(Math.trunc(magnitude)) << BITS);
  const times = (2n * total + halfPi) / (2n * halfPi);
  const rest = total - times * halfPi;
  const high = toFloat(rest);
  const low = toFloat(rest - fromFloat(high));
  const quadrant = Number(times % 4n);
  return x < 0 ? { quadrant: (4 - quadrant) % 4, high: -high, low: -low } : { quadrant, high, low };
}

const toFloat = (fixed: bigint) => Number(fixed >> (BITS - 400n)) * 2 ** -400;
const fromFloat = (value: number) => BigInt(value * 2 ** 400) << (BITS - 400n);

/** arctan(1 / n), fixed point. Machin's formula makes pi of two of them. */
function arctanOfInverse(n: bigint): bigint {
  let power = (1n << (BITS + 32n)) / n;
  let sum = power;
  for (let at = 3n, sign = -1n; power > 0n; at += 2n, sign = -sign) {
    power /= n * n;
    sum += (sign * power) / at;
  }
  return sum >> 32n;
}
