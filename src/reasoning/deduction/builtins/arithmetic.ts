import { CONS, type Compound, integer, type Term } from '../../../prolog/term.js';
import { binary, checkRounding, constants, powerModulo, unary } from './arithmetic-functions.js';
import { compareNumeric, isNumber, type Numeric } from './numbers.js';
import { instantiationError, notEvaluable, typeError } from './raise.js';

/** Depth to which expressions are walked by recursion. */
const SHALLOW = 500;

const noValue = (): Term => {
  throw instantiationError();
};

/**
 * The value of an expression as `is/2` finds it. `lookUp` says what a variable stands for, which may be an expression.
 *
 * @throws CorollaryError `EVALUATION`
 * @throws BuiltinTooLarge for an integer of more than about a million bits
 */
export function evaluate(expression: Term, lookUp: (variable: string) => Term = noValue): Numeric {
  return valueAt(expression, lookUp, 0);
}

/**
 * Negative, zero or positive as `a < b`, `a =:= b` or `a > b`; NaN when none of them holds, since one is not a number.
 * Both are expressions or values.
 *
 * @throws as `evaluate`, and when an integer has to be compared with a float but is too large for one
 */
export function compareNumbers(a: Term, b: Term): number {
  const left = isNumber(a) ? a : evaluate(a);
  const right = isNumber(b) ? b : evaluate(b);
  return compareNumeric(left, right);
}

function valueAt(term: Term, lookUp: (variable: string) => Term, depth: number): Numeric {
  switch (term.kind) {
    case 'integer':
    case 'float':
      return term;
    case 'variable': {
      const value = lookUp(term.name);
      if (isNumber(value)) return value;
      if (value.kind === 'variable') throw instantiationError();
      return valueAt(value, lookUp, depth + 1);
    }
    case 'atom': {
      const constant = constants.get(term.name);
      if (constant !== undefined) return constant();
      throw term.name === '[]' ? typeError('evaluable', term) : notEvaluable(term.name, 0);
    }
    case 'string':
      return characterValue(term);
    case 'compound':
      if (depth > SHALLOW) return deepValue(term, lookUp);
      return compoundValue(term, lookUp, depth + 1);
  }
}

/** The last argument is evaluated first, as in SWI-Prolog: it decides which error is seen. */
function compoundValue(term: Compound, lookUp: (variable: string) => Term, depth: number): Numeric {
  const { name, args } = term;
  if (args.length === 2) {
    if (name === CONS) return elementValue(term, lookUp);
    if (name === 'roundtoward') {
      checkRounding(resolved(args[1]!, lookUp));
      return valueAt(args[0]!, lookUp, depth);
    }
    const y = valueAt(args[1]!, lookUp, depth);
    const x = valueAt(args[0]!, lookUp, depth);
    const apply = binary.get(name);
    if (apply !== undefined) return apply(x, y);
  } else if (args.length === 1) {
    const x = valueAt(args[0]!, lookUp, depth);
    const apply = unary.get(name);
    if (apply !== undefined) return apply(x);
  } else {
    const values: Numeric[] = [];
    for (let at = args.length - 1; at >= 0; at--) values[at] = valueAt(args[at]!, lookUp, depth);
    if (name === 'powm' && args.length === 3) return powerModulo(values[0]!, values[1]!, values[2]!);
  }
  throw notEvaluable(name, args.length);
}

/** An expression that is too deep for recursion: a stack of its own, in the same order. */
function deepValue(whole: Compound, lookUp: (variable: string) => Term): Numeric {
  const open: { term: Compound; values: Numeric[] }[] = [{ term: whole, values: [] }];
  for (;;) {
    const { term, values } = open.at(-1)!;
    const next = term.args[term.args.length - 1 - values.length];
    let value: Numeric;
    if (next === undefined || term.name === CONS || term.name === 'roundtoward') {
      open.pop();
      value = compoundValue(next === undefined ? { ...term, args: values.toReversed() } : term, lookUp, 0);
    } else {
      const argument = resolved(next, lookUp);
      if (argument.kind === 'compound') {
        open.push({ term: argument, values: [] });
        continue;
      }
      value = valueAt(argument, lookUp, 0);
    }
    const parent = open.at(-1);
    if (parent === undefined) return value;
    parent.values.push(value);
  }
}

function resolved(term: Term, lookUp: (variable: string) => Term): Term {
  return term.kind === 'variable' ? lookUp(term.name) : term;
}

/** `[X]` is its only element: a character, or its code. */
function elementValue(list: Compound, lookUp: (variable: string) => Term): Numeric {
  const [first, rest] = list.args as [Term, Term];
  const tail = resolved(rest, lookUp);
  if (tail.kind !== 'atom' || tail.name !== '[]') throw typeError('character', list);
  const element = resolved(first, lookUp);
  if (element.kind === 'variable') throw instantiationError();
  if (element.kind === 'integer' && element.value >= 0n && element.value <= 0x10ffffn) return element;
  if (element.kind === 'atom') {
    const code = onlyCode(element.name);
    if (code !== undefined) return integer(code);
  }
  throw typeError('character', element);
}

function characterValue(term: Term & { kind: 'string' }): Numeric {
  const code = onlyCode(term.value);
  if (code === undefined) throw typeError('character', term);
  return integer(code);
}

function onlyCode(text: string): number | undefined {
  const code = text.codePointAt(0);
  return code !== undefined && text.length === (code > 0xffff ? 2 : 1) ? code : undefined;
}
