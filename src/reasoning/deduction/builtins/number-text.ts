import { type Float, float, integer } from '../../../prolog/term.js';
import { BuiltinTooLarge } from './builtin-too-large.js';
import type { Numeric } from './numbers.js';
import { representationError } from './raise.js';

/**
 * A number as SWI-Prolog makes text of it. The digits of a float are the fewest that read back as the same; more than
 * three zeros before or behind them are written as an exponent of at least two digits: `1000.0`, `1.0e+04`, `1.5e-05`.
 */
export function numberText(number: Numeric): string {
  if (number.kind === 'integer') return number.value.toString();
  return floatText(number);
}

function floatText({ value }: Float): string {
  if (Number.isNaN(value)) return '1.5NaN';
  if (!Number.isFinite(value)) return value > 0 ? '1.0Inf' : '-1.0Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0.0`;
  const [mantissa, power] = Math.abs(value).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent + 1 - digits.length > 3) {
    const magnitude = String(Math.abs(exponent)).padStart(2, '0');
    const fraction = digits.slice(1) || '0';
    return `${sign}${digits[0]}.${fraction}e${exponent < 0 ? '-' : '+'}${magnitude}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

export type NumberFault = 'illegal_number' | 'float_overflow';

/** Quadratic time is spent on digits. */
const MOST_DIGITS = 400_000;
/** In bases that JavaScript does not read itself. */
const MOST_ODD_DIGITS = 20_000;

const CHARACTER_CODE = /^0'(?:''|(.))$/su;
/** Groups of digits have `_` and any blanks between them; up to base 10 one blank will do. */
const BREAK = /_[ \t\n\v\f\r]*| /g;
const MARKED = /^0([xob])([0-9a-z][0-9a-z_ \t\n\v\f\r]*)$/i;
const RADIX = /^(\d+)'([0-9a-z][0-9a-z_ \t\n\v\f\r]*)$/i;
const INTEGER = /^\d+(?:(?:_[ \t\n\v\f\r]*| )\d+)*$/;
const FLOAT = /^\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)/i;
const INFINITE = /^\d+\.\d+Inf$/;
const UNDEFINED = /^\d+\.\d+NaN$/;
const RATIONAL = /^(\d+)r(\d+)$/;

/** The number that the whole text is, or why there is none. */
export function readNumber(text: string): Numeric | NumberFault {
  if (text.length > MOST_DIGITS) throw tooLong();
  const isNegative = text.startsWith('-');
  const number = readUnsigned(isNegative || text.startsWith('+') ? text.slice(1) : text);
  if (typeof number === 'string' || !isNegative) return number;
  return number.kind === 'integer' ? integer(-number.value) : float(-number.value);
}

function readUnsigned(text: string): Numeric | NumberFault {
  if (INTEGER.test(text)) return integer(BigInt(text.replaceAll(BREAK, '')));
  const decimal = FLOAT.exec(text)?.[0];
  if (decimal !== undefined) {
    const value = Number(decimal);
    // Seen before what follows is.
    if (!Number.isFinite(value)) return 'float_overflow';
    if (decimal.length === text.length) return float(value);
  }
  const character = CHARACTER_CODE.exec(text);
  if (character !== null) return integer((character[1] ?? "'").codePointAt(0)!);
  const marked = MARKED.exec(text);
  if (marked !== null) {
    const base = { x: 16, o: 8, b: 2 }[marked[1]!];
    return base === undefined ? 'illegal_number' : digitsOf(marked[2]!, base);
  }
  const radix = RADIX.exec(text);
  if (radix !== null) {
    const base = Number(radix[1]);
    return base < 2 || base > 36 ? 'illegal_number' : digitsOf(radix[2]!, base);
  }
  if (INFINITE.test(text)) return float(Number.POSITIVE_INFINITY);
  if (UNDEFINED.test(text)) return float(Number.NaN);
  const rational = RATIONAL.exec(text);
  if (rational !== null) {
    const [numerator, denominator] = [BigInt(rational[1]!), BigInt(rational[2]!)];
    if (denominator === 0n) return 'illegal_number';
    if (numerator % denominator !== 0n) throw representationError('rational');
    return integer(numerator / denominator);
  }
  return 'illegal_number';
}

function digitsOf(text: string, base: number): Numeric | NumberFault {
  const groups = text.split(BREAK);
  if (base > 10 && / /.test(text.replaceAll(/_[ \t\n\v\f\r]*/g, '_'))) return 'illegal_number';
  const digits = groups.join('');
  if (groups.includes('') || !areDigits(digits, base)) return 'illegal_number';
  const prefix = { 16: '0x', 8: '0o', 2: '0b' }[base];
  if (prefix !== undefined) return integer(BigInt(prefix + digits));
  if (digits.length > MOST_ODD_DIGITS) throw tooLong();
  let value = 0n;
  for (const digit of digits) value = value * BigInt(base) + BigInt(Number.parseInt(digit, base));
  return integer(value);
}

function areDigits(text: string, base: number): boolean {
  return [...text].every((digit) => !Number.isNaN(Number.parseInt(digit, base)));
}

function tooLong(): BuiltinTooLarge {
  return new BuiltinTooLarge(`a number of more than ${MOST_DIGITS} digits`);
}
