import { float, integer } from '../../../prolog/term.js';
import type { Numeric } from './numbers.js';
import { floatResult } from './numbers.js';

/** Floats that are infinite or undefined stay what they are. */
function rounded(term: Numeric, round: (value: number) => number): Numeric {
  if (term.kind === 'integer' || !Number.isFinite(term.value)) return term;
  return integer(BigInt(round(term.value)));
}

export const truncate = (term: Numeric): Numeric => rounded(term, Math.trunc);
export const floor = (term: Numeric): Numeric => rounded(term, Math.floor);
export const ceiling = (term: Numeric): Numeric => rounded(term, Math.ceil);

/** To the nearest integer, a half away from zero. */
export const nearest = (term: Numeric): Numeric =>
  rounded(term, (value) => {
    const whole = Math.trunc(value);
    return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
  });

export function integerPart(term: Numeric): Numeric {
  return term.kind === 'integer' ? term : floatResult(Math.trunc(term.value));
}

export function fractionalPart(term: Numeric): Numeric {
  if (term.kind === 'integer') return integer(0);
  if (Math.abs(term.value) === Infinity) return float(term.value > 0 ? 0 : -0);
  return floatResult(term.value % 1);
}

/** The next float on the way to `target`. */
export function nextToward(value: number, target: number): number {
  if (Number.isNaN(value) || Number.isNaN(target)) return Number.NaN;
  if (value === target) return target;
  if (value === 0) return target > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, target > value === value > 0 ? bits + 1n : bits - 1n);
  return view.getFloat64(0);
}
