import { integer } from '../../../prolog/term.js';
import { BuiltinTooLarge } from './builtin-too-large.js';
import { bitLength, floatResult, integerResult, type Numeric, toFloat, tooManyBits } from './numbers.js';
import { evaluationError } from './raise.js';

/** `**` and `^`, which SWI-Prolog 10 treats alike unless it is told to prefer rational numbers. */
export function power(base: Numeric, exponent: Numeric): Numeric {
  if (isZero(exponent)) return integer(1);
  if (base.kind === 'integer') {
    if (base.value === 1n) return base;
    if (base.value === 0n && exponent.value > 0) return base;
    if (exponent.kind === 'integer') return integerPower(base.value, exponent.value);
  }
  if (isZero(base) && exponent.value < 0) throw evaluationError('zero_divisor');
  return floatResult(pow(toFloat(base), toFloat(exponent)));
}

function integerPower(base: bigint, exponent: bigint): Numeric {
  if (base === -1n) return integer(exponent % 2n === 0n ? 1n : -1n);
  if (exponent < 0n) {
    if (base === 0n) throw evaluationError('zero_divisor');
    if (exponent < -1_000_000_000n) throw new BuiltinTooLarge('a power with an exponent of many digits');
    return floatResult(pow(toFloat(integer(base)), Number(exponent)));
  }
  // The magnitude of the base is at least 2 to this power.
  const atLeast = BigInt(bitLength(base) - 1) * exponent;
  if (atLeast > 2_000_000n) throw tooManyBits();
  return integerResult(base ** exponent);
}

/** As C has it: 1 to any power is 1, and -1 to an infinite one. */
function pow(base: number, exponent: number): number {
  return base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent;
}

function isZero(number: Numeric): boolean {
  return number.kind === 'integer' ? number.value === 0n : number.value === 0;
}
