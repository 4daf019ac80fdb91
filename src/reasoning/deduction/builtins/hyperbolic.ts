import { exp, log } from './exponentials.js';

/* By the formulas of the C library below SWI-Prolog (musl), so that the last bits are the same. */

const OVERFLOW = 709.782712893384;
/** 2043 times the logarithm of 2. */
const LN2_2043 = 1416.0996898839683;

export function sinh(x: number): number {
  const magnitude = Math.abs(x);
  const half = x < 0 ? -0.5 : 0.5;
  if (!(magnitude < OVERFLOW)) return 2 * half * expBeyond(magnitude);
  if (magnitude < 2 ** -26) return x;
  const t = Math.expm1(magnitude);
  return magnitude < 1 ? half * (2 * t - (t * t) / (t + 1)) : half * (t + t / (t + 1));
}

export function cosh(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < Math.LN2) {
    if (magnitude < 2 ** -26) return 1;
    const t = Math.expm1(magnitude);
    return 1 + (t * t) / (2 * (1 + t));
  }
  if (!(magnitude < OVERFLOW)) return expBeyond(magnitude);
  const t = exp(magnitude);
  return 0.5 * (t + 1 / t);
}

/** e^x / 2 where e^x itself is too large. */
function expBeyond(x: number): number {
  const scale = 2 ** 1021;
  return exp(x - LN2_2043) * scale * scale;
}

export function tanh(x: number): number {
  const magnitude = Math.abs(x);
  let value: number;
  if (magnitude > 0.5493061443340548) value = magnitude > 20 ? 1 : 1 - 2 / (Math.expm1(2 * magnitude) + 2);
  else if (magnitude > 0.25541281188299536) {
    const t = Math.expm1(2 * magnitude);
    value = t / (t + 2);
  } else {
    const t = Math.expm1(-2 * magnitude);
    value = -t / (t + 2);
  }
  return x < 0 || Object.is(x, -0) ? -value : value;
}

export function asinh(x: number): number {
  const magnitude = Math.abs(x);
  let value = magnitude;
  if (magnitude >= 2 ** 26) value = log(magnitude) + Math.LN2;
  else if (magnitude >= 2)
    value = log(2 * magnitude + 1 / (Math.sqrt(magnitude * magnitude + 1) + magnitude));
  else if (magnitude >= 2 ** -26)
    value = Math.log1p(magnitude + (magnitude * magnitude) / (Math.sqrt(magnitude * magnitude + 1) + 1));
  return x < 0 || Object.is(x, -0) ? -value : value;
}

export function acosh(x: number): number {
  if (x < 1) return Number.NaN;
  if (x < 2) return Math.log1p(x - 1 + Math.sqrt((x - 1) * (x - 1) + 2 * (x - 1)));
  if (x < 2 ** 26) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  return log(x) + Math.LN2;
}

export function atanh(x: number): number {
  const magnitude = Math.abs(x);
  let value = magnitude;
  if (magnitude >= 0.5) value = 0.5 * Math.log1p(2 * (magnitude / (1 - magnitude)));
  else if (magnitude >= 2 ** -32)
    value = 0.5 * Math.log1p(2 * magnitude + (2 * magnitude * magnitude) / (1 - magnitude));
  return x < 0 || Object.is(x, -0) ? -value : value;
}
