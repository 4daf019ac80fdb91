import { atom, float, integer, type Term } from '../../../prolog/term.js';
import { BuiltinTooLarge } from './builtin-too-large.js';
import {
  bitLength,
  compareExactly,
  compareNumeric,
  floatResult,
  integerResult,
  isNotANumber,
  type Numeric,
  toFloat,
  toInteger,
  tooManyBits,
} from './numbers.js';
import { power } from './power.js';
import { domainError, evaluationError, representationError, typeError } from './raise.js';
import { ceiling, floor, fractionalPart, integerPart, nearest, nextToward, truncate } from './rounding.js';

/**
 * Functions of arithmetic by name; arguments come evaluated. The list is that of SWI-Prolog's `is/2`, without random numbers
 * and clocks, and without `erf`, `erfc` and `lgamma`, which JavaScript has not.
 */
export const constants: ReadonlyMap<string, () => Numeric> = new Map<string, () => Numeric>([
  ['pi', () => float(Math.PI)],
  ['e', () => float(Math.E)],
  ['inf', () => float(Number.POSITIVE_INFINITY)],
  ['nan', () => float(Number.NaN)],
  ['epsilon', () => float(Number.EPSILON)],
]);

const ofFloat = (compute: (x: number) => number) => (x: Numeric) => floatResult(compute(toFloat(x)));
const ofFloats = (compute: (x: number, y: number) => number) => (x: Numeric, y: Numeric) =>
  floatResult(compute(toFloat(x), toFloat(y)));
const ofIntegers = (compute: (x: bigint, y: bigint) => bigint) => (x: Numeric, y: Numeric) =>
  integerResult(compute(toInteger(x), toInteger(y)));
const bySign = (negate: (x: number) => number, negateInteger: (x: bigint) => bigint) => (x: Numeric) =>
  x.kind === 'integer' ? integerResult(negateInteger(x.value)) : float(negate(x.value));

export const unary: ReadonlyMap<string, (x: Numeric) => Numeric> = new Map<string, (x: Numeric) => Numeric>([
  ['+', (x) => x],
  ['eval', (x) => x],
  [
    '-',
    bySign(
      (x) => -x,
      (x) => -x,
    ),
  ],
  ['abs', bySign(Math.abs, (x) => (x < 0n ? -x : x))],
  [
    'sign',
    bySign(
      (x) => (x === 0 ? 0 : Math.sign(x)),
      (x) => (x < 0n ? -1n : x > 0n ? 1n : 0n),
    ),
  ],
  ['float', (x) => float(toFloat(x))],
  ['integer', nearest],
  ['round', nearest],
  ['truncate', truncate],
  ['floor', floor],
  ['ceiling', ceiling],
  ['ceil', ceiling],
  ['float_integer_part', integerPart],
  ['float_fractional_part', fractionalPart],
  ['sqrt', ofFloat(Math.sqrt)],
  ['exp', ofFloat(Math.exp)],
  ['log', ofFloat(Math.log)],
  ['log10', ofFloat(Math.log10)],
  ['sin', ofFloat(Math.sin)],
  ['cos', ofFloat(Math.cos)],
  ['tan', ofFloat(Math.tan)],
  ['asin', ofFloat(Math.asin)],
  ['acos', ofFloat(Math.acos)],
  ['atan', ofFloat(Math.atan)],
  ['sinh', ofFloat(Math.sinh)],
  ['cosh', ofFloat(Math.cosh)],
  ['tanh', ofFloat(Math.tanh)],
  ['asinh', ofFloat(Math.asinh)],
  ['acosh', ofFloat(Math.acosh)],
  ['atanh', ofFloat(Math.atanh)],
  ['\\', (x) => integerResult(~toInteger(x))],
  ['msb', (x) => integer(bitLength(positive(x)) - 1)],
  ['lsb', (x) => integer(trailingZeros(positive(x)))],
  ['popcount', (x) => integer(countOnes(natural(x)))],
  ['rational', toRational],
  ['rationalize', toRational],
  ['numerator', (x) => rational(x)],
  ['denominator', denominator],
]);

export const binary: ReadonlyMap<string, (x: Numeric, y: Numeric) => Numeric> = new Map<
  string,
  (x: Numeric, y: Numeric) => Numeric
>([
  ['+', add],
  ['-', subtract],
  ['*', multiply],
  ['/', divide],
  ['//', (x, y) => integerResult(dividend(x, y) / divisor(y))],
  ['rem', (x, y) => integerResult(dividend(x, y) % divisor(y))],
  ['mod', (x, y) => integerResult(modulo(dividend(x, y), divisor(y)))],
  ['div', (x, y) => integerResult(floorDivide(dividend(x, y), divisor(y)))],
  ['**', power],
  ['^', power],
  ['min', (x, y) => (isNotANumber(x) ? x : isNotANumber(y) ? y : beforeOther(x, y, -1) ? x : y)],
  ['max', (x, y) => (isNotANumber(x) ? x : isNotANumber(y) ? y : beforeOther(x, y, 1) ? x : y)],
  ['minr', (x, y) => exactlyBefore(x, y, -1)],
  ['maxr', (x, y) => exactlyBefore(x, y, 1)],
  [
    'cmpr',
    (x, y) => {
      const order = compareExactly(x, y);
      if (Number.isNaN(order)) throw evaluationError('undefined');
      return integer(order);
    },
  ],
  ['gcd', ofIntegers(greatestDivisor)],
  ['lcm', ofIntegers((x, y) => (x === 0n || y === 0n ? 0n : magnitude((x / greatestDivisor(x, y)) * y)))],
  ['/\\', ofIntegers((x, y) => x & y)],
  ['\\/', ofIntegers((x, y) => x | y)],
  ['xor', ofIntegers((x, y) => x ^ y)],
  ['<<', ofIntegers((x, y) => shifted(x, y))],
  ['>>', ofIntegers((x, y) => shifted(x, -y))],
  [
    'getbit',
    (x, y) => {
      toInteger(x);
      const position = natural(y);
      const value = natural(x);
      return integer(position > 2_000_000n ? 0n : (value >> position) & 1n);
    },
  ],
  ['atan', ofFloats(Math.atan2)],
  ['atan2', ofFloats(Math.atan2)],
  ['copysign', copySign],
  ['nexttoward', ofFloats(nextToward)],
  [
    'rdiv',
    (x, y) => {
      for (const each of [x, y]) if (each.kind === 'float') floatResult(each.value);
      const [p, q] = [rational(x).value, rational(y).value];
      if (q === 0n) throw evaluationError('zero_divisor');
      if (p % q !== 0n) throw representationError('rational');
      return integerResult(p / q);
    },
  ],
]);

/** Whether expressions may name it: `pi/0`, `max/2`, … */
export function isArithmeticFunction(name: string, arity: number): boolean {
  if (arity === 0) return constants.has(name);
  if (arity === 1) return unary.has(name);
  if (arity === 2) return binary.has(name) || name === 'roundtoward';
  return arity === 3 && name === 'powm';
}

/** `powm(Base, Exponent, Modulus)`. */
export function powerModulo(base: Numeric, exponent: Numeric, modulus: Numeric): Numeric {
  toInteger(modulus);
  let left = natural(exponent);
  let factor = natural(base);
  const limit = positive(modulus);
  if (bitLength(left) * bitLength(limit) > 50_000_000)
    throw new BuiltinTooLarge('a power of too many digits');
  let value = 1n % limit;
  for (factor %= limit; left > 0n; left >>= 1n) {
    if (left & 1n) value = (value * factor) % limit;
    factor = (factor * factor) % limit;
  }
  return integer(value);
}

const ROUNDINGS = new Set(['to_nearest', 'to_positive', 'to_negative', 'to_zero']);

/** SWI-Prolog as WebAssembly rounds to the nearest whatever it is told: the machine has no other mode. */
export function checkRounding(mode: Term): void {
  if (mode.kind !== 'atom') throw typeError('atom', mode);
  if (!ROUNDINGS.has(mode.name)) throw domainError('round', atom(mode.name));
}

export function add(x: Numeric, y: Numeric): Numeric {
  if (x.kind === 'integer' && y.kind === 'integer') return integerResult(x.value + y.value);
  return floatResult(toFloat(x) + toFloat(y));
}

export function subtract(x: Numeric, y: Numeric): Numeric {
  if (x.kind === 'integer' && y.kind === 'integer') return integerResult(x.value - y.value);
  return floatResult(toFloat(x) - toFloat(y));
}

function multiply(x: Numeric, y: Numeric): Numeric {
  if (x.kind === 'integer' && y.kind === 'integer') return integerResult(x.value * y.value);
  return floatResult(toFloat(x) * toFloat(y));
}

/** An integer where integers divide evenly, else a float. */
function divide(x: Numeric, y: Numeric): Numeric {
  if (x.kind === 'integer') {
    if (y.kind === 'integer') {
      if (y.value === 0n) throw evaluationError('zero_divisor');
      if (x.value % y.value === 0n) return integerResult(x.value / y.value);
    } else if (Math.abs(y.value) === Number.POSITIVE_INFINITY) return integer(0);
  }
  const [dividend, divisor] = [toFloat(x), toFloat(y)];
  if (divisor === 0 && dividend !== 0 && !Number.isNaN(dividend)) throw evaluationError('zero_divisor');
  return floatResult(dividend / divisor);
}

function dividend(x: Numeric, y: Numeric): bigint {
  const value = toInteger(x);
  toInteger(y);
  return value;
}

function divisor(y: Numeric): bigint {
  const value = toInteger(y);
  if (value === 0n) throw evaluationError('zero_divisor');
  return value;
}

/** With the sign of the divisor. */
function modulo(x: bigint, y: bigint): bigint {
  const rest = x % y;
  return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
}

function floorDivide(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient;
}

/** Whether `x` is the greater (direction 1) or the smaller (-1); of equal ones the float, and -0.0 before 0.0. */
function beforeOther(x: Numeric, y: Numeric, direction: 1 | -1): boolean {
  const order = compareNumeric(x, y);
  if (order !== 0) return order === direction;
  const [left, right] = [Object.is(x.value, -0), Object.is(y.value, -0)];
  if (left !== right) return left === direction < 0;
  return x.kind === 'float';
}

/** By exact value; of equal ones the integer; a number rather than NaN. */
function exactlyBefore(x: Numeric, y: Numeric, direction: 1 | -1): Numeric {
  if (isNotANumber(x)) return y;
  if (isNotANumber(y)) return x;
  const order = compareExactly(x, y);
  if (order !== 0) return order === direction ? x : y;
  if (x.kind !== y.kind) return x.kind === 'integer' ? x : y;
  return Object.is(x.value, -0) === direction < 0 ? x : y;
}

function magnitude(x: bigint): bigint {
  return x < 0n ? -x : x;
}

function greatestDivisor(x: bigint, y: bigint): bigint {
  let [a, b] = [magnitude(x), magnitude(y)];
  // Euclid's algorithm takes quadratic time.
  if (Math.min(bitLength(a), bitLength(b)) > 200_000)
    throw new BuiltinTooLarge('a divisor of too many digits');
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

function shifted(x: bigint, by: bigint): bigint {
  if (x === 0n) return x;
  if (by > 1_000_000n) throw tooManyBits();
  return by < -2_000_000n ? (x < 0n ? -1n : 0n) : x << by;
}

function copySign(x: Numeric, sign: Numeric): Numeric {
  const isNegative = sign.value < 0 || Object.is(sign.value, -0);
  if (x.kind === 'integer') return integer(isNegative ? -magnitude(x.value) : magnitude(x.value));
  return float(isNegative ? -Math.abs(x.value) : Math.abs(x.value));
}

/** Corollary's terms have no rational numbers but integers. */
function toRational(x: Numeric): Numeric {
  if (x.kind === 'integer') return x;
  if (Number.isNaN(x.value)) throw evaluationError('undefined');
  if (!Number.isFinite(x.value)) throw evaluationError('rational_overflow');
  if (!Number.isInteger(x.value)) throw representationError('rational');
  return integer(BigInt(x.value));
}

function rational(x: Numeric): Numeric & { kind: 'integer' } {
  if (x.kind !== 'integer') throw typeError('rational', x);
  return x;
}

function denominator(x: Numeric): Numeric {
  rational(x);
  return integer(1);
}

function natural(x: Numeric): bigint {
  const value = toInteger(x);
  if (value < 0n) throw domainError('not_less_than_zero', x);
  return value;
}

function positive(x: Numeric): bigint {
  const value = toInteger(x);
  if (value < 1n) throw domainError('not_less_than_one', x);
  return value;
}

function trailingZeros(x: bigint): number {
  return bitLength(x & -x) - 1;
}

function countOnes(x: bigint): number {
  return x.toString(2).replaceAll('0', '').length;
}
