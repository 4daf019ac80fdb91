import { readTerm } from '../../prolog/reader.js';
import type { ConstantTable } from './constants.js';

/**
 * Constants of the arguments of a fact whose canonical text stands in `text` from `start` to `end`. Plain atoms, quoted
 * atoms without escapes and small integers are read here, since there may be millions; the reader takes the rest.
 */
export function readArguments(
  text: string,
  start: number,
  end: number,
  arity: number,
  constants: ConstantTable,
): number[] {
  const args = new Array<number>(arity);
  if (arity === 0) return args;
  let at = afterName(text, start, end);
  if (at > 0) {
    let i = 0;
    for (; i < arity; i++) {
      const stop = simpleEnd(text, at, end);
      if (stop < 0) break;
      args[i] = simpleConstant(text, at, stop, constants);
      at = stop + 1;
    }
    if (i === arity) return args;
  }
  const { term } = readTerm(text.slice(start, end), { maxNesting: Number.POSITIVE_INFINITY });
  if (term.kind !== 'compound' || term.args.length !== arity) throw new Error('a fact of another arity');
  return term.args.map((argument) => constants.intern(argument));
}

const QUOTE = 39;
const BACKSLASH = 92;
const OPEN = 40;
const CLOSE = 41;
const COMMA = 44;

/** Where the first argument begins, or -1 when the name is not simple. */
function afterName(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) === QUOTE) {
    const close = quoteEnd(text, start, end);
    return close < 0 || text.charCodeAt(close) !== OPEN ? -1 : close + 1;
  }
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN) return at + 1;
    if (!isWord(code)) return -1;
  }
  return -1;
}

/** Where a simple argument ends (at its comma or the last bracket), or -1 when it is not simple. */
function simpleEnd(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) {
    const close = quoteEnd(text, start, end);
    return close >= 0 && isEnd(text, close, end) ? close : -1;
  }
  const isNumber = first >= 48 && first <= 57;
  if (!isNumber && !(first >= 97 && first <= 122)) return -1;
  for (let at = start + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE)
      return isEnd(text, at, end) && (!isNumber || at - start <= 15) ? at : -1;
    if (isNumber ? code < 48 || code > 57 : !isWord(code)) return -1;
  }
  return -1;
}

const isEnd = (text: string, at: number, end: number) =>
  text.charCodeAt(at) === COMMA || (text.charCodeAt(at) === CLOSE && at === end - 1);

/** Behind the closing quote; -1 when there is an escape or a doubled quote. */
function quoteEnd(text: string, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) return -1;
    if (code === QUOTE) return text.charCodeAt(at + 1) === QUOTE ? -1 : at + 1;
  }
  return -1;
}

function simpleConstant(text: string, start: number, stop: number, constants: ConstantTable): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return constants.atom(text.slice(start + 1, stop - 1));
  if (first <= 57) return constants.integer(Number(text.slice(start, stop)));
  return constants.atom(text.slice(start, stop));
}

/** ASCII letters, digits and the underscore: what an atom that begins with a small letter may go on with. */
const isWord = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
