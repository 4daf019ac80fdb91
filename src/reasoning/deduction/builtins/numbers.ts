import { type Float, float, type Integer, type Term } from '../../../prolog/term.js';
import { BuiltinTooLarge, MOST_BITS } from './builtin-too-large.js';
import { evaluationError, typeError } from './raise.js';

export type Numeric = Integer | Float;

const LARGEST = 1n << BigInt(MOST_BITS);
const SMALLEST = -LARGEST;

/** @throws BuiltinTooLarge */
export function integerResult(value: bigint): Integer {
  if (value >= LARGEST || value <= SMALLEST) throw tooManyBits();
  return { kind: 'integer', value };
}

export function tooManyBits(): BuiltinTooLarge {
  return new BuiltinTooLarge(`an integer of more than ${MOST_BITS} bits`);
}

/** A finite float. @throws CorollaryError */
export function floatResult(value: number): Float {
  if (!Number.isFinite(value)) throw evaluationError(Number.isNaN(value) ? 'undefined' : 'float_overflow');
  return float(value);
}

/** The nearest float. @throws CorollaryError when the integer is too large for one */
export function toFloat(term: Numeric): number {
  if (term.kind === 'float') return term.value;
  const value = Number(term.value);
  if (!Number.isFinite(value)) throw evaluationError('float_overflow');
  return value;
}

/** @throws CorollaryError when it is no integer */
export function toInteger(term: Numeric): bigint {
  if (term.kind === 'integer') return term.value;
  floatResult(term.value);
  throw typeError('integer', term);
}

/** As `toInteger`, of an argument of a predicate. @throws CorollaryError */
export function mustBeInteger(term: Term): bigint {
  if (term.kind !== 'integer') throw typeError('integer', term);
  return term.value;
}

/** How many bits the magnitude has: 0 for 0. */
export function bitLength(value: bigint): number {
  const digits = (value < 0n ? -value : value).toString(16);
  return digits === '0' ? 0 : digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 16)) - 28);
}

export function isNumber(term: Term): term is Numeric {
  return term.kind === 'integer' || term.kind === 'float';
}

/**
 * As `=:=`, `<` and the like see them: an integer beside a float counts as the nearest float. NaN when one is not a number.
 *
 * @throws CorollaryError when such an integer is too large for a float
 */
export function compareNumeric(a: Numeric, b: Numeric): number {
  if (a.kind === 'integer' && b.kind === 'integer') return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  const left = toFloat(a);
  const right = toFloat(b);
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

/** By value, exactly. NaN when one is not a number. */
export function compareExactly(a: Numeric, b: Numeric): number {
  if (a.value < b.value) return -1;
  if (a.value > b.value) return 1;
  return isNotANumber(a) || isNotANumber(b) ? Number.NaN : 0;
}

export function isNotANumber(term: Numeric): boolean {
  return term.kind === 'float' && Number.isNaN(term.value);
}
